import { command, type Outcome, type Values } from "./cli/command.ts";
import { openRuns, type Runs } from "./runs/open_runs.ts";
import { hasSelector, SELECTOR_ARGUMENT, SELECTORS, toQuery } from "./runs/selectors.ts";
import {
  idsText,
  lastRun,
  statusJson,
  statusNote,
  statusText,
  type StatusView,
} from "./status/status_view.ts";
import { watchRuns } from "./status/watch_runs.ts";

/** How many runs `--all` shows when nothing else narrows it. */
const ALL_LIMIT = 20;

const OPTIONS = {
  ...SELECTORS,
  all: { kind: "flag", summary: "The 20 newest runs, whatever their status" },
  watch: {
    kind: "flag",
    short: "w",
    summary: "Keep showing them until none is running any more",
  },
} as const;

function viewOf(runs: Runs, args: readonly string[], options: Values<typeof OPTIONS>): StatusView {
  const ids = runs.resolve(args);
  const query = toQuery(ids, options);
  const narrowed = ids.length > 0 || hasSelector(options);
  if (narrowed) {
    return { query, detail: ids.length === 1 && !hasSelector(options), runningOnly: false };
  }
  if (options.all) return { query: { limit: ALL_LIMIT }, detail: false, runningOnly: false };
  return { query: { statuses: ["pending", "running"] }, detail: false, runningOnly: true };
}

/** `wave status` (contract, section 3). */
export const status = command({
  name: "status",
  summary: "Show what is running, or how runs went",
  description:
    "Without arguments: the runs that are running now. A selector or --all shows others " +
    "too; a run id shows that run with its steps.",
  args: [SELECTOR_ARGUMENT],
  options: OPTIONS,
  examples: [
    { command: "wave status", summary: "What is running" },
    { command: "wave status --watch", summary: "The same, kept up to date until it ends" },
    { command: "wave status --all", summary: "The newest runs" },
    { command: "wave status @latest", summary: "The latest run with its steps" },
    {
      command: "wave status --status failed --since 24h -q",
      summary: "Ids of today's failed runs",
    },
  ],
  async run(context, { args, options }): Promise<Outcome> {
    using runs = openRuns(context);
    const view = viewOf(runs, args, options);
    if (options.watch) return await watchRuns(context, runs, view);
    const page = runs.reader.runs(view.query);
    if (context.quiet && context.format === "text") return { text: () => idsText(page) };
    const last = lastRun(runs, page, view);
    return {
      json: statusJson(runs, page, last),
      text: () => statusText(context, page, view),
      note: context.format === "json" ? "" : statusNote(runs, page, last, context.now()),
    };
  },
});
