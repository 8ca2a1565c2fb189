/** `wave answer` (contract, section 8). */
import { declareCommand } from "./cli/command.ts";

export const answer = declareCommand({
  name: "answer",
  summary: "Print the final answer of an agent",
  description:
    "Without a run id: the latest run. The answer stands on stdout as it was, and nothing else.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: {
    step: {
      kind: "text",
      summary: "The answer of this step; of the last step that gave one unless told",
      complete: "step",
    },
  },
  examples: [
    { command: "wave answer", summary: "Print what the last agent of the latest run answered" },
    { command: "wave answer @latest --step review > review.md", summary: "Keep one in a file" },
  ],
});
