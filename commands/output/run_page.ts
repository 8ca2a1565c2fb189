/** A page of runs: their table, their ids, and what is to be said of a page that is empty or not all. */
import type { ObservedRun } from "../../state/records/records.ts";
import type { RunPage, RunReader } from "../../state/records/run_reader.ts";
import type { Context } from "../cli/command.ts";
import { fitRows } from "./fit_rows.ts";
import { formatCount } from "./format.ts";
import { RUN_FIT, runRows } from "./run_text.ts";
import { safeLine } from "./safe_text.ts";

/**
 * The table of runs. On a terminal columns go and cells are shortened so that it fits, but no id or
 * status, unless it `mustFit`.
 */
export async function runsTable(
  { stdout, color }: Context,
  runs: readonly ObservedRun[],
  mustFit = false,
): Promise<string> {
  const { renderTable } = await import("../cliffy/render_table.ts");
  const width = stdout.isTerminal ? stdout.width : Infinity;
  return renderTable(fitRows(runRows(runs, color), width, { ...RUN_FIT, mustFit }));
}

/** Prints ids alone, one a line. */
export function idsText(page: RunPage): string {
  return page.runs.map((run) => `${safeLine(run.record.id)}\n`).join("");
}

/** What to say where nothing has ever run. */
export const NO_RUNS = "no runs yet, see wave list pipelines\n";

/** What to say of a list that is empty, or that the limit has cut: nothing of a whole one. */
export function pageNote({ reader }: { readonly reader: RunReader }, page: RunPage): string {
  const shown = page.runs.length;
  if (shown < page.total) {
    const counts = `${formatCount(shown)} of ${formatCount(page.total)}`;
    return `${counts} runs; --limit and --offset show more\n`;
  }
  if (shown > 0) return "";
  return reader.idsWithPrefix("", 1).length === 0 ? NO_RUNS : "no run matches\n";
}

/** How many of the runs that match a command has acted on, where `--limit` or `--offset` left out others. */
export function leftOutNote({ runs, total }: RunPage): string {
  const counts = `${formatCount(runs.length)} of ${formatCount(total)}`;
  return `${counts} runs; --limit and --offset left out the others\n`;
}
