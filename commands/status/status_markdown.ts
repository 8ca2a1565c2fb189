/** What `wave status --format markdown` answers: for the summary of a CI job, or a comment. */
import type { ObservedRun } from "../../state/records/records.ts";
import type { RunPage } from "../../state/records/run_reader.ts";
import { spentText } from "../output/format.ts";
import { markdownTable, markdownText } from "../output/markdown.ts";
import { elapsedText, runRows, stepRows } from "../output/run_text.ts";
import type { StatusView } from "./status_view.ts";

const NUMBERS = ["Attempt", "Elapsed", "Tokens", "Cost"];

/** One run: how it went, why it failed, and its steps. */
function runMarkdown(run: ObservedRun): string {
  const { record, status, liveness, errorMessage } = run;
  const state = liveness === "alive" || liveness === "finished"
    ? status
    : `${status} (${liveness})`;
  const spent = markdownText(spentText(record.tokens) ?? "no tokens");
  const mock = record.mock ? "on the mock adapter" : null;
  const head = `### ${markdownText(record.pipeline)}: ${state}\n\n` +
    [`Run ${markdownText(record.id)}`, elapsedText(run), spent, mock]
      .filter((part) => part !== null).join(", ") +
    "\n";
  const reason = errorMessage === null ? "" : `\n> ${markdownText(errorMessage)}\n`;
  const steps = markdownTable(stepRows(run, false), NUMBERS);
  return head + reason + (steps === "" ? "" : `\n${steps}`);
}

/** A table of runs, or one run with its steps; a line in words where there is none. */
export function statusMarkdown(page: RunPage, view: StatusView): string {
  const [first] = page.runs;
  if (first === undefined) return view.runningOnly ? "Nothing is running.\n" : "No run matches.\n";
  return view.detail ? runMarkdown(first) : markdownTable(runRows(page.runs, false), NUMBERS);
}
