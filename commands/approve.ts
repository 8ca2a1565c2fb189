/** `wave approve`: answers a gate that a run is waiting at. */
import { declareCommand } from "./cli/command.ts";

export const approve = declareCommand({
  name: "approve",
  summary: "Answer the gate that a run waits at",
  description:
    "Without a run id: the newest run that waits. Without a choice: shows the question and the " +
    "choices.",
  args: [
    {
      name: "run-id",
      summary: "A run's id, a unique prefix of it, or @latest",
      complete: "active-run",
    },
    { name: "choice", summary: "The answer's key, such as approve or reject" },
  ],
  options: {
    step: { kind: "text", summary: "Which gate, when several wait", complete: "step" },
    text: { kind: "text", summary: "A text to send with the answer" },
    by: { kind: "text", summary: "Who answers, for the log; your user name by default" },
  },
  examples: [
    { command: "wave approve", summary: "Show the question" },
    { command: "wave approve yes", summary: "Answer it" },
    {
      command: 'wave approve review-2026 revise --text "shorter, please"',
      summary: "Answer the gate of one run, with a text",
    },
    { command: "wave approve yes --by ann", summary: "Say who has decided" },
  ],
});
