/** Opens `state.db` for writing: makes it, migrates it, fills it. */
import { ensurePrivateDirs, type WavePaths } from "../records/wave_paths.ts";
import { discardMarked } from "./discard_marked.ts";
import { Database } from "./database.ts";
import { databaseErrorOf } from "./database_error.ts";
import { indexAllTraces, refoldAllTraces } from "./index_trace.ts";
import { bringUpToDate } from "./schema_version.ts";

export interface OpenOptions {
  /**
   * How long to wait for another writer, in milliseconds. A wait inside SQLite stops the event loop,
   * signals too: the process of a run passes 0 and tries again by itself.
   */
  readonly busyTimeoutMs: number;
}

/**
 * A connection for writing. A new database is filled from all traces in the transaction that makes its
 * tables, so nobody ever sees it half full.
 *
 * @throws {DatabaseError} it cannot be used; `busy` when trying again may help.
 */
export function openForWriting(paths: WavePaths, options: OpenOptions): Database {
  ensurePrivateDirs(paths);
  discardMarked(paths);
  makePrivate(paths.database);
  const database = connectForWriting(paths, options);
  try {
    bringUpToDate(database, {
      fill: () => indexAllTraces(database, paths),
      refold: () => refoldAllTraces(database, paths),
    });
    return database;
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

function connectForWriting(paths: WavePaths, { busyTimeoutMs }: OpenOptions): Database {
  const database = new Database(
    paths.database,
    { readOnly: false },
    `PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL`,
  );
  try {
    database.get("PRAGMA journal_mode = WAL");
    return database;
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

/**
 * Makes the file with mode 0600 when there is none. It must not be opened here when there is one: closing
 * any handle of a file frees the locks that SQLite has on it in this process.
 */
function makePrivate(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw databaseErrorOf(error, path);
  }
}
