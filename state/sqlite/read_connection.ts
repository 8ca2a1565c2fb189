/** Connections to `state.db` for reading. Those for writing are in `write_connection.ts`. */
import { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import { requireCurrent } from "./schema_version.ts";

/**
 * How long a reader waits for a lock, in milliseconds. Only a process that locks the whole file or is
 * closing it last makes a reader wait, and the traces answer meanwhile.
 */
const BUSY_TIMEOUT_MS = 100;

/** How often a query is tried on a database that is replaced under it. */
const MAX_ATTEMPTS = 5;

/**
 * A read-only connection that opens again when the file under it is replaced. SQLite may make its files
 * `-wal` and `-shm` for it and leave them; opening as `immutable` would not, but such a name is only
 * understood in a program that has all permissions.
 */
export class ReadConnection implements Disposable {
  readonly #path: string;
  #database: Database;

  /** @throws {DatabaseError} */
  constructor(path: string) {
    this.#path = path;
    this.#database = connect(path);
  }

  /**
   * What `query` returns, which may read any number of tables, all as they are at one moment. `before`
   * is called ahead of that moment.
   *
   * @throws {DatabaseError}
   */
  read<B, T>(before: () => B, query: (database: Database, before: B) => T): T {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const seen = before();
      if (this.#database.isCurrent()) {
        return this.#database.transaction(() => {
          requireCurrent(this.#database);
          return query(this.#database, seen);
        }, "DEFERRED");
      }
      this.#database[Symbol.dispose]();
      this.#database = connect(this.#path);
    }
    throw new DatabaseError("replaced again and again", { busy: true });
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }
}

function connect(path: string): Database {
  // The constructor's own `timeout` is ignored together with `readOnly`.
  return new Database(path, { readOnly: true }, `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
}
