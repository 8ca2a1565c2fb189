import { declareCommand } from "./cli/command.ts";

/** `wave completions`: what a shell needs to complete the arguments of wave. */
export const completions = declareCommand({
  name: "completions",
  summary: "Print a shell's completion script",
  description:
    "Completes commands, options and their values, and the run ids, steps, pipelines and personas of " +
    "the project.",
  args: [{
    name: "shell",
    summary: "bash, zsh or fish",
    required: true,
    choices: ["bash", "zsh", "fish"],
  }],
  options: {},
  examples: [
    { command: 'eval "$(wave completions bash)"', summary: "In ~/.bashrc" },
    { command: 'eval "$(wave completions zsh)"', summary: "In ~/.zshrc, after compinit" },
    {
      command: "wave completions fish > ~/.config/fish/completions/wave.fish",
      summary: "For fish, once",
    },
  ],
  interruptible: true,
});
