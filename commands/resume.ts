/** `wave resume` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";
import { ENV_FILE } from "./runs/env_file_option.ts";
import { ALLOW_SELF } from "./runs/own_run.ts";
import { EXECUTION_OPTIONS } from "./runs/execution_options.ts";
import { stepChoice } from "./runs/run_choices.ts";

const OPTIONS = {
  "from-step": {
    kind: "text",
    summary: "Run this step and all that depend on it again",
    complete: "step",
  },
  ...stepChoice("step"),
  plan: { kind: "flag", summary: "Show for each step whether it is reused or runs, and why" },
  "accept-changed": { kind: "flag", summary: "Continue although an artifact was changed on disk" },
  input: { kind: "text", summary: "The input again, when it was redacted" },
  "input-file": {
    kind: "text",
    summary: "Read the input from a file; - is standard input",
    complete: "file",
  },
  set: {
    kind: "texts",
    summary: "A named input again, when the input was redacted; once for each",
    placeholder: "name=value",
  },
  "env-file": ENV_FILE,
  ...EXECUTION_OPTIONS,
  "allow-self": ALLOW_SELF,
  plain: { kind: "flag", summary: "Print a line for each event, also on a terminal" },
} as const;

export const resume = declareCommand({
  name: "resume",
  summary: "Continue a run that failed, was cancelled or was interrupted",
  description:
    "Without a run id: the newest run that did not complete. The same run continues: completed " +
    "steps keep their results, unless they or what they depend on changed in the pipeline. What was " +
    "chosen when it was started (--model, --adapter, --steps, --exclude, --auto-approve, --answer, " +
    "--max-workers) still holds, unless it is given anew.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: OPTIONS,
  examples: [
    { command: "wave resume", summary: "Continue after a failure or a crash" },
    { command: "wave resume --plan", summary: "Show what would run again, and why" },
    { command: "wave resume debug-2026 --from-step plan", summary: "Run again from one step on" },
    { command: "wave resume --model haiku", summary: "Continue with another model" },
    { command: "wave resume --steps '*'", summary: "Run again, all steps" },
  ],
  handlesSignals: true,
});
