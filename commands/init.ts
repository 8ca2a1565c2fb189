import { declareCommand } from "./cli/command.ts";

/** `wave init`: makes the folder it is called in a project. */
export const init = declareCommand({
  name: "init",
  summary: "Write a manifest and example pipelines into this folder",
  description:
    "The pipelines run without any agent or key. Files that are there already stay as they are, " +
    "unless --force is given.",
  args: [],
  options: {
    force: { kind: "flag", summary: "Overwrite files that are there already" },
  },
  examples: [
    { command: "wave init", summary: "Make this folder a project" },
    { command: 'wave init && wave run hello-world "hi"', summary: "And try it" },
    { command: "wave init --force", summary: "Bring the example files back as they were" },
  ],
});
