/** Makes the story of a run from the events that it had. */
import type { EventDraft, OutputWritten, RunEvent, StepEnded } from "../../../event/event.ts";
import { NO_TOKENS } from "../../../event/tokens.ts";
import type { RunStory } from "../../../commands/causes/run_story.ts";
import { fold } from "../../../state/records/fold.ts";
import { interruption } from "../../../state/live/liveness.ts";
import type { ObservedRun, RunRecord } from "../../../state/records/records.ts";
import { snapshotOf } from "../../../state/records/snapshot.ts";
import { eventOf } from "../../events.ts";

export type Told = EventDraft | { readonly end: "completed" | "failed" | "cancelled"; why: string };

const LEVELS = ["info", "warn", "error"];

function observed(record: RunRecord): ObservedRun {
  const interrupted = record.status === "running";
  const completedAt = "completedAt" in record ? record.completedAt : record.lastEventAt;
  const elapsedMs = completedAt - record.startedAt;
  return {
    record,
    liveness: interrupted ? "interrupted" : "finished",
    status: interrupted ? "failed" : record.status,
    errorMessage: interrupted
      ? interruption(record)
      : "errorMessage" in record
      ? record.errorMessage
      : null,
    completedAt,
    pauses: [],
    cancelling: false,
    elapsedMs,
    wallMs: elapsedMs,
    steps: record.steps.map((step) => ({
      record: step,
      status: step.status,
      errorMessage: "errorMessage" in step ? step.errorMessage : null,
      completedAt: "completedAt" in step ? step.completedAt : null,
      elapsedMs: null,
      waiting: false,
    })),
  };
}

/** A run without an end was interrupted. `inner` are the stories of the runs that its steps ran. */
export function storyOf(
  told: readonly Told[],
  { id = "demo-20260202-143022", inner = {} }: {
    readonly id?: string;
    readonly inner?: Readonly<Record<string, RunStory>>;
  } = {},
): RunStory {
  let record: RunRecord | null = null;
  const events: RunEvent[] = [];
  for (const one of told) {
    const draft: EventDraft | null = "end" in one
      ? record && {
        step_id: null,
        state: one.end,
        message: one.why,
        data: { snapshot: snapshotOf(record, 0, one.end) },
      }
      : one;
    if (draft === null) throw new Error("a run ends after its start");
    const event = eventOf(draft, events.length + 1, id);
    events.push(event);
    record = fold(record, event);
  }
  if (record === null) throw new Error("a story begins with its start");
  return {
    run: observed(record),
    entries: events.filter(({ level }) => LEVELS.includes(level)),
    output: (step) =>
      events.filter((event): event is OutputWritten =>
        event.state === "output" && event.step_id === step
      ),
    inner: (runId) => inner[runId] ?? null,
    outermost: id,
  };
}

export const begun = (step_id: string, attempt = 1): EventDraft => ({
  step_id,
  attempt,
  state: "running",
  data: { nonce: "0".repeat(32), workspace: `.wave/workspaces/x/${step_id}` },
});

export const wrote = (
  step_id: string,
  stream: "stdout" | "stderr",
  message: string,
  attempt = 1,
): EventDraft => ({ step_id, attempt, state: "output", message, data: { stream } });

export const ended = (
  step_id: string,
  state: StepEnded["state"],
  message = "",
  attempt = 1,
): EventDraft => ({ step_id, attempt, state, message, data: { tokens: NO_TOKENS } });

export const retrying = (step_id: string, message: string, attempt = 1): EventDraft => ({
  step_id,
  attempt,
  state: "retrying",
  message,
  data: { delay_ms: 10 },
});

export const warned = (step_id: string, message: string, attempt = 1, data = {}): EventDraft => ({
  step_id,
  attempt,
  state: "warning",
  message,
  data,
});
