/** How events stand in `event_log`, both ways. */
import { type RunEvent, SCHEMA_VERSION } from "../../event/event.ts";
import { type Bound, number, numberOrNull, type Row, stored, text, textOrNull } from "./rows.ts";

export function eventRow(event: RunEvent): Bound {
  return {
    run_id: event.run_id,
    seq: event.seq,
    timestamp: Date.parse(event.timestamp),
    step_id: event.step_id,
    state: event.state,
    level: event.level,
    persona: stored(event.persona),
    message: stored(event.message),
    tokens_used: event.tokens_used,
    duration_ms: event.duration_ms,
    attempt: event.attempt,
    data: event.data === undefined ? null : JSON.stringify(event.data),
  };
}
