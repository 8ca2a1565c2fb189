import { declareCommand } from "./cli/command.ts";

/** `wave validate`: every problem of the definitions at once (contract, section 4). */
export const validate = declareCommand({
  name: "validate",
  summary: "Check the manifest and the pipelines",
  description:
    "Every problem with its file, line and column. Keys that wave does not know are warnings; the " +
    "exit code is 2 when there is an error.",
  args: [{
    name: "pipeline",
    summary: "Only this one, and the manifest; all of them without it",
    complete: "pipeline",
  }],
  options: {},
  examples: [
    { command: "wave validate", summary: "Everything" },
    { command: "wave validate hello-world", summary: "One pipeline" },
    {
      command: "wave validate --format json | jq '.diagnostics[]'",
      summary: "For an editor or a script",
    },
  ],
  interruptible: true,
});
