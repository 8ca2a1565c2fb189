/** What the executor needs from the world around it, and nothing more. */
import type { EventDraft } from "../../event/event.ts";

/**
 * How a run is told to stop. `graceful`: let running steps finish and start nothing more.
 * `forced`: end every process of the run now. Both come from `wave cancel`, Ctrl-C and SIGTERM alike. A
 * request that is forced from the start aborts `forced` first, then `graceful`.
 */
export interface RunControl {
  readonly graceful: AbortSignal;
  readonly forced: AbortSignal;
}

/**
 * Records an event. Returns once it stands in the trace (architecture, rule 3).
 *
 * @throws {WaveError} `trace_write_failed` when it cannot be recorded: the run must then stop.
 */
export type Emit = (draft: EventDraft) => void;

export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}
