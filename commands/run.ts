/** `wave run` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";

const OPTIONS = {
  input: { kind: "text", summary: "The input, instead of the argument" },
  "input-file": {
    kind: "text",
    summary: "A file with the input; - is standard input",
    complete: "file",
  },
  "from-step": {
    kind: "text",
    summary: "Start from this step, with what the latest fitting run made before it, and its input",
    complete: "pipeline-step",
  },
  "dry-run": { kind: "flag", summary: "Show the plan, and run nothing" },
  mock: { kind: "flag", summary: "Every persona on the built-in mock adapter: no key, no cost" },
  detach: {
    kind: "flag",
    short: "d",
    summary: "Print the run's id once it is recorded, and return",
  },
  timeout: { kind: "duration", positive: true, summary: "End the whole run after so long" },
  "max-workers": { kind: "integer", min: 1, summary: "So many steps at the same time" },
} as const;

export const run = declareCommand({
  name: "run",
  summary: "Run a pipeline",
  description:
    "Prints a line for each thing that happens; -v also what agents and scripts write. " +
    "Ctrl-C lets running steps finish, a second one ends them. A reader of the output who goes away, " +
    "as head does, does not stop the run.",
  args: [
    { name: "pipeline", summary: "Its name", required: true, complete: "pipeline" },
    {
      name: "input",
      summary: "What the pipeline gets as {{ input }}; - is standard input",
      isText: true,
    },
  ],
  options: OPTIONS,
  examples: [
    { command: 'wave run hello-world "hi"', summary: "Run a pipeline with an input" },
    { command: "wave run review --input-file notes.md", summary: "With a long input" },
    { command: "wave run review --dry-run", summary: "What it would do" },
    { command: 'wave run review "…" --mock', summary: "Without any agent" },
    { command: 'wave run review "…" --detach', summary: "Start it and look away" },
    { command: "wave run review --from-step report", summary: "Only the end of it, once more" },
  ],
  handlesSignals: true,
});
