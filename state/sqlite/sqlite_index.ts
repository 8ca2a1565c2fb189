/** The database as the program writes it: the index of the traces, and requests to cancel. */
import { delay } from "../../event/delay.ts";
import type { Owner } from "../../event/event.ts";
import type { CancellationRecord } from "../records/records.ts";
import { type IndexBatch, IndexBusyError, type RunIndex } from "../records/run_index.ts";
import { type WavePaths, wavePaths } from "../records/wave_paths.ts";
import { catchUpMarked } from "./catch_up.ts";
import type { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import { indexTrace } from "./index_trace.ts";
import { openForWriting, type OpenOptions } from "./write_connection.ts";
import { type IndexedRun, writeEvents, writeRun } from "./write_rows.ts";

const RETRY_MS = 20;

export interface IndexOptions extends OpenOptions {
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
export async function openIndex(root: string, options: IndexOptions): Promise<SqliteIndex> {
  return await openWriter(root, options, SqliteIndex);
}

type Writer<T> = new (paths: WavePaths, options: OpenOptions, database: Database) => T;

/** As {@linkcode openIndex}, for a class that does more. */
export async function openWriter<T>(
  root: string,
  options: IndexOptions,
  writer: Writer<T>,
): Promise<T> {
  const paths = wavePaths(root);
  const database = await openPatiently(paths, options);
  try {
    await catchUpMarked(database, paths, options.owner);
    return new writer(paths, options, database);
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

async function openPatiently(paths: WavePaths, options: IndexOptions): Promise<Database> {
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

export class SqliteIndex implements RunIndex, Disposable {
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

  protected get database(): Database {
    return this.#database;
  }

  /** To be called when the rows of a run are changed other than by {@linkcode append}. */
  protected forget(runId: string): void {
    this.#written.delete(runId);
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

  /** Remembers the wish to stop a run; a forced one stays forced. False when no such run is going on. */
  requestCancellation({ runId, requestedAt, force }: CancellationRecord): boolean {
    return this.#database.run(
      `INSERT INTO cancellation (run_id, requested_at, force)
        SELECT run_id, :requestedAt, :force FROM pipeline_run
          WHERE run_id = :runId AND completed_at IS NULL
        ON CONFLICT (run_id) DO UPDATE SET force = max(force, excluded.force)`,
      { runId, requestedAt, force: force ? 1 : 0 },
    ) > 0;
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }
}
