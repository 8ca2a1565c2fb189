/** `wave status --watch`: the same answer again and again, until nothing in it is running. */
import type { ObservedRun } from "../../state/records/records.ts";
import type { RunPage } from "../../state/records/run_reader.ts";
import type { Context, Outcome, Output } from "../cli/command.ts";
import { delay } from "../../event/delay.ts";
import { columnsOf, fitLine } from "../output/fit_line.ts";
import { formatCount } from "../output/format.ts";
import type { Runs } from "../runs/open_runs.ts";
import { jsonLine } from "../output/print.ts";
import { runCells } from "../output/run_text.ts";
import { safeLine } from "../output/safe_text.ts";
import { lastRun, statusJson, statusNote, statusText, type StatusView } from "./status_view.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";

/** How often a terminal is drawn again, so that elapsed times move. */
const DRAW_MS = 1000;
/** How often changes are looked for where nothing is drawn. */
const LOOK_MS = 250;

const isRunning = (run: ObservedRun) =>
  (run.status === "running" || run.status === "pending") && run.liveness !== "interrupted";

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

/** Rows that lines take: a terminal that has become narrower wraps what it shows. */
function rowsOf(lines: readonly string[], width: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / width)), 0);
}

/** As many lines as fit on the terminal, which keeps a row for the cursor. */
function fitting(text: string, { width, height }: Output): string[] {
  const lines = text.split("\n").slice(0, -1);
  const room = Math.max(1, height - 1);
  if (lines.length <= room) return lines.map((line) => fitLine(line, width));
  const cut = lines.slice(0, room - 1);
  const more = `… ${formatCount(lines.length - cut.length)} more lines`;
  return [...cut, more].map((line) => fitLine(line, width));
}

/** Draws a text over the lines that were drawn before. Returns the lines that it drew. */
function draw(context: Context, text: string, before: readonly string[]): readonly string[] {
  const lines = fitting(text, context.stdout);
  const rows = rowsOf(before, context.stdout.width);
  const up = rows > 0 ? `\x1b[${rows}A\r` : "";
  // Cleared first: behind a line as wide as the terminal it would take its last character.
  context.stdout.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join("")}\x1b[J`);
  return lines;
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
  let drawn: readonly string[] = [];
  const draws = context.stdout.isTerminal && context.env("TERM") !== "dumb" &&
    context.format === "text" && !context.quiet;
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
    } else if (draws) {
      drawn = draw(context, await statusText(context, runs, page, view, true), drawn);
    } else {
      for (const run of changed) {
        context.stdout.write(
          context.quiet
            ? `${safeLine(run.record.id)}\n`
            : `${runCells(run, context.color).join("  ")}\n`,
        );
      }
    }
    if (!page.runs.some(isRunning) || context.signal.aborted) return {};
    await delay(draws ? DRAW_MS : LOOK_MS, context.signal);
    if (context.signal.aborted) {
      // The terminal has shown ^C; the shell's prompt belongs on a line of its own.
      if (drawn.length > 0) context.stdout.write("\n");
      return {};
    }
  }
}
