/** Connections to `state.db` for reading. Those for writing are in `open.ts`, off the hot path. */
import { DatabaseSync } from "node:sqlite";
import { Database } from "./database.ts";
import { DatabaseError, explain } from "./failure.ts";
import { requireCurrent } from "./schema.ts";

/**
 * How long a reader waits for a lock, in milliseconds. Only a process that locks the whole file or is
 * closing it last makes a reader wait, and the traces answer meanwhile.
 */
const BUSY_TIMEOUT_MS = 100;

/** How often a question is asked again of a database that changed under it. */
const MAX_ATTEMPTS = 5;

/** A read-only connection that opens again when the file under it is replaced. */
export class ReadConnection implements Disposable {
  readonly #path: string;
  #database: Database;
  /** What the file was when it was opened as one that nobody changes; null for a normal connection. */
  #frozen: string | null;

  /** @throws {DatabaseError} */
  constructor(path: string) {
    this.#path = path;
    this.#frozen = frozenState(path);
    this.#database = connect(path, this.#frozen !== null);
  }

  /**
   * The answer to a question that consists of any number of queries, all of one moment. `before` is
   * called ahead of that moment.
   *
   * @throws {DatabaseError}
   */
  ask<B, T>(before: () => B, question: (database: Database, before: B) => T): T {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const seen = before();
      try {
        const answer = this.#database.transaction(() => {
          requireCurrent(this.#database);
          return question(this.#database, seen);
        }, "DEFERRED");
        if (this.#isSound()) return answer;
      } catch (error) {
        if (!(error instanceof DatabaseError) || this.#isSound()) throw error;
      }
      this.#reopen();
    }
    throw new DatabaseError("changing too fast", { busy: true });
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  /** False when the file is another one by now, or was written to although nobody was to do so. */
  #isSound(): boolean {
    return this.#frozen === null
      ? this.#database.isCurrent()
      : frozenState(this.#path) === this.#frozen;
  }

  #reopen(): void {
    this.#database[Symbol.dispose]();
    this.#frozen = frozenState(this.#path);
    this.#database = connect(this.#path, this.#frozen !== null);
  }
}

/**
 * Opens read-only. A reader of a WAL database normally makes the files `-wal` and `-shm` and leaves
 * them. As long as no process has the database open, which the absence of `-wal` tells, it can be read
 * as immutable, and then nothing is written.
 */
function connect(path: string, immutable: boolean): Database {
  try {
    const name = immutable ? `file:${encoded(path)}?immutable=1` : path;
    const database = new Database(new DatabaseSync(name, { readOnly: true }), path);
    // The constructor's own `timeout` is ignored together with `readOnly`.
    database.script(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return database;
  } catch (error) {
    throw explain(error, path);
  }
}

function encoded(path: string): string {
  return encodeURI(path).replaceAll("?", "%3f").replaceAll("#", "%23");
}

/** What tells that a database which nobody has open was not changed; null when somebody has it open. */
function frozenState(path: string): string | null {
  if (stat(`${path}-wal`) !== null) return null;
  const file = stat(path);
  if (file === null) throw new DatabaseError("missing");
  if (file.size === 0) throw new DatabaseError("empty file");
  return `${file.ino} ${file.size} ${file.mtime?.getTime()}`;
}

function stat(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw explain(error, path);
  }
}
