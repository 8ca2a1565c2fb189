import { declareCommand } from "./cli/command.ts";

/** `wave validate`: every problem of the definitions at once (contract, section 4). */
export const validate = declareCommand({
  name: "validate",
  summary: "Check the manifest and the pipelines",
  description:
    "Prints every problem with file, line and column. Exits with 2 when there is an error; warnings, " +
    "such as for unknown keys, do not fail. In a job of GitHub Actions the problems are annotations, too.",
  args: [{
    name: "pipeline",
    summary: "Check only this pipeline and the manifest; all pipelines by default",
    complete: "pipeline",
  }],
  options: {
    format: {
      kind: "choice",
      choices: ["table", "text", "json", "sarif", "github"],
      summary: "How the result is printed; sarif for code scanning, github for annotations",
    },
  },
  examples: [
    { command: "wave validate", summary: "Check everything" },
    { command: "wave validate hello-world", summary: "Check one pipeline" },
    {
      command: "wave validate --format json | jq '.diagnostics[]'",
      summary: "For an editor or a script",
    },
    { command: "wave validate --format sarif > wave.sarif", summary: "For code scanning" },
  ],
  interruptible: true,
});
