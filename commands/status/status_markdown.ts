/** What `wave status --format markdown` answers: for the summary of a CI job, or a comment. */
import type { RunPage } from "../../state/records/run_reader.ts";
import { markdownTable } from "../output/markdown.ts";
import { NUMBERS, runMarkdown } from "../output/run_markdown.ts";
import { runRows } from "../output/run_text.ts";
import type { StatusView } from "./status_view.ts";

/** A table of runs, or one run with its steps; a line in words where there is none. */
export function statusMarkdown(page: RunPage, view: StatusView): string {
  const [first] = page.runs;
  if (first === undefined) return view.runningOnly ? "Nothing is running.\n" : "No run matches.\n";
  return view.detail ? runMarkdown(first) : markdownTable(runRows(page.runs, false), NUMBERS);
}
