/** `wave export` (contract, section 13). */
import { declareCommand } from "./cli/command.ts";

export const exportCommand = declareCommand({
  name: "export",
  summary: "Write what a run did in a form that other tools read",
  description:
    "Without a run id: the latest run. With --otlp: spans of the run, its steps, their attempts and the tools " +
    "that agents called, and those of the runs within it, as JSON lines for OpenTelemetry. It is made from " +
    "the record of a run that is over; nothing is sent anywhere.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: {
    otlp: {
      kind: "text",
      summary: "Write OTLP as JSON lines into this file; - is standard output",
      placeholder: "file",
      complete: "file",
    },
  },
  examples: [
    { command: "wave export @latest --otlp run.jsonl", summary: "For a collector to read" },
    {
      command: "wave export @latest --otlp - | head -1",
      summary: "Look at it",
    },
  ],
});
