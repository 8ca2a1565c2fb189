/** `wave status <run-id> --timeline`: when each step was worked on, as bars. */
import type { RunQuery } from "../../state/records/run_reader.ts";
import { readStory } from "../causes/run_story.ts";
import { type WorkedTime, workedTime } from "../causes/worked_time.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { paint } from "../output/color.ts";
import { columnsOf, fitLine } from "../output/fit_line.ts";
import { formatElapsed } from "../output/format.ts";
import { safeLine } from "../output/safe_text.ts";
import type { Runs } from "../runs/open_runs.ts";
import { statusJson } from "./status_view.ts";

const WIDEST_ID = 24;
const NARROWEST = 10;

/** What stands for each result: told apart without colour, too. */
const MARKS = { completed: "█", failed: "x", cancelled: "/", skipped: ".", running: "▒" } as const;
const COLORS = {
  completed: "green",
  failed: "red",
  cancelled: "yellow",
  skipped: "dim",
  running: "blue",
} as const;

type Span = WorkedTime["steps"][number]["spans"][number];

/** A bar of `cells` columns. What was over at once has one column; a resume is a line where nothing ran. */
function bar(
  spans: readonly Span[],
  { totalMs, resumes }: WorkedTime,
  cells: number,
  color: boolean,
) {
  const cell = (ms: number) => Math.min(cells - 1, Math.floor((ms / totalMs) * cells));
  const line: string[] = Array.from({ length: cells }, () => " ");
  for (const at of resumes) line[cell(at)] = "|";
  for (const { from, to, result } of spans) {
    // A span ends before the column in which the next one may begin.
    const last = Math.max(cell(from), Math.ceil((to / totalMs) * cells) - 1);
    for (let at = cell(from); at <= last; at++) {
      line[at] = paint(color, COLORS[result], MARKS[result]);
    }
  }
  return line.join("");
}

/** Lines no wider than `width`, with a newline at the end; nothing where no step ran. */
export function timelineText(time: WorkedTime, width: number, color: boolean): string {
  const ran = time.steps.filter(({ spans }) => spans.length > 0);
  const ids = ran.map(({ stepId }) => fitLine(safeLine(stepId), WIDEST_ID));
  const idWidth = Math.max(0, ...ids.map(columnsOf));
  const cells = Math.max(NARROWEST, width - idWidth - 12);
  const lines = ran.map(({ spans }, index) => {
    const id = ids[index] ?? "";
    const sum = spans.reduce((total, { from, to }) => total + to - from, 0);
    const tries = spans.length > 1 ? ` x${spans.length}` : "";
    return `${id}${" ".repeat(idWidth - columnsOf(id))} ${bar(spans, time, cells, color)} ` +
      `${formatElapsed(sum)}${tries}`;
  });
  const resumed = time.resumes.length === 0 ? "" : `; | resumed`;
  const legend = `█ completed, x failed, / cancelled, ▒ running${resumed}`;
  return lines.length === 0
    ? ""
    : [...lines, `${" ".repeat(idWidth)} 0s to ${formatElapsed(time.totalMs)}; ${legend}`]
      .map((line) => `${fitLine(line, width)}\n`).join("");
}

function timelineJson({ totalMs, resumes, steps }: WorkedTime): Record<string, unknown> {
  return {
    total_ms: totalMs,
    resumed_at_ms: resumes,
    steps: steps.map(({ stepId, spans }) => ({
      step_id: stepId,
      attempts: spans.map(({ attempt, result, from, to }) => ({
        ...{ attempt, result, from_ms: from, to_ms: to },
      })),
    })),
  };
}

/** `query` selects one run. */
export function timelineOutcome(context: Context, runs: Runs, query: RunQuery): Outcome {
  const page = runs.reader.runs(query);
  const [run] = page.runs;
  if (run === undefined) return { json: statusJson(runs, page), note: "no run matches\n" };
  const time = workedTime(readStory(runs.root, runs.reader, run));
  const width = context.stdout.isTerminal ? context.stdout.width : 100;
  return {
    json: { ...statusJson(runs, page), timeline: timelineJson(time) },
    text: () => timelineText(time, width, context.color),
  };
}
