/** `wave resume` (contract, section 4). */
import { declareCommand } from "./cli/command.ts";

const OPTIONS = {
  "from-step": {
    kind: "text",
    summary: "Run this step again, and all that depends on it",
    complete: "step",
  },
  plan: { kind: "flag", summary: "Show for each step whether it is reused or runs, and why" },
  "accept-changed": { kind: "flag", summary: "Go on although an artifact was changed on disk" },
  input: { kind: "text", summary: "The input once more, when it was redacted" },
  "input-file": { kind: "text", summary: "A file with it; - is standard input", complete: "file" },
  timeout: { kind: "duration", positive: true, summary: "End the whole run after so long" },
  "max-workers": { kind: "integer", min: 1, summary: "So many steps at the same time" },
} as const;

export const resume = declareCommand({
  name: "resume",
  summary: "Continue a run that failed, was cancelled or was interrupted",
  description:
    "Without a run id: the newest run that did not complete. The same run continues: completed " +
    "steps keep their results, unless they or what they depend on changed in the pipeline.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: OPTIONS,
  examples: [
    { command: "wave resume", summary: "After a failure or a crash" },
    { command: "wave resume --plan", summary: "What would run again, and why" },
    { command: "wave resume debug-2026 --from-step plan", summary: "From a step on" },
  ],
  handlesSignals: true,
});
