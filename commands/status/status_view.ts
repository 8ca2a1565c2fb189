/** What `wave status` answers, as JSON and as text. */
import { worktreeBranches } from "../../executor/files/worktree_branches.ts";
import { latestRun } from "../../state/nested_runs.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import type { RunPage, RunQuery } from "../../state/records/run_reader.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import type { Context } from "../cli/command.ts";
import { type FitOptions, fitRows } from "../output/fit_rows.ts";
import { formatAge } from "../output/format.ts";
import type { LeftOver } from "../execution/left_over.ts";
import type { Runs } from "../runs/open_runs.ts";
import { currentSteps, runJson } from "../output/run_json.ts";
import { factRows, STEP_FIT, stepRows } from "../output/run_text.ts";
import { safeLine } from "../output/safe_text.ts";
import { NO_RUNS, pageNote, runsTable } from "../output/run_page.ts";

/** What is to be shown, and how. */
export interface StatusView {
  readonly query: RunQuery;
  /** One run with its steps, rather than a table. */
  readonly detail: boolean;
  /** Only what runs was asked for, so that nothing to show means that nothing runs. */
  readonly runningOnly: boolean;
}

/** Where nothing runs and only that was asked for: the latest run, null when there is none. */
export function lastRun(
  { reader }: Runs,
  page: RunPage,
  view: StatusView,
): ObservedRun | null | undefined {
  return view.runningOnly && page.runs.length === 0 ? latestRun(reader) : undefined;
}

/** The JSON of `wave status`; `last` as `lastRun()` tells it. */
export function statusJson(
  runs: Runs,
  page: RunPage,
  last?: ObservedRun | null,
  leftOver?: readonly LeftOver[],
): Record<string, unknown> {
  return {
    source: runs.reader.provenance.source,
    total: page.total,
    truncated: page.runs.length < page.total,
    pipelines: page.runs.map(runJson),
    ...last === undefined ? {} : { last: last === null ? null : runJson(last) },
    ...leftOver === undefined
      ? {}
      : { left_over: leftOver.map(({ run, pids }) => ({ run_id: run.record.id, pids })) },
  };
}

/**
 * The text of `wave status`: a table of runs, or one run with its steps. If it `mustFit` no line is wider
 * than the terminal.
 */
export async function statusText(
  context: Context,
  { root }: Runs,
  page: RunPage,
  view: StatusView,
  mustFit = false,
): Promise<string> {
  const [first] = page.runs;
  if (first === undefined) return "";
  if (!view.detail) return await runsTable(context, page.runs, mustFit);
  const { renderTable } = await import("../cliffy/render_table.ts");
  // What is printed once says all that went wrong, in several lines of the terminal if need be.
  const width = mustFit ? context.stdout.width : Infinity;
  const table = (rows: string[][], fit?: FitOptions) => renderTable(fitRows(rows, width, fit));
  const steps = table(stepRows(first, context.color), STEP_FIT);
  const branches = worktreeBranches(wavePaths(root).workspace(first.record.id));
  return table(factRows(first, branches, context.color)) + (steps === "" ? "" : `\n${steps}`);
}

/** `nothing running; last: debug failed at plan 2m ago, see wave logs --errors` */
function nothingRunning(last: ObservedRun | null, now: number): string {
  if (last === null) return `nothing running; ${NO_RUNS}`;
  const [step] = last.status === "failed" || last.status === "cancelled" ? currentSteps(last) : [];
  const where = step === undefined ? "" : ` at ${safeLine(step)}`;
  const age = formatAge(now - (last.completedAt ?? last.record.lastEventAt));
  const next = last.status === "failed" ? "wave logs --errors" : "wave status --all";
  return `nothing running; last: ${safeLine(last.record.pipeline)} ${last.status}${where} ` +
    `${age} ago, see ${next}\n`;
}

/** As `pageNote`; where nothing runs, with the last run, as `lastRun()` tells it, and what to type. */
export function statusNote(
  runs: Runs,
  page: RunPage,
  last: ObservedRun | null | undefined,
  now: number,
): string {
  return last === undefined ? pageNote(runs, page) : nothingRunning(last, now);
}
