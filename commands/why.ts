/** `wave why` (contract, section 10). */
import { declareCommand } from "./cli/command.ts";

export const why = declareCommand({
  name: "why",
  summary: "Tell why a run did not complete",
  description:
    "Without a run id: the newest run that did not complete. Tells the first cause in one sentence, the " +
    "lines that show it, what failed or was skipped only because of it, the attempts, what differs from " +
    "the last run of the pipeline that completed, and what to type next. All of it is recorded; nothing " +
    "is guessed.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: {},
  examples: [
    { command: "wave why", summary: "Tell why the newest failed run failed" },
    { command: "wave why @latest --format json", summary: "The same, for a program" },
  ],
  interruptible: true,
});
