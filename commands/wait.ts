/** `wave wait` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

export const wait = declareCommand({
  name: "wait",
  summary: "Wait until runs have ended",
  description: "Ends with the exit code of the run that went worst: 1 when one failed or was " +
    "interrupted, 4 when one was cancelled.",
  args: [{ ...SELECTOR_ARGUMENT, complete: "active-run" }],
  options: {
    ...SELECTORS,
    timeout: { kind: "duration", positive: true, summary: "At most so long, then exit 1" },
  },
  examples: [
    { command: "wave wait @latest", summary: "Until the latest run has ended" },
    { command: "wave wait --status running --timeout 10m", summary: "Until nothing runs any more" },
    {
      command: 'wave wait "$(wave run review "…" --detach)"',
      summary: "Start a run and wait for it later",
    },
  ],
});
