/** `wave run` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";
import { ENV_FILE } from "./runs/env_file_option.ts";
import { EXECUTION_OPTIONS } from "./runs/execution_options.ts";
import { stepChoice } from "./runs/run_choices.ts";

const OPTIONS = {
  input: { kind: "text", summary: "The input, instead of the argument" },
  "input-file": {
    kind: "text",
    summary: "Read the input from a file; - is standard input",
    complete: "file",
  },
  set: {
    kind: "texts",
    summary: "A named input of the pipeline; once for each",
    placeholder: "name=value",
    complete: "input-name",
  },
  "env-file": ENV_FILE,
  "from-step": {
    kind: "text",
    summary:
      "Start at this step; reuse the input and the earlier steps of the latest run that completed them",
    complete: "pipeline-step",
  },
  ...stepChoice("pipeline-step"),
  again: {
    kind: "text",
    summary: "Run again what this run did: the same pipeline, input and options, in a new run",
    placeholder: "run-id",
    complete: "run",
  },
  "dry-run": { kind: "flag", summary: "Show the plan, and run nothing" },
  ...EXECUTION_OPTIONS,
  plain: { kind: "flag", summary: "Print a line for each event, also on a terminal" },
} as const;

export const run = declareCommand({
  name: "run",
  summary: "Run a pipeline",
  description:
    "Prints a line for each event, and on a terminal shows the steps below; -v also shows what agents and scripts write. Ctrl-C lets the running " +
    "steps finish and starts no more, a second Ctrl-C ends them. The run continues when its output is no " +
    "longer read, as in `wave run … | head`.",
  args: [
    { name: "pipeline", summary: "Name of the pipeline; none with --again", complete: "pipeline" },
    {
      name: "input",
      summary: "The input, {{ input }} in the pipeline; - reads standard input",
      isText: true,
    },
  ],
  options: OPTIONS,
  examples: [
    { command: 'wave run hello-world "hi"', summary: "Run a pipeline with an input" },
    { command: "wave run review --input-file notes.md", summary: "Read the input from a file" },
    {
      command: "wave run triage --set repo=acme/shop --set count=3",
      summary: "Give a pipeline its named inputs",
    },
    { command: "wave run review --dry-run", summary: "Show what it would do" },
    { command: 'wave run review "…" --mock', summary: "Try it without any agent" },
    { command: 'wave run review "…" --detach', summary: "Run it in the background" },
    { command: "wave run review --from-step report", summary: "Run only the end of it again" },
    {
      command: "wave run review --model opus --auto-approve",
      summary: "Ask another model, and no person",
    },
    { command: "wave run review --exclude 'rep*'", summary: "Run all of its steps but some" },
    { command: "wave run --again @latest", summary: "Run the same once more" },
  ],
  handlesSignals: true,
});
