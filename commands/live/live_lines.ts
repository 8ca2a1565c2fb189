/** The lines of the live views: a function of the state of runs and the terminal's size. */
import type { Tokens } from "../../event/event.ts";
import { pauseText } from "../../event/pause_words.ts";
import type { ObservedStep, RunRecord, StepRecord } from "../../state/records/records.ts";
import { budgetOf, budgetText } from "../output/budget_text.ts";
import { paint, paintStatus } from "../output/color.ts";
import { columnsOf, fitLine } from "../output/fit_line.ts";
import { costCell, formatCount, formatElapsed, formatUsage, spentText } from "../output/format.ts";
import { safeLine } from "../output/safe_text.ts";
import type { LiveState } from "./live_state.ts";
import { tokensOfRun, tokensOfStep } from "../../state/records/step_use.ts";

export interface LiveSize {
  readonly width: number;
  readonly height: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly color: boolean;
}

/** Milliseconds that runs like this one took, to tell what is left. */
export interface Expected {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

const STATUS_WIDTH = "completed".length;
const WIDEST_ID = 24;

/** What to show first where there is not room for all. */
const RANK: Readonly<Record<StepRecord["status"], number>> = {
  running: 0,
  retrying: 0,
  failed: 1,
  cancelled: 2,
  pending: 3,
  completed: 4,
  skipped: 5,
};

/** A step as it is shown. */
type LiveStep = Pick<
  ObservedStep,
  "record" | "status" | "errorMessage" | "elapsedMs" | "completedAt"
>;

/** A run as it is shown. */
export interface LiveRun {
  readonly record: RunRecord;
  readonly steps: readonly LiveStep[];
  /** In which it was worked on. */
  readonly elapsedMs: number;
  /** How it stands, painted, unless it just runs. */
  readonly standing: string | null;
  /** It has ended, or was interrupted. */
  readonly isOver: boolean;
  /** The last line that each step printed, or the last tool that it called; untrusted text. */
  readonly lastLines: ReadonlyMap<string, string>;
  readonly expected?: Expected | null;
}

/** A run that this process executes. */
function liveRun(record: RunRecord, { lastLines }: LiveState, now: number): LiveRun {
  const steps = record.steps.map((step): LiveStep => {
    const completedAt = "completedAt" in step ? step.completedAt : null;
    return {
      record: step,
      status: step.status,
      errorMessage: "errorMessage" in step ? step.errorMessage : null,
      completedAt,
      elapsedMs: step.startedAt === null ? null : (completedAt ?? now) - step.startedAt,
    };
  });
  const elapsedMs = Math.max(0, now - record.startedAt - record.idleMs);
  return { record, steps, elapsedMs, standing: null, isOver: false, lastLines };
}

/** The steps that fit, in the order of the pipeline: of equal ones those next to what happens now. */
function chosenSteps(steps: readonly LiveStep[], room: number): readonly LiveStep[] {
  if (steps.length <= room) return steps;
  const at = (step: LiveStep) => steps.indexOf(step);
  const recent = (step: LiveStep) => step.completedAt === null ? at(step) : -step.completedAt;
  const first = steps
    .toSorted((a, b) => RANK[a.status] - RANK[b.status] || recent(a) - recent(b))
    .slice(0, room);
  const chosen = new Set(first);
  return steps.filter((step) => chosen.has(step));
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columnsOf(text)));
}

function usageOf(tokens: Tokens): string {
  const cost = costCell(tokens);
  return cost === "-" ? "" : `${formatUsage(tokens)} ${cost === "unknown" ? "cost unknown" : cost}`;
}

function stepLine(
  { record: step, status, errorMessage, elapsedMs }: LiveStep,
  lastLine: string,
  idWidth: number,
  { width, color }: LiveSize,
): string {
  const elapsed = elapsedMs === null ? "" : formatElapsed(elapsedMs);
  const id = padded(fitLine(safeLine(step.id), idWidth), idWidth);
  const state = paintStatus(color, status) + " ".repeat(STATUS_WIDTH - status.length);
  const visit = step.visits > 1 ? `, visit ${step.visits}` : "";
  const attempt = step.attempt > 1 ? ` (attempt ${step.attempt}${visit})` : "";
  const open = status === "running" || status === "retrying";
  const told = open ? lastLine : errorMessage?.split("\n", 1)[0] ?? "";
  const usage = usageOf(tokensOfStep(step));
  const start = `  ${id}  ${state}  ${padded(elapsed, 7)}  ` +
    (usage === "" ? "" : `${usage}  `);
  const rest = safeLine(`${told}${attempt}`.trim());
  return fitLine(`${start}${paint(color, "dim", rest)}`, width);
}

function counts(steps: readonly LiveStep[]): string {
  const of = (status: StepRecord["status"]) =>
    steps.filter((step) => step.status === status).length;
  return ([
    "running",
    "retrying",
    "failed",
    "cancelled",
    "pending",
    "completed",
    "skipped",
  ] as const)
    .flatMap((status) => of(status) === 0 ? [] : [`${of(status)} ${status}`])
    .join(", ");
}

/** ` · about 2m left (1m to 4m)`; nothing once it takes longer than any before. */
function leftText(expected: Expected | null, elapsed: number): string {
  if (expected === null || elapsed >= expected.most) return "";
  const left = (total: number) => formatElapsed(Math.max(0, total - elapsed));
  return ` · about ${left(expected.median)} left ` +
    `(${left(expected.least)} to ${left(expected.most)})`;
}

function headLine(run: LiveRun, { width, now, color }: LiveSize): string {
  const { record, steps, elapsedMs, standing, expected = null } = run;
  const done = steps.filter(({ status }) => status === "completed" || status === "skipped");
  const usage = spentText(tokensOfRun(record));
  const budget = budgetOf(record, elapsedMs);
  const pauses = record.pauses.filter(({ until }) => until > now);
  const paused = pauses.length === 0 ? "" : ` · ${safeLine(pauseText(pauses, now))}`;
  const text = `${paint(color, "bold", safeLine(record.id))}  ` +
    (standing === null ? "" : `${standing} · `) +
    `${formatElapsed(elapsedMs)} · ${done.length} of ${steps.length} steps` +
    (usage === null ? "" : ` · ${usage}`) +
    (budget === null ? "" : ` · ${budgetText(budget)}`) +
    (standing === null ? paused || leftText(expected, elapsedMs) : "");
  return fitLine(text, width);
}

/** A run with as many of its steps as fit on `rows`, at least 1. */
function runLines(run: LiveRun, rows: number, size: LiveSize): string[] {
  const { steps, lastLines } = run;
  const room = rows - 1;
  if (room < 1) return [headLine(run, size)];
  const all = steps.length <= room;
  const shown = chosenSteps(steps, all ? room : room - 1);
  const widest = Math.max(0, ...shown.map(({ record }) => columnsOf(safeLine(record.id))));
  const idWidth = Math.min(WIDEST_ID, widest, Math.max(4, Math.floor(size.width / 3)));
  const left = steps.filter((step) => !shown.includes(step));
  return [
    headLine(run, size),
    ...shown.map((step) => stepLine(step, lastLines.get(step.record.id) ?? "", idWidth, size)),
    ...all ? [] : [fitLine(`  … and ${counts(left)}`, size.width)],
  ];
}

/** None wider than the terminal, and a row fewer than it has, for the cursor. */
export function liveLines(
  state: LiveState,
  size: LiveSize,
  expected: Expected | null = null,
): readonly string[] {
  const { record } = state;
  if (record === null || size.height < 3) return [];
  return runLines({ ...liveRun(record, state, size.now), expected }, size.height - 1, size);
}

/**
 * The lines of several runs: what runs with its steps, which share the rows that there are, what is over with
 * a line. Where there is not even room for that, what runs is shown first, and the rest counted.
 */
export function runsLines(runs: readonly LiveRun[], size: LiveSize): readonly string[] {
  const rows = size.height - 1;
  if (rows < 1) return [];
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return runLines(only, rows, size);
  const most = runs.length <= rows ? runs.length : rows - 1;
  const chosen = new Set(
    runs.toSorted((a, b) => Number(a.isOver) - Number(b.isOver)).slice(0, most),
  );
  const shown = runs.filter((run) => chosen.has(run));
  const left = runs.length - shown.length;
  const wanted = shown.map((run) => run.isOver ? 0 : run.steps.length);
  const extra = shared(wanted, rows - shown.length - (left > 0 ? 1 : 0));
  return [
    ...shown.flatMap((run, index) => runLines(run, 1 + (extra[index] ?? 0), size)),
    ...left === 0 ? [] : [fitLine(`… and ${formatCount(left)} more runs`, size.width)],
  ];
}

/** Gives each what it wants, as far as there is enough; who wants more than a fair share gets that. */
function shared(wanted: readonly number[], room: number): number[] {
  const given = wanted.map(() => 0);
  const smallestFirst = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  let rest = Math.max(0, room);
  for (const [place, index] of smallestFirst.entries()) {
    const fair = Math.floor(rest / (smallestFirst.length - place));
    const gets = Math.min(wanted[index] ?? 0, fair);
    given[index] = gets;
    rest -= gets;
  }
  return given;
}
