/** One run as Markdown: how it went, why it failed, and its steps. */
import type { ObservedRun } from "../../state/records/records.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";
import { spentText } from "./format.ts";
import { markdownTable, markdownText } from "./markdown.ts";
import { elapsedText, stepRows } from "./run_text.ts";

/** Columns of numbers, in the tables of runs and of steps. */
export const NUMBERS = ["Attempt", "Elapsed", "Tokens", "Cost"];

/** A heading, a line of facts, and the table of the steps last, a line each. */
export function runMarkdown(run: ObservedRun): string {
  const { record, status, liveness, errorMessage } = run;
  const state = liveness === "alive" || liveness === "finished"
    ? status
    : `${status} (${liveness})`;
  const spent = markdownText(spentText(tokensOfRun(record)) ?? "no tokens");
  const mock = record.mock ? "on the mock adapter" : null;
  const head = `### ${markdownText(record.pipeline)}: ${state}\n\n` +
    [`Run ${markdownText(record.id)}`, elapsedText(run), spent, mock]
      .filter((part) => part !== null).join(", ") +
    "\n";
  const reason = errorMessage === null ? "" : `\n> ${markdownText(errorMessage)}\n`;
  const steps = markdownTable(stepRows(run, false), NUMBERS);
  return head + reason + (steps === "" ? "" : `\n${steps}`);
}
