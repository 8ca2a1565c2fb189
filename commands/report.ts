/** `wave report` (contract, section 10). */
import { declareCommand } from "./cli/command.ts";

export const report = declareCommand({
  name: "report",
  summary: "Write what a run did into one HTML file",
  description:
    "Without a run id: the latest run. The file loads nothing and needs no script: failure and cause, " +
    "graph, timeline over all resumes, and of each step tokens, cost, attempts, contracts, artifacts and " +
    "the beginning and end of what it wrote. It is made from the record, also without the database.",
  args: [{
    name: "run-id",
    summary: "A run's id, a unique prefix of it, or @latest",
    complete: "run",
  }],
  options: {
    output: {
      kind: "text",
      short: "o",
      summary: "Where to write it; <run-id>.html by default",
      placeholder: "file",
      complete: "file",
    },
    junit: { kind: "flag", summary: "Write JUnit XML, for a CI service, instead of HTML" },
    open: { kind: "flag", summary: "Open it in the browser" },
  },
  examples: [
    { command: "wave report", summary: "Write a report of the latest run" },
    { command: "wave report @latest -o report.html", summary: "Name the file" },
    { command: "wave report @latest --junit -o report.xml", summary: "Write it for a CI service" },
  ],
});
