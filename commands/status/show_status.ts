import { UsageError } from "../../event/errors.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { status } from "../status.ts";
import { leftOverNote, leftOvers } from "../execution/left_over.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import { hasSelector, toQuery } from "../runs/selectors.ts";
import { lastRun, statusJson, statusNote, statusText, type StatusView } from "./status_view.ts";
import { statusMarkdown } from "./status_markdown.ts";
import { idsText } from "../output/run_page.ts";

/** How many runs `--all` shows when nothing else narrows it. */
const ALL_LIMIT = 20;

function viewOf(
  runs: Runs,
  args: readonly string[],
  options: CallOf<typeof status>["options"],
): StatusView {
  const ids = runs.resolve(args);
  const query = toQuery(ids, options);
  const narrowed = ids.length > 0 || hasSelector(options);
  if (narrowed) {
    return { query, detail: ids.length === 1 && !hasSelector(options), runningOnly: false };
  }
  if (options.all) return { query: { limit: ALL_LIMIT }, detail: false, runningOnly: false };
  return { query: { statuses: ["pending", "running"] }, detail: false, runningOnly: true };
}

/** Answers a call of `wave status`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof status>,
): Promise<Outcome> {
  if (options.watch && options.format === "markdown") {
    throw new UsageError("bad_value", "Cannot use --format markdown with --watch", {
      hint: "it is for a page that is written once",
    });
  }
  using runs = openRuns(context);
  const view = viewOf(runs, args, options);
  if (options.timeline) {
    if (!view.detail || options.watch || options.format === "markdown") {
      throw new UsageError("bad_value", "Cannot draw the timeline of anything but one run", {
        hint: "wave status @latest --timeline",
      });
    }
    const { timelineOutcome } = await import("./run_timeline.ts");
    return timelineOutcome(context, runs, view.query);
  }
  if (options.watch) {
    const { watchRuns } = await import("./watch_runs.ts");
    return await watchRuns(context, runs, view);
  }
  const page = runs.reader.runs(view.query);
  if (context.quiet && context.format === "text") return { text: () => idsText(page) };
  if (options.format === "markdown") return { text: () => statusMarkdown(page, view) };
  const last = lastRun(runs, page, view);
  const left = view.runningOnly ? await leftOvers(runs.reader) : undefined;
  return {
    json: statusJson(runs, page, last, left),
    text: () => statusText(context, runs, page, view),
    note: context.format === "json"
      ? ""
      : statusNote(runs, page, last, context.now()) + leftOverNote(left ?? []),
  };
}
