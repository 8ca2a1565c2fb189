/** How events stand in `event_log`, both ways. */
import type { SQLInputValue } from "node:sqlite";
import { decodeLine } from "../../event/codec.ts";
import { type RunEvent, SCHEMA_VERSION } from "../../event/event.ts";
import { number, numberOrNull, type Row, stored, text, textOrNull } from "./row_values.ts";

/** The columns of `event_log`, in the order of `eventValues`. */
export const EVENT_COLUMNS = [
  "run_id",
  "seq",
  "timestamp",
  "step_id",
  "state",
  "level",
  "persona",
  "message",
  "tokens_used",
  "duration_ms",
  "attempt",
  "data",
];

export function eventValues(event: RunEvent): SQLInputValue[] {
  return [
    event.run_id,
    event.seq,
    Date.parse(event.timestamp),
    stored(event.step_id),
    event.state,
    event.level,
    stored(event.persona),
    stored(event.message),
    event.tokens_used,
    event.duration_ms,
    event.attempt,
    event.data === undefined ? null : JSON.stringify(event.data),
  ];
}

/** The event in a row of `event_log` that was joined with its run's pipeline. Null for a damaged one. */
export function eventOfRow(row: Row): RunEvent | null {
  const data = textOrNull(row, "data");
  const fields = JSON.stringify({
    schema_version: SCHEMA_VERSION,
    seq: number(row, "seq"),
    timestamp: new Date(number(row, "timestamp")).toISOString(),
    run_id: text(row, "run_id"),
    pipeline_id: text(row, "pipeline_name"),
    step_id: textOrNull(row, "step_id"),
    state: text(row, "state"),
    level: text(row, "level"),
    persona: textOrNull(row, "persona"),
    message: text(row, "message"),
    tokens_used: number(row, "tokens_used"),
    duration_ms: numberOrNull(row, "duration_ms"),
    attempt: numberOrNull(row, "attempt"),
  });
  // Through the codec, which checks that the row is an event.
  return decodeLine(data === null ? fields : `${fields.slice(0, -1)},"data":${data}}`);
}
