/** What a recording needs from the database, which is an index of its trace. */
import type { RunEvent } from "../../event/event.ts";
import type { ArtifactRecord, RunRecord } from "./records.ts";

/** What happened to a run since the last batch, without its `output` events. */
export interface IndexBatch {
  readonly events: readonly RunEvent[];
  /** After all events of the trace up to `traceBytes`. */
  readonly record: RunRecord;
  readonly artifacts: readonly ArtifactRecord[];
  /** Size of the trace up to which `record` and `artifacts` are folded. */
  readonly traceBytes: number;
}

export interface RunIndex {
  /**
   * Commits a batch in one transaction; doing it again changes nothing. When the record has ended, a
   * recorded cancel request of the run is used up. Never waits.
   *
   * @throws {IndexBusyError} another writer has the database: to be tried again.
   */
  append(batch: IndexBatch): void;
  /**
   * Brings the run up to date from its trace, wherever the index stands. Never waits.
   *
   * @throws {IndexBusyError} another writer has the database: to be tried again.
   */
  catchUp(runId: string): void;
}

/** Another process is writing to the database. */
export class IndexBusyError extends Error {
  override readonly name = "IndexBusyError";
}
