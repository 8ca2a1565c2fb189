/** A run as text: a row of a table, or a page of its own. */
import { pauseText } from "../../event/pause_words.ts";
import type { GateRecord } from "../../event/event.ts";
import { optionWords } from "../../event/run_options.ts";
import type { ObservedRun, RunRecord, StepRecord } from "../../state/records/records.ts";
import { budgetOf, budgetText } from "./budget_text.ts";
import { paint, paintStatus } from "./color.ts";
import type { FitOptions } from "./fit_rows.ts";
import { costCell, formatElapsed, formatTime, formatTokens, formatUsage } from "./format.ts";
import { currentSteps, pausesNow } from "./run_json.ts";
import { safeLine } from "./safe_text.ts";
import { tokensOfRun, tokensOfStep } from "../../state/records/step_use.ts";

const RUN_COLUMNS = ["Run", "Pipeline", "Status", "Step", "Elapsed", "Tokens", "Cost"] as const;
const STEP_COLUMNS = ["Step", "Persona", "Status", "Attempt", "Elapsed", "Tokens", "Cost"] as const;

/**
 * On a narrow terminal the pipeline goes first, because a run's id begins with it; ids, which one types
 * again, and statuses are the last to be shortened.
 */
export const RUN_FIT: FitOptions = { expendable: [1, 5, 6, 4], kept: [0, 2] };
export const STEP_FIT: FitOptions = { expendable: [1, 3, 5, 6, 4], kept: [0, 2] };

/** Where a run is or stopped: `a`, `a +1` when several steps run, `-` for nowhere. */
function stepText(run: ObservedRun): string {
  const [first, ...others] = currentSteps(run);
  if (first === undefined) return "-";
  return others.length === 0 ? safeLine(first) : `${safeLine(first)} +${others.length}`;
}

/** The steps that wait for an answer. */
function waiting(run: ObservedRun): string[] {
  return run.steps.flatMap((step) => step.waiting ? [step.record.id] : []);
}

/** `running (waiting)`, `completed (2 warnings)` */
export function statusCell(run: ObservedRun, color: boolean): string {
  const pauses = pausesNow(run);
  const note = run.cancelling
    ? "cancelling"
    : waiting(run).length > 0
    ? "waiting"
    : pauses.length > 0
    ? safeLine(pauseText(pauses, run.record.startedAt + run.wallMs))
    : run.liveness;
  const cell = paintStatus(color, run.status, run.liveness === "alive" ? note : run.liveness);
  const { warnings } = run.record;
  return warnings === 0 ? cell : `${cell} (${warnings} ${warnings === 1 ? "warning" : "warnings"})`;
}

/** A run's cells of the table. */
export function runCells(run: ObservedRun, color: boolean): string[] {
  const tokens = tokensOfRun(run.record);
  return [
    safeLine(run.record.id),
    safeLine(run.record.pipeline),
    statusCell(run, color),
    stepText(run),
    formatElapsed(run.elapsedMs),
    formatUsage(tokens),
    costCell(tokens),
  ];
}

/** The table's head. */
export function head(columns: readonly string[], color: boolean): string[] {
  return columns.map((column) => paint(color, "bold", column));
}

/** Runs as rows of a table, the head first; nothing for no runs. */
export function runRows(runs: readonly ObservedRun[], color: boolean): string[][] {
  if (runs.length === 0) return [];
  return [head(RUN_COLUMNS, color), ...runs.map((run) => runCells(run, color))];
}

/** Long texts are cut in tables and facts; JSON has all of it. */
function cut(text: string, length: number): string {
  const line = safeLine(text);
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}

/** The time in which it was worked on, and the whole time where that is seconds more. */
export function elapsedText({ elapsedMs, wallMs }: ObservedRun): string {
  const elapsed = formatElapsed(elapsedMs);
  return wallMs - elapsedMs < 1000 ? elapsed : `${elapsed} (${formatElapsed(wallMs)} in all)`;
}

/** What was chosen on the command line; null for nothing. */
function optionsText({ mock, options }: RunRecord): string | null {
  const words = [...mock ? ["--mock"] : [], ...optionWords(options)];
  return words.length === 0 ? null : cut(words.join(" "), 200);
}

/** `ship: approve by ann: "looks good"` */
function answerText(step: string, { choice, text, by }: GateRecord): string {
  const who = by === null ? "" : ` by ${by}`;
  return cut(`${step}: ${choice}${who}${text === null || text === "" ? "" : `: ${text}`}`, 200);
}

/** The facts of one run, a line each, as cells of a table; `branches` are those of its worktrees. */
export function factRows(
  run: ObservedRun,
  branches: readonly string[],
  color: boolean,
): string[][] {
  const { record } = run;
  const tokens = tokensOfRun(record);
  const budget = budgetOf(record, run.elapsedMs);
  const facts: [string, string | null][] = [
    ["Run", safeLine(record.id)],
    ["Pipeline", safeLine(record.pipeline)],
    ["Status", statusCell(run, color)],
    ["Step", stepText(run)],
    ...waiting(run).map((step): [string, string] => [
      "Waiting",
      `for approval: wave approve ${safeLine(record.id)} --step ${safeLine(step)}`,
    ]),
    ["Input", record.input === "" ? null : cut(record.input, 200)],
    ["Options", optionsText(record)],
    ...run.steps.flatMap((step): [string, string][] =>
      step.record.gate === null ? [] : [["Answered", answerText(step.record.id, step.record.gate)]]
    ),
    [
      "Within",
      record.parent === null
        ? null
        : `${safeLine(record.parent.runId)}, step ${safeLine(record.parent.stepId)}`,
    ],
    [branches.length > 1 ? "Branches" : "Branch", branches.map(safeLine).join(", ") || null],
    ["Started", formatTime(record.startedAt)],
    ["Ended", run.completedAt === null ? null : formatTime(run.completedAt)],
    ["Elapsed", elapsedText(run)],
    [
      "Tokens",
      `${formatUsage(tokens)} (${formatTokens(tokens.input)} in, ${
        formatTokens(tokens.output)
      } out)`,
    ],
    ["Cost", costCell(tokens)],
    ["Budget", budget === null ? null : budgetText(budget)],
    [
      run.status === "cancelled" ? "Reason" : "Error",
      run.errorMessage === null ? null : cut(run.errorMessage, 500),
    ],
  ];
  return facts.flatMap(([name, value]) =>
    value === null ? [] : [[paint(color, "bold", name), value]]
  );
}

function attemptText({ attempt, visits }: StepRecord): string {
  const again = visits > 1 ? ` (visit ${visits})` : "";
  return attempt === 0 ? "-" : `${attempt}${again}`;
}

/** The steps of one run as rows of a table, the head first. */
export function stepRows(run: ObservedRun, color: boolean): string[][] {
  if (run.steps.length === 0) return [];
  const failed = run.steps.some((step) => step.errorMessage !== null);
  const rows = run.steps.map((step) => [
    safeLine(step.record.id),
    step.record.persona === null ? "-" : safeLine(step.record.persona),
    paintStatus(color, step.status, step.waiting ? "waiting" : undefined),
    attemptText(step.record),
    step.elapsedMs === null ? "-" : formatElapsed(step.elapsedMs),
    formatUsage(tokensOfStep(step.record)),
    costCell(tokensOfStep(step.record)),
    ...failed ? [step.errorMessage === null ? "" : cut(step.errorMessage, 120)] : [],
  ]);
  return [head(failed ? [...STEP_COLUMNS, "Error"] : STEP_COLUMNS, color), ...rows];
}
