/** `wave wait` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

export const wait = declareCommand({
  name: "wait",
  summary: "Wait until runs have ended",
  description:
    "Exits with the worst result: 1 when a run failed or was interrupted, else 4 when one was " +
    "cancelled.",
  args: [{ ...SELECTOR_ARGUMENT, complete: "active-run" }],
  options: {
    ...SELECTORS,
    timeout: { kind: "duration", positive: true, summary: "Give up after this long (exit 1)" },
  },
  examples: [
    { command: "wave wait @latest", summary: "Wait for the latest run" },
    {
      command: "wave wait --status running --timeout 10m",
      summary: "Wait until nothing is running",
    },
    {
      command: 'wave wait "$(wave run review "…" --detach)"',
      summary: "Start a run, and wait for it",
    },
  ],
});
