/** The `StateStore` on SQLite. */
import { delay } from "../../event/delay.ts";
import type { ArtifactWritten, Owner, RunEvent } from "../../event/event.ts";
import { fold, foldArtifacts } from "../records/fold.ts";
import { type WavePaths, wavePaths } from "../records/wave_paths.ts";
import type {
  ArtifactRecord,
  CancellationRecord,
  RunRecord,
  StepRecord,
} from "../records/records.ts";
import { type IndexBatch, IndexBusyError } from "../records/run_index.ts";
import type {
  EventQuery,
  ListRunsOptions,
  PipelineRecord,
  StateStore,
} from "../records/state_store.ts";
import { catchUpMarked } from "./catch_up.ts";
import type { Database } from "./database.ts";
import { eventOf } from "./event_rows.ts";
import { DatabaseError } from "./database_error.ts";
import { indexTrace } from "./index_trace.ts";
import { openForWriting, type OpenOptions } from "./write_connection.ts";
import { id, indexedRun, storedArtifacts, storedRuns } from "./stored_runs.ts";
import { number, text } from "./row_values.ts";
import { deleteRun, type IndexedRun, writeEvents, writeRun } from "./write_rows.ts";

const RETRY_MS = 20;

export interface StoreOptions extends OpenOptions {
  /**
   * How long to go on trying, in milliseconds, while another process has the database; 0 unless told.
   * Between two tries the event loop runs.
   */
  readonly patienceMs?: number;
  /** This process, as it takes hold of runs that died before the database had all of them. */
  readonly owner: Owner;
}

/**
 * Opens the database of the project at `root` for writing and brings it up to date with marked runs.
 *
 * @throws {DatabaseError} it cannot be used; `busy` when trying again may help.
 */
export async function openStore(root: string, options: StoreOptions): Promise<StateStore> {
  const paths = wavePaths(root);
  const database = await openPatiently(paths, options);
  try {
    await catchUpMarked(database, paths, options.owner);
    return new SqliteStore(paths, options, database);
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

async function openPatiently(paths: WavePaths, options: StoreOptions): Promise<Database> {
  const { patienceMs = 0 } = options;
  for (let tries = 1;; tries++) {
    try {
      return openForWriting(paths, options);
    } catch (error) {
      // Counted, because a machine that is busy itself may take all the time between two tries.
      const over = tries * RETRY_MS > patienceMs;
      if (over || !(error instanceof DatabaseError && error.busy)) throw error;
    }
    await delay(RETRY_MS);
  }
}

class SqliteStore implements StateStore {
  readonly #paths: WavePaths;
  readonly #options: OpenOptions;
  #database: Database;
  /** What this connection wrote of each run last, so that only what changed is written again. */
  readonly #written = new Map<string, IndexedRun>();

  constructor(paths: WavePaths, options: OpenOptions, database: Database) {
    this.#paths = paths;
    this.#options = options;
    this.#database = database;
  }

  append(batch: IndexBatch): void {
    const { record, artifacts, events, traceBytes } = batch;
    this.#index(record.id, (database) => {
      // Whether the database has all that came before is known only after a first look at the trace.
      const previous = this.#written.get(record.id) ?? indexTrace(database, this.#paths, record.id);
      const next = { record, artifacts, foldedBytes: traceBytes };
      if (previous === null || previous.foldedBytes <= traceBytes) {
        writeRun(database, next, previous);
      }
      writeEvents(database, events);
      return next;
    });
  }

  catchUp(runId: string): void {
    this.#index(runId, (database) => indexTrace(database, this.#paths, runId));
  }

  /** Commits what `write` does, into the file that is at the path now. */
  #index(runId: string, write: (database: Database) => IndexedRun | null): void {
    try {
      this.#followFile();
      const written = this.#database.transaction(() => write(this.#database));
      // The file may have been replaced meanwhile: then the new one may lack this.
      if (!this.#database.isCurrent()) throw new DatabaseError("replaced", { busy: true });
      if (written !== null) this.#written.set(runId, written);
    } catch (error) {
      this.#written.delete(runId);
      if (!(error instanceof DatabaseError && error.busy)) throw error;
      throw new IndexBusyError(error.reason, { cause: error });
    }
  }

  /** Goes over to the new file when the database was removed or rebuilt. */
  #followFile(): void {
    if (this.#database.isCurrent()) return;
    this.#written.clear();
    const database = openForWriting(this.#paths, this.#options);
    this.#database[Symbol.dispose]();
    this.#database = database;
  }

  createRun(event: RunEvent): RunRecord {
    return this.logEvent(event);
  }

  updateRunStatus(event: RunEvent): RunRecord {
    return this.logEvent(event);
  }

  registerArtifact(event: ArtifactWritten): void {
    this.logEvent(event);
  }

  logEvent(event: RunEvent): RunRecord {
    return this.#database.transaction(() => {
      const stored = indexedRun(this.#database, event.run_id);
      const record = fold(stored?.record ?? null, event);
      if (record === null) throw new Error(`Cannot log "${event.state}": no run ${event.run_id}`);
      const artifacts = foldArtifacts(stored?.artifacts ?? [], event);
      writeRun(
        this.#database,
        { record, artifacts, foldedBytes: stored?.foldedBytes ?? 0 },
        stored,
      );
      writeEvents(this.#database, [event]);
      this.#written.delete(event.run_id);
      return record;
    });
  }

  getRun(runId: string): RunRecord | null {
    return storedRuns(this.#database, [runId]).get(runId)?.record ?? null;
  }

  getRunningRun(): RunRecord | null {
    const [pending] = this.listRuns({ status: "pending", limit: 1 });
    const [running] = this.listRuns({ status: "running", limit: 1 });
    if (pending === undefined || running === undefined) return running ?? pending ?? null;
    return pending.startedAt > running.startedAt ? pending : running;
  }

  listRuns(options: ListRunsOptions = {}): readonly RunRecord[] {
    const ids = this.#database.all(
      `SELECT run_id FROM pipeline_run
        WHERE (:pipeline IS NULL OR pipeline_name = :pipeline)
          AND (:status IS NULL OR status = :status)
          AND (:startedBefore IS NULL OR started_at < :startedBefore)
        ORDER BY started_at DESC, run_id DESC LIMIT :limit`,
      {
        pipeline: options.pipeline ?? null,
        status: options.status ?? null,
        startedBefore: options.startedBefore ?? null,
        limit: options.limit ?? -1,
      },
    ).map(id);
    const stored = storedRuns(this.#database, ids);
    return ids.map((id) => stored.get(id)?.record).filter((record) => record !== undefined);
  }

  deleteRun(runId: string): boolean {
    this.#written.delete(runId);
    return this.#database.transaction(() => deleteRun(this.#database, runId));
  }

  getStepStates(runId: string): readonly StepRecord[] {
    return this.getRun(runId)?.steps ?? [];
  }

  listRecentPipelines(limit: number): readonly PipelineRecord[] {
    return this.#database.all(
      "SELECT * FROM pipeline_state ORDER BY last_seen_at DESC, pipeline_name LIMIT :limit",
      { limit },
    ).map((row) => ({
      name: text(row, "pipeline_name"),
      firstSeenAt: number(row, "first_seen_at"),
      lastSeenAt: number(row, "last_seen_at"),
    }));
  }

  getEvents(runId: string, query: EventQuery = {}): readonly RunEvent[] {
    return this.#database.all(
      `SELECT e.*, r.pipeline_name FROM event_log e JOIN pipeline_run r ON r.run_id = e.run_id
        WHERE e.run_id = :runId AND (:stepId IS NULL OR e.step_id = :stepId)
          ${query.errorsOnly === true ? "AND e.level = 'error'" : ""}
        ORDER BY e.seq LIMIT :limit OFFSET :offset`,
      {
        runId,
        stepId: query.stepId ?? null,
        limit: query.limit ?? -1,
        offset: query.offset ?? 0,
      },
    ).map(eventOf).filter((event) => event !== null);
  }

  getArtifacts(runId: string, stepId?: string): readonly ArtifactRecord[] {
    const artifacts = storedArtifacts(this.#database, runId);
    return stepId === undefined ? artifacts : artifacts.filter((one) => one.stepId === stepId);
  }

  requestCancellation({ runId, requestedAt, force }: CancellationRecord): boolean {
    return this.#database.run(
      `INSERT INTO cancellation (run_id, requested_at, force)
        SELECT run_id, :requestedAt, :force FROM pipeline_run
          WHERE run_id = :runId AND completed_at IS NULL
        ON CONFLICT (run_id) DO UPDATE SET force = max(force, excluded.force)`,
      { runId, requestedAt, force: force ? 1 : 0 },
    ) > 0;
  }

  checkCancellation(runId: string): CancellationRecord | null {
    const row = this.#database.get("SELECT * FROM cancellation WHERE run_id = :runId", { runId });
    if (row === undefined) return null;
    return { runId, requestedAt: number(row, "requested_at"), force: number(row, "force") === 1 };
  }

  clearCancellation(runId: string): void {
    this.#database.run("DELETE FROM cancellation WHERE run_id = :runId", { runId });
  }

  close(): void {
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }
}
