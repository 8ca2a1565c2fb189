/** `wave artifacts` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";

export const artifacts = declareCommand({
  name: "artifacts",
  summary: "Show, verify and export the artifacts of a run",
  description:
    "Without a run id: the latest run. A column State appears when an artifact is missing, or was " +
    "changed since its step recorded it.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: {
    step: { kind: "text", summary: "Only artifacts of this step", complete: "step" },
    name: {
      kind: "text",
      summary: "Only artifacts whose name matches the glob",
      placeholder: "glob",
    },
    export: {
      kind: "text",
      summary: "Copy the artifacts to <dir>/<step>/<path within the workspace>",
      placeholder: "dir",
      complete: "directory",
    },
    verify: { kind: "flag", summary: "Exit 1 if anything is missing or changed" },
  },
  examples: [
    { command: "wave artifacts", summary: "Show the artifacts of the latest run" },
    { command: "wave artifacts --export out", summary: "Copy them to a folder" },
    {
      command: "wave artifacts debug-20260202 --step plan --verify",
      summary: "Verify the artifacts of one step",
    },
  ],
});
