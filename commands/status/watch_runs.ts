/** `wave status --watch`: the same answer again and again, until nothing in it is running. */
import type { ObservedRun } from "../../state/records/records.ts";
import type { RunPage } from "../../state/records/run_reader.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { delay } from "../../event/delay.ts";
import { canDraw } from "../live/live_view.ts";
import { runsNoMore, WatchedRuns } from "../live/watched_runs.ts";
import type { Runs } from "../runs/open_runs.ts";
import { jsonLine } from "../output/print.ts";
import { runCells } from "../output/run_text.ts";
import { safeLine } from "../output/safe_text.ts";
import { lastRun, statusJson, statusNote, statusText, type StatusView } from "./status_view.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";

/** How often changes are looked for. */
const LOOK_MS = 250;

/** What of a run is worth telling again: everything but its elapsed time. */
function shownFacts(run: ObservedRun): string {
  const steps = run.steps.map((step) => [
    step.record.id,
    step.status,
    step.record.attempt,
    step.waiting,
  ]);
  return JSON.stringify([
    run.status,
    run.liveness,
    run.record.currentSteps,
    tokensOfRun(run.record),
    steps,
  ]);
}

/** The runs of `view`, and those shown before that have ended since. */
function look(runs: Runs, view: StatusView, shown: Set<string>): RunPage {
  const page = runs.reader.runs(view.query);
  if (view.query.statuses === undefined) return page;
  const found = new Set(page.runs.map((run) => run.record.id));
  const ids = [...shown].filter((id) => !found.has(id));
  for (const id of found) shown.add(id);
  if (ids.length === 0) return page;
  const ended = runs.reader.runs({ ids }).runs;
  const all = [...page.runs, ...ended]
    .toSorted((a, b) => b.record.startedAt - a.record.startedAt);
  return { runs: all, total: all.length };
}

/** Shows the runs of `view` until none of them is running or the user has enough of it. */
export async function watchRuns(context: Context, first: Runs, view: StatusView): Promise<Outcome> {
  const shown = new Set<string>();
  const told = new Map<string, string>();
  await using drawn = canDraw(context, context.stdout) ? new WatchedRuns(context) : null;
  while (true) {
    using runs = first.reopen();
    const page = look(runs, view, shown);
    // Before anything is drawn, or the warning would stand amid it.
    runs.warn();
    const last = lastRun(runs, page, view);
    if (page.runs.length === 0 && !context.quiet && context.format === "text") {
      context.stderr.write(statusNote(runs, page, last, context.now()));
    }
    const changed = page.runs.filter((run) => told.get(run.record.id) !== shownFacts(run));
    const isFirst = told.size === 0;
    for (const run of changed) told.set(run.record.id, shownFacts(run));
    if (context.format === "json") {
      if (changed.length > 0 || isFirst) {
        context.stdout.write(jsonLine(statusJson(runs, page, last)));
      }
    } else if (drawn !== null) {
      drawn.show(runs, page.runs);
    } else {
      for (const run of changed) {
        context.stdout.write(
          context.quiet
            ? `${safeLine(run.record.id)}\n`
            : `${runCells(run, context.color).join("  ")}\n`,
        );
      }
    }
    if (page.runs.every(runsNoMore) || context.signal.aborted) {
      await drawn?.end();
      // What was drawn is gone: in the end it is the answer of `status`.
      if (drawn !== null) {
        await context.stdout.send(await statusText(context, runs, page, view, true));
      }
      return {};
    }
    await delay(LOOK_MS, context.signal);
    if (context.signal.aborted) return {};
  }
}
