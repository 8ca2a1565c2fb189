/** `wave list runs` (contract, section 3). */
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { list } from "../list.ts";
import { openRuns } from "../runs/open_runs.ts";
import { runJson } from "../output/run_json.ts";
import { toQuery } from "../runs/selectors.ts";
import { idsText, pageNote, runsTable } from "../output/run_page.ts";

/** The runs with these ids, all of them without one, that the selectors leave. */
export function listRuns(
  context: Context,
  ids: readonly string[],
  options: CallOf<typeof list>["options"],
): Outcome {
  using runs = openRuns(context);
  const query = toQuery(runs.resolve(ids), options);
  const page = runs.reader.runs(query);
  if (context.quiet && context.format === "text") return { text: () => idsText(page) };
  return {
    json: {
      source: runs.reader.provenance.source,
      total: page.total,
      truncated: page.runs.length < page.total,
      runs: page.runs.map(runJson),
    },
    text: () => runsTable(context, page.runs),
    note: context.format === "json" ? "" : pageNote(runs, page),
  };
}
