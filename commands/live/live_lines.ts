/** The lines of the live view: a function of a run's state and the terminal's size. */
import type { Tokens } from "../../event/event.ts";
import { pauseText } from "../../event/pause_words.ts";
import type { RunRecord, StepRecord } from "../../state/records/records.ts";
import { budgetOf, budgetText } from "../output/budget_text.ts";
import { paint, paintStatus } from "../output/color.ts";
import { columnsOf, fitLine } from "../output/fit_line.ts";
import { costCell, formatElapsed, formatUsage, spentText } from "../output/format.ts";
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

/** The steps that fit, in the order of the pipeline: of equal ones those next to what happens now. */
function chosenSteps(steps: readonly StepRecord[], room: number): readonly StepRecord[] {
  if (steps.length <= room) return steps;
  const at = (step: StepRecord) => steps.indexOf(step);
  const recent = (step: StepRecord) => "completedAt" in step ? -step.completedAt : at(step);
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
  step: StepRecord,
  { lastLines }: LiveState,
  idWidth: number,
  { width, now, color }: LiveSize,
): string {
  const end = "completedAt" in step ? step.completedAt : now;
  const elapsed = step.startedAt === null ? "" : formatElapsed(end - step.startedAt);
  const id = padded(fitLine(safeLine(step.id), idWidth), idWidth);
  const status = paintStatus(color, step.status) +
    " ".repeat(STATUS_WIDTH - step.status.length);
  const visit = step.visits > 1 ? `, visit ${step.visits}` : "";
  const attempt = step.attempt > 1 ? ` (attempt ${step.attempt}${visit})` : "";
  const open = step.status === "running" || step.status === "retrying";
  const told = open
    ? lastLines.get(step.id) ?? ""
    : "errorMessage" in step
    ? step.errorMessage.split("\n", 1)[0] ?? ""
    : "";
  const usage = usageOf(tokensOfStep(step));
  const start = `  ${id}  ${status}  ${padded(elapsed, 7)}  ` +
    (usage === "" ? "" : `${usage}  `);
  const rest = safeLine(`${told}${attempt}`.trim());
  return fitLine(`${start}${paint(color, "dim", rest)}`, width);
}

function counts(steps: readonly StepRecord[]): string {
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

function headLine(
  record: RunRecord,
  expected: Expected | null,
  { width, now, color }: LiveSize,
): string {
  const elapsed = Math.max(0, now - record.startedAt - record.idleMs);
  const done = record.steps.filter(({ status }) => status === "completed" || status === "skipped");
  const usage = spentText(tokensOfRun(record));
  const budget = budgetOf(record, elapsed);
  const pauses = record.pauses.filter(({ until }) => until > now);
  const paused = pauses.length === 0 ? "" : ` · ${safeLine(pauseText(pauses, now))}`;
  const text = `${paint(color, "bold", safeLine(record.id))}  ${formatElapsed(elapsed)} · ` +
    `${done.length} of ${record.steps.length} steps` +
    (usage === null ? "" : ` · ${usage}`) +
    (budget === null ? "" : ` · ${budgetText(budget)}`) +
    (paused || leftText(expected, elapsed));
  return fitLine(text, width);
}

/** None wider than the terminal, and a row fewer than it has, for the cursor. */
export function liveLines(
  state: LiveState,
  size: LiveSize,
  expected: Expected | null = null,
): readonly string[] {
  const { record } = state;
  if (record === null || size.height < 3) return [];
  const room = size.height - 2;
  const { steps } = record;
  const all = steps.length <= room;
  const shown = chosenSteps(steps, all ? room : room - 1);
  const widest = Math.max(0, ...shown.map(({ id }) => columnsOf(safeLine(id))));
  const idWidth = Math.min(WIDEST_ID, widest, Math.max(4, Math.floor(size.width / 3)));
  const left = steps.filter((step) => !shown.includes(step));
  return [
    headLine(record, expected, size),
    ...shown.map((step) => stepLine(step, state, idWidth, size)),
    ...all ? [] : [fitLine(`  … and ${counts(left)}`, size.width)],
  ];
}
