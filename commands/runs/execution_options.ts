/** Options of the commands that execute the steps of a pipeline, `run` and `resume`: how it is done. */
import { NO_WAIT } from "../cli/no_wait.ts";
import { BUDGET_OPTIONS } from "./budget_options.ts";
import { AGENT_CHOICE, GATE_CHOICE, MANIFEST_CHOICE } from "./run_choices.ts";

export const EXECUTION_OPTIONS = {
  mock: {
    kind: "flag",
    summary: "Run every persona on the built-in mock adapter: no key, no cost",
  },
  ...AGENT_CHOICE,
  ...MANIFEST_CHOICE,
  ...GATE_CHOICE,
  detach: {
    kind: "flag",
    short: "d",
    summary: "Run in the background: print the run's id, and return",
  },
  timeout: { kind: "duration", positive: true, summary: "Time limit of the whole run" },
  "max-workers": {
    kind: "integer",
    min: 1,
    summary: "Maximum number of steps that run at the same time",
  },
  ...BUDGET_OPTIONS,
  "no-wait": NO_WAIT,
} as const;
