/** `wave status --watch`: the same answer again and again, until nothing in it is running. */
import type { ObservedRun } from "../state/records.ts";
import type { RunPage } from "../state/reader.ts";
import type { Context, Outcome } from "./command.ts";
import { delay } from "./delay.ts";
import { fitLine } from "./fit_line.ts";
import type { Runs } from "./open_runs.ts";
import { jsonLine } from "./print.ts";
import { runRow } from "./run_text.ts";
import { nothingRunning, statusJson, statusText, type StatusView } from "./status_view.ts";

/** How often a terminal is drawn again, so that elapsed times move. */
const DRAW_MS = 1000;
/** How often changes are looked for where nothing is drawn. */
const LOOK_MS = 250;

const isRunning = (run: ObservedRun) =>
  (run.status === "running" || run.status === "pending") && run.liveness !== "interrupted";

/** What of a run is worth telling again: everything but its elapsed time. */
function shownFacts(run: ObservedRun): string {
  const steps = run.steps.map((step) => [step.record.id, step.status, step.record.attempt]);
  return JSON.stringify([
    run.status,
    run.liveness,
    run.record.currentSteps,
    run.record.tokens,
    steps,
  ]);
}

/** Draws `lines` over the `drawn` lines of before, within the terminal. Returns how many it drew. */
function draw(context: Context, text: string, drawn: number): number {
  const { width, height } = context.stdout;
  const lines = text.split("\n").slice(0, -1).slice(0, Math.max(1, height - 1));
  const up = drawn > 0 ? `\x1b[${drawn}A\r` : "";
  const body = lines.map((line) => `${fitLine(line, width)}\x1b[K\n`).join("");
  context.stdout.write(`${up}${body}\x1b[J`);
  return lines.length;
}

/** The runs of `view`, and those shown before that have ended since. */
function look(runs: Runs, view: StatusView, shown: Set<string>): RunPage {
  const page = runs.reader.runs(view.query);
  if (!view.runningOnly) return page;
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
  let drawn = 0;
  while (true) {
    using runs = first.reopen();
    const page = look(runs, view, shown);
    // Before anything is drawn, or the warning would stand amid it.
    runs.warn();
    if (page.runs.length === 0 && view.runningOnly && !context.quiet) {
      const [last] = runs.reader.runs({ limit: 1 }).runs;
      if (context.format === "text") context.stderr.write(nothingRunning(last, context.now()));
    }
    const changed = page.runs.filter((run) => told.get(run.record.id) !== shownFacts(run));
    const isFirst = told.size === 0;
    for (const run of changed) told.set(run.record.id, shownFacts(run));
    if (context.format === "json") {
      if (changed.length > 0 || isFirst) context.stdout.write(jsonLine(statusJson(runs, page)));
    } else if (context.stdout.isTerminal && !context.quiet) {
      drawn = draw(context, await statusText(context, page, view, context.stdout.width), drawn);
    } else {
      for (const run of changed) {
        context.stdout.write(
          context.quiet ? `${run.record.id}\n` : `${runRow(run, context.color).join("  ")}\n`,
        );
      }
    }
    if (!page.runs.some(isRunning) || context.signal.aborted) return {};
    await delay(context.stdout.isTerminal ? DRAW_MS : LOOK_MS, context.signal);
    if (context.signal.aborted) return {};
  }
}
