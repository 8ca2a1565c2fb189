/** `wave cancel` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";
import { ALLOW_SELF } from "./runs/own_run.ts";
import { SELECTOR_ARGUMENT, SELECTORS } from "./runs/selectors.ts";

const OPTIONS = {
  ...SELECTORS,
  all: { kind: "flag", summary: "All running runs" },
  force: { kind: "flag", short: "f", summary: "End the processes of the running steps now" },
  "owner-gone": {
    kind: "flag",
    summary: "Record that runs of another machine, which are unknown here, have died with it",
  },
  wait: { kind: "flag", summary: "Wait until the runs have stopped" },
  timeout: {
    kind: "duration",
    positive: true,
    summary: "With --wait: give up after this long (exit 1)",
  },
  "allow-self": ALLOW_SELF,
} as const;

export const cancel = declareCommand({
  name: "cancel",
  summary: "Stop running runs",
  description:
    "Without arguments: the run that was started last. Graceful by default: running steps finish, and " +
    "no more are started. With --force every process of the run is ended, and the command returns when " +
    "none is left.",
  args: [{ ...SELECTOR_ARGUMENT, complete: "active-run" }],
  options: OPTIONS,
  examples: [
    { command: "wave cancel", summary: "Stop the latest run once its running steps have finished" },
    { command: "wave cancel --force", summary: "Stop it now" },
    {
      command: "wave cancel --all --wait --timeout 5m",
      summary: "Stop all runs, and wait until they have stopped",
    },
    { command: "wave cancel --pipeline 'review*'", summary: "Stop the runs of some pipelines" },
  ],
});
