import { declareCommand } from "./cli/command.ts";

/** `wave schema`: what the JSON of each command, and each file of a project, looks like (contract, section 2). */
export const schema = declareCommand({
  name: "schema",
  summary: "Print the JSON Schema of a command's output, or of a file",
  description:
    "JSON Schema draft 2020-12. Of a command that prints a stream it describes one line. Every command " +
    "may print an error instead, see `wave schema error`. Later versions may add keys. Those of `pipeline` " +
    "and `manifest` are of the files themselves (draft-07), for editors that complete and check YAML.",
  args: [{
    name: "command",
    summary: "A command, or error, help, version; or pipeline, manifest; all by default",
  }],
  options: {},
  examples: [
    { command: "wave schema status", summary: "Print the schema of wave status --format json" },
    {
      command: "wave schema pipeline > pipeline.schema.json",
      summary: "Write the schema of pipeline files for an editor",
    },
    { command: "wave schema --format json", summary: "Print all schemas" },
  ],
  interruptible: true,
});
