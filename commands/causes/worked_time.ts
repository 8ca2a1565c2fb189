/** When each attempt of a run was worked on, on an axis without the time between an end and a resume. */
import type { RunEvent } from "../../event/event.ts";
import { endsRun } from "../../event/event.ts";
import { type Attempt, attemptsOf } from "./step_attempts.ts";
import type { RunStory } from "./run_story.ts";

export interface WorkedSpan {
  readonly attempt: number;
  readonly result: Attempt["result"];
  /** Milliseconds of work since the run started. */
  readonly from: number;
  readonly to: number;
}

export interface WorkedTime {
  readonly totalMs: number;
  /** When it was resumed, on the same axis. */
  readonly resumes: readonly number[];
  /** In the order of the pipeline. */
  readonly steps: readonly { readonly stepId: string; readonly spans: readonly WorkedSpan[] }[];
}

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** The times in which nobody worked on the run. */
function gapsOf(entries: readonly RunEvent[]): readonly Gap[] {
  const gaps: Gap[] = [];
  let before: RunEvent | null = null;
  for (const event of entries) {
    if (event.state === "running" && event.step_id === null && before !== null) {
      const endedAt = endsRun(before) ? before.data.ended_at : undefined;
      const from = Date.parse(endedAt ?? before.timestamp);
      gaps.push({ from, to: Math.max(from, Date.parse(event.timestamp)) });
    }
    before = event;
  }
  return gaps;
}

export function workedTime(story: RunStory): WorkedTime {
  const { record, elapsedMs } = story.run;
  const gaps = gapsOf(story.entries);
  const at = (time: number) => {
    const idle = gaps.reduce(
      (sum, { from, to }) => sum + Math.max(0, Math.min(time, to) - from),
      0,
    );
    return Math.max(0, time - record.startedAt - idle);
  };
  const resumes = gaps.map(({ to }) => at(to));
  const byStep = Map.groupBy(story.entries, ({ step_id }) => step_id);
  const steps = record.steps.map(({ id }) => ({
    stepId: id,
    spans: attemptsOf({ ...story, entries: byStep.get(id) ?? [] }, id).map((each) => {
      const from = at(each.startedAt);
      const to = each.durationMs === null ? elapsedMs : from + each.durationMs;
      return { attempt: each.attempt, result: each.result, from, to: Math.max(from, to) };
    }),
  }));
  const last = Math.max(0, ...steps.flatMap(({ spans }) => spans.map(({ to }) => to)));
  return { totalMs: Math.max(1, elapsedMs, last), resumes, steps };
}
