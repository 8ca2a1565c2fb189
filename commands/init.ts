import { declareCommand } from "./cli/command.ts";

/** `wave init`: makes the folder it is called in a project. */
export const init = declareCommand({
  name: "init",
  summary: "Write a manifest and example pipelines into this folder",
  description:
    "The example pipelines need no agent and no key. Existing files are kept, unless --force is given.",
  args: [],
  options: {
    skill: {
      kind: "flag",
      summary: "Write a skill for coding agents alone: .claude/skills/wave/SKILL.md",
    },
    force: { kind: "flag", summary: "Overwrite existing files, keeping each as <file>.bak" },
  },
  examples: [
    { command: "wave init", summary: "Make this folder a project" },
    { command: 'wave init && wave run hello-world "hi"', summary: "Make it one, and try it" },
    { command: "wave init --skill", summary: "Tell coding agents how to use wave here" },
    { command: "wave init --force", summary: "Restore the example files" },
  ],
});
