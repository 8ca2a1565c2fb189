/** A connection to `state.db`: statements prepared once, and every failure a `DatabaseError`. */
import { folderHasNoLocks } from "../live/file_locks.ts";
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { lstat } from "../../event/files.ts";
import { DatabaseError, databaseErrorOf } from "./database_error.ts";
import { DamagedRowError, type Row } from "./row_values.ts";

/** By name, without the colon, or by place, which is three times as fast. */
type Parameters = Readonly<Record<string, SQLInputValue>> | readonly SQLInputValue[];

export class Database implements Disposable {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();
  /** Which file this is a connection to, whatever the path names later. */
  readonly #inode: number | null;

  /**
   * `options` are those of `DatabaseSync`; `setUp` runs first on the new connection.
   *
   * @throws {DatabaseError}
   */
  constructor(path: string, options: { readOnly: boolean }, setUp: string) {
    this.#path = path;
    // Looked at first: a file that replaces this one meanwhile is then taken for a stranger, not a friend.
    const file = this.#guarded(() => lstat(path));
    // SQLite would follow it, and write wherever it leads.
    if (file?.isSymlink === true) throw new DatabaseError("a link and no database");
    // Whoever opens a named pipe waits for a writer.
    if (file?.isFile === false) throw new DatabaseError("not a database");
    // SQLite would wait for its own locks, for most of a minute.
    if (folderHasNoLocks(path.slice(0, path.lastIndexOf("/")))) {
      throw new DatabaseError("its file system has no file locks");
    }
    this.#inode = file?.ino ?? null;
    this.#db = this.#guarded(() => new DatabaseSync(path, options));
    try {
      this.script(setUp);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** @throws {DatabaseError} */
  all(sql: string, parameters: Parameters = {}): Row[] {
    return this.#guarded(() => {
      const statement = this.#statement(sql);
      return isByPlace(parameters) ? statement.all(...parameters) : statement.all(parameters);
    });
  }

  /** @throws {DatabaseError} */
  get(sql: string, parameters: Parameters = {}): Row | undefined {
    return this.#guarded(() => {
      const statement = this.#statement(sql);
      return isByPlace(parameters) ? statement.get(...parameters) : statement.get(parameters);
    });
  }

  /** Returns how many rows it changed. @throws {DatabaseError} */
  run(sql: string, parameters: Parameters = {}): number {
    return this.#guarded(() => {
      const statement = this.#statement(sql);
      const { changes } = isByPlace(parameters)
        ? statement.run(...parameters)
        : statement.run(parameters);
      return Number(changes);
    });
  }

  /**
   * Copies all of it to a new file. `VACUUM INTO` would need ATTACH, which the runtime forbids a program
   * without every permission.
   *
   * @throws {DatabaseError}
   */
  async copyTo(path: string): Promise<void> {
    try {
      await backup(this.#db, path);
    } catch (cause) {
      throw databaseErrorOf(cause, this.#path);
    }
  }

  /** Several statements without parameters. @throws {DatabaseError} */
  script(sql: string): void {
    this.#guarded(() => this.#db.exec(sql));
  }

  /**
   * Runs `body` in a transaction; whatever it throws undoes all of it. `DEFERRED` is for several reads
   * of one moment.
   *
   * @throws {DatabaseError} also when a row of `body` turns out to be damaged.
   */
  transaction<T>(body: () => T, mode: "IMMEDIATE" | "DEFERRED" = "IMMEDIATE"): T {
    this.run(`BEGIN ${mode}`);
    try {
      const result = this.#guarded(body);
      this.run("COMMIT");
      return result;
    } catch (error) {
      // SQLite itself has undone the transaction after some errors, such as a full disk.
      if (this.#db.isTransaction) this.run("ROLLBACK");
      throw error;
    }
  }

  /**
   * False once the file at the path is another one or gone: what is committed here is then lost, since
   * nobody else sees it.
   */
  isCurrent(): boolean {
    return this.#inode !== null && lstat(this.#path)?.ino === this.#inode;
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#guarded(() => this.#db.close());
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guarded<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      if (error instanceof DamagedRowError) throw new DatabaseError("damaged", { cause: error });
      if (isOfSqlite(error) || isOfFile(error)) throw databaseErrorOf(error, this.#path);
      throw error;
    }
  }
}

function isByPlace(parameters: Parameters): parameters is readonly SQLInputValue[] {
  return Array.isArray(parameters);
}

/** A number beyond 2^53 in a row is an ERR_OUT_OF_RANGE: damage as well. */
function isOfSqlite(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "ERR_SQLITE_ERROR" || error.code === "ERR_OUT_OF_RANGE");
}

function isOfFile(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory;
}
