import { command, type Outcome } from "../cli/command.ts";
import { openRuns } from "../runs/open_runs.ts";
import { runJson } from "../output/run_json.ts";
import { SELECTOR_ARGUMENT, SELECTORS, toQuery } from "../runs/selectors.ts";
import { idsText, pageNote, runsTable } from "../status/status_view.ts";

/** `wave list`, of which only `wave list runs` is answered here (contract, section 3). */
export const listRuns = command({
  name: "list",
  summary: "List pipelines, personas, adapters or runs",
  description:
    "Without an argument: pipelines, personas and adapters. Run ids and selectors narrow " +
    "the runs and go with `wave list runs` only.",
  args: [{
    name: "kind",
    summary: "What to list; without it all but runs",
    choices: ["pipelines", "personas", "adapters", "runs"],
  }, SELECTOR_ARGUMENT],
  options: SELECTORS,
  examples: [
    { command: "wave list", summary: "What this project has" },
    { command: "wave list pipelines", summary: "What can be run" },
    { command: "wave list runs --status failed --since 7d", summary: "This week's failed runs" },
    {
      command: "wave list adapters --format json",
      summary: "Which agents are installed, for a script",
    },
  ],
  run(context, { args, options }): Outcome {
    using runs = openRuns(context);
    const query = toQuery(runs.resolve(args.slice(1)), options);
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
  },
});
