/** An event made of its draft. */
import {
  type EventDraft,
  type EventState,
  type Level,
  type RunEvent,
  SCHEMA_VERSION,
} from "./event.ts";

/** The level of an event that names none (contract, section 1). */
function levelOf(state: EventState): Level {
  switch (state) {
    case "output":
    case "tool":
      return "debug";
    case "warning":
    case "paused":
      return "warn";
    case "failed":
    case "contract_failed":
      return "error";
    default:
      return "info";
  }
}

/** What the recorder gives to a draft. */
export type Stamp = Pick<RunEvent, "seq" | "timestamp" | "run_id" | "pipeline_id">;

/** The event that a draft becomes, its keys in the order of a trace line. */
export function eventOf(draft: EventDraft, stamp: Stamp): RunEvent {
  return {
    schema_version: SCHEMA_VERSION,
    ...stamp,
    step_id: draft.step_id,
    state: draft.state,
    level: draft.level ?? levelOf(draft.state),
    persona: draft.persona ?? null,
    message: draft.message ?? "",
    tokens_used: draft.tokens_used ?? 0,
    duration_ms: draft.duration_ms ?? null,
    attempt: draft.attempt ?? null,
    ...(draft.data === undefined ? {} : { data: draft.data }),
    // The union of drafts with their stamps is the union of events, which TypeScript cannot see.
  } as RunEvent;
}
