/** Makes events of drafts and records them: redact, append to the trace, then tell the listener. */
import { encodeEvent } from "./codec.ts";
import type { EventDraft, RunEvent } from "./event.ts";
import { eventOf } from "./make_event.ts";
import type { Redactor } from "./redaction/redact.ts";
import type { TraceWriter } from "./trace_writer.ts";

/** Text that an `output` event carries at most, in bytes of UTF-8. */
export const MAX_OUTPUT_BYTES = 64 << 10;
/** UTF-8 takes at most so many bytes for what is one unit of a string's length. */
const MAX_BYTES_PER_UNIT = 3;

export interface RecorderOptions {
  readonly runId: string;
  readonly pipeline: string;
  readonly trace: TraceWriter;
  readonly redactor: Redactor;
  /** Number of the last event that the trace holds; 0 for a new one. */
  readonly lastSeq: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told each event once it stands in the trace. */
  readonly listener: (event: RunEvent) => void;
}

/**
 * A function that records drafts (architecture, rule 3). `output` messages of more than
 * {@linkcode MAX_OUTPUT_BYTES} become several events.
 *
 * The function throws {@linkcode OperationError} `trace_write_failed`; its number is then used by the
 * next event, so that the trace stays without gaps.
 */
export function createRecorder(options: RecorderOptions): (draft: EventDraft) => void {
  const { runId, pipeline, trace, redactor, now, listener } = options;
  let seq = options.lastSeq;
  let at = NaN;
  let timestamp = "";

  function record(draft: EventDraft): void {
    const ms = now();
    if (ms !== at) {
      at = ms;
      timestamp = new Date(ms).toISOString();
    }
    const event = eventOf(draft, {
      seq: seq + 1,
      timestamp,
      run_id: runId,
      pipeline_id: pipeline,
    });
    trace.append(encodeEvent(event));
    seq++;
    listener(event);
  }

  return (draft) => {
    for (const piece of pieces(redacted(draft, redactor))) record(piece);
  };
}

/**
 * Redacts what comes from outside: messages, the input, details of tools, contracts and warnings. What
 * wave itself made (ids, paths, marks, snapshots of recorded messages) stays as it is.
 */
function redacted(draft: EventDraft, redactor: Redactor): EventDraft {
  // SQLite would store another character for half of a pair of surrogates. `output` never gets there.
  const clean = (text: string) =>
    draft.state === "output" ? redactor.text(text) : redactor.text(text).toWellFormed();
  const message = draft.message === undefined ? {} : { message: clean(draft.message) };
  switch (draft.state) {
    case "output": {
      const { bytes } = draft.data;
      if (bytes === undefined) return { ...draft, ...message };
      return { ...draft, ...message, data: { ...draft.data, bytes: redactBytes(bytes, redactor) } };
    }
    case "started": {
      const input = clean(draft.data.input);
      const input_redacted = draft.data.input_redacted || input !== draft.data.input;
      return { ...draft, ...message, data: { ...draft.data, input, input_redacted } };
    }
    case "tool":
    case "paused":
    case "warning":
    case "validating":
    case "contract_passed":
    case "contract_failed": {
      // Only strings and keys change, so that the shape of the data is kept.
      const data = withoutSecrets(draft.data, redactor) as typeof draft.data;
      return { ...draft, ...message, ...(data === undefined ? {} : { data }) } as EventDraft;
    }
    default:
      return { ...draft, ...message };
  }
}

/** Details whose values are names that wave goes by: a variable may have such a word as its value. */
const NAMES: ReadonlySet<string> = new Set([
  ...["tool", "contract", "inner_run", "artifact", "default", "choices"],
]);
const PLAIN_NAME = /^[A-Za-z][A-Za-z_.-]{0,39}$/;

function withoutSecrets(data: EventDraft["data"], redactor: Redactor): unknown {
  const clean = redactor.value(data);
  if (clean === data || typeof clean !== "object" || clean === null || data === undefined) {
    return clean;
  }
  for (const [key, value] of Object.entries(data)) {
    if (NAMES.has(key) && typeof value === "string" && PLAIN_NAME.test(value)) {
      Object.assign(clean, { [key]: value });
    }
    if (key === "choices") Object.assign(clean, { [key]: value });
  }
  return clean;
}

/** Bytes that are no UTF-8 may hold a secret all the same: searched as one character a byte. */
function redactBytes(base64: string, redactor: Redactor): string {
  const bytes = atob(base64);
  const clean = redactor.text(bytes);
  return clean === bytes ? base64 : btoa(clean);
}

const scratch = new Uint8Array(MAX_OUTPUT_BYTES);
const encoder = new TextEncoder();

/** The draft, or if its output is too long several that carry it together. */
function* pieces(draft: EventDraft): Generator<EventDraft> {
  if (draft.state !== "output") return yield draft;
  let rest = draft.message ?? "";
  let data = draft.data;
  while (rest.length * MAX_BYTES_PER_UNIT > MAX_OUTPUT_BYTES) {
    const { read } = encoder.encodeInto(rest, scratch);
    if (read === rest.length) break;
    yield { ...draft, message: rest.slice(0, read), data };
    // They hold the rest too, which must not be told twice.
    if (data.bytes !== undefined) return;
    rest = rest.slice(read);
    data = { ...data, continued: true };
  }
  yield { ...draft, message: rest, data };
}
