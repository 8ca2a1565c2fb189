/** Why a database cannot be used, in words for a person (contract, section 5). */

import { systemCode } from "../../event/system_error.ts";

/** Thrown by everything that opens or asks the database; no other error of SQLite leaves `state/sqlite`. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** For a warning: short, without the path. */
  readonly reason: string;
  /** True when another try, a little later, may well succeed. */
  readonly busy: boolean;

  constructor(reason: string, options: ErrorOptions & { busy?: boolean } = {}) {
    super(`state.db: ${reason}`, options);
    this.reason = reason;
    this.busy = options.busy ?? false;
  }
}

/** SQLite's primary result codes, the low byte of `errcode`. */
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const IO = 10;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;
/** Also of a database that need not be written for a query: what lies beside it has to be. */
const READ_ONLY_PLACE = "read-only folder or file system";
const REASONS: Readonly<Record<number, string>> = {
  1: "not a database of wave",
  [BUSY]: "locked by another process",
  [LOCKED]: "locked by another process",
  [READ_ONLY]: READ_ONLY_PLACE,
  [IO]: "disk error",
  11: "damaged",
  [FULL]: "disk full",
  24: "not a database",
  [NOT_A_DATABASE]: "not a database",
};

const NO_OPEN = "cannot be opened";

/** What SQLite says for some of the codes. */
const WORDS: readonly (readonly [string, number])[] = [
  ["database is locked", BUSY],
  ["readonly database", READ_ONLY],
  ["disk I/O error", IO],
  ["disk is full", FULL],
  ["file is not a database", NOT_A_DATABASE],
  ["unable to open database file", CANNOT_OPEN],
];

/** The `DatabaseError` for whatever was thrown while the database at `path` was opened or asked. */
export function databaseErrorOf(cause: unknown, path: string): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const code = resultCode(cause);
  // A folder in the file's place is an error of the disk, too.
  const seen = code === IO ? reasonFromFile(path) : null;
  const reason = seen ?? (code === null ? undefined : REASONS[code]);
  if (reason !== undefined) {
    return new DatabaseError(reason, { cause, busy: code === BUSY || code === LOCKED });
  }
  const fallback = code !== CANNOT_OPEN ? "damaged" : isReadOnly(path) ? READ_ONLY_PLACE : NO_OPEN;
  return new DatabaseError(reasonFromFile(path) ?? fallback, { cause });
}

/** The primary result code; errors of `exec` and of the constructor carry none, only SQLite's words. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode & 0xff;
  const told = WORDS.find(([words]) => error.message.includes(words));
  return told === undefined ? null : told[1];
}

/** What keeps the file from being opened at all, or null when it can be read. */
function reasonFromFile(path: string): string | null {
  try {
    if (!Deno.statSync(path).isFile) return "not a database";
    Deno.openSync(path, { read: true }).close();
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
    if (error instanceof Error) return NO_OPEN;
    throw error;
  }
}

/** True of a file on a file system that is mounted read-only, where SQLite can make no file beside it. */
function isReadOnly(path: string): boolean {
  try {
    Deno.openSync(path, { write: true }).close();
    return false;
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return systemCode(error) === "EROFS";
  }
}
