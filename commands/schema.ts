import { declareCommand } from "./cli/command.ts";

/** `wave schema`: what the JSON of each command looks like (contract, section 2). */
export const schema = declareCommand({
  name: "schema",
  summary: "Print the JSON Schema of a command's output",
  description:
    "Draft 2020-12. Where a command prints a stream the schema is that of a line. Every command may " +
    "print an error instead; `wave schema error` is that alone. Keys may be added in later versions.",
  args: [{ name: "command", summary: "A command, or error, help, version; all without it" }],
  options: {},
  examples: [
    { command: "wave schema status", summary: "The schema of wave status --format json" },
    { command: "wave schema --format json", summary: "All of them" },
  ],
  interruptible: true,
});
