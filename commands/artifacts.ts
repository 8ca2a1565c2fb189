/** `wave artifacts` (contract, section 3). */
import { declareCommand } from "./cli/command.ts";

export const artifacts = declareCommand({
  name: "artifacts",
  summary: "Show, check and export what a run's steps declared as their results",
  description:
    "Without a run id: those of the latest run. A state other than ok is shown: missing " +
    "when the file is gone, changed when it is not what its step recorded.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: {
    step: { kind: "text", summary: "Only those of this step", complete: "step" },
    name: { kind: "text", summary: "Only those whose name matches the glob", placeholder: "glob" },
    export: {
      kind: "text",
      summary: "Copy them to <dir>/<step>/<path within the workspace>",
      placeholder: "dir",
      complete: "directory",
    },
    verify: { kind: "flag", summary: "Exit 1 if anything is missing or changed" },
  },
  examples: [
    { command: "wave artifacts", summary: "Of the latest run" },
    { command: "wave artifacts --export out", summary: "Copy them to a folder" },
    { command: "wave artifacts debug-20260202 --step plan --verify", summary: "Check one step's" },
  ],
});
