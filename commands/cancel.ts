/** `wave cancel` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

const OPTIONS = {
  ...SELECTORS,
  all: { kind: "flag", summary: "Every running run" },
  force: { kind: "flag", short: "f", summary: "End the processes of running steps at once" },
  wait: { kind: "flag", summary: "Return when the runs have stopped" },
  timeout: {
    kind: "duration",
    positive: true,
    summary: "With --wait: at most so long, then exit 1",
  },
} as const;

export const cancel = declareCommand({
  name: "cancel",
  summary: "Stop running runs",
  description:
    "Without arguments: the run that started last. Running steps finish and nothing more " +
    "starts; with --force every process of the run is ended, and the command returns when none is left.",
  args: [{ ...SELECTOR_ARGUMENT, complete: "active-run" }],
  options: OPTIONS,
  examples: [
    { command: "wave cancel", summary: "Stop the latest run after its running steps" },
    { command: "wave cancel --force", summary: "Stop it now" },
    { command: "wave cancel --all --wait --timeout 5m", summary: "Stop all, and wait for it" },
    { command: "wave cancel --pipeline 'review*'", summary: "Those of some pipelines" },
  ],
});
