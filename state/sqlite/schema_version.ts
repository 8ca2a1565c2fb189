/** Which version of `schema.sql` a database has, and how an older one is brought up to it. */
import SCHEMA from "../../schema.sql" with { type: "text" };
import type { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import { number } from "./row_values.ts";

/** The version of `schema.sql`. A change to that file adds one and gets its step in `MIGRATIONS`. */
export const DATABASE_VERSION = 3;

/** What turns version n into n + 1 stands at index n - 1. */
const MIGRATIONS: readonly string[] = [
  `
  ALTER TABLE pipeline_run ADD stop_reason TEXT;
  ALTER TABLE pipeline_run ADD warnings INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE pipeline_run ADD idle_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE pipeline_run ADD tokens_at_least INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE pipeline_run ADD cost_usd REAL;
  ALTER TABLE pipeline_run ADD cost_at_least INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE step_state ADD stop_reason TEXT;
  ALTER TABLE step_state ADD warnings INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE step_state ADD tokens_at_least INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE step_state ADD cost_usd REAL;
  ALTER TABLE step_state ADD cost_at_least INTEGER NOT NULL DEFAULT 0;
  UPDATE pipeline_run SET stop_reason = '' WHERE status = 'cancelled';
  UPDATE step_state SET stop_reason = '' WHERE status = 'cancelled';
  `,
  `
  ALTER TABLE pipeline_run ADD pauses TEXT;
  ALTER TABLE pipeline_run ADD options TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE step_state ADD gate TEXT;
  ALTER TABLE step_state ADD visits INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE step_state ADD edge TEXT;
  UPDATE step_state SET visits = min(1, attempt);
  ALTER TABLE pipeline_run ADD ledger TEXT;
  ALTER TABLE step_state ADD use TEXT;
  `,
];

/** What a database is filled with from the traces, in the transaction that makes or migrates its tables. */
export interface Filling {
  /** Fills new tables. */
  fill(): void;
  /** Folds anew what a migration could not know of runs that were there before. */
  refold(): void;
}

/**
 * The version of the database; 0 while nobody has committed its tables.
 *
 * @throws {DatabaseError}
 */
export function versionOf(database: Database): number {
  const row = database.get("PRAGMA user_version");
  return row === undefined ? 0 : number(row, "user_version");
}

/**
 * Refuses a database that this wave cannot read as it is.
 *
 * @throws {DatabaseError} unless the version is exactly the one of `schema.sql`.
 */
export function requireCurrent(database: Database): void {
  const version = versionOf(database);
  if (version > DATABASE_VERSION) throw newer(version);
  if (version === 0) throw new DatabaseError("empty");
  if (version < DATABASE_VERSION) {
    throw new DatabaseError(`written by an older wave (version ${version})`);
  }
}

/**
 * Makes the tables of a new database or migrates those of an older one, in one transaction with what they
 * are filled with, so that nobody ever sees them half full.
 *
 * @throws {DatabaseError} a newer database is refused.
 */
export function bringUpToDate(
  database: Database,
  { fill, refold }: Filling,
  target: { schema: string; migrations: readonly string[] } = {
    schema: SCHEMA,
    migrations: MIGRATIONS,
  },
): void {
  const latest = target.migrations.length + 1;
  if (versionOf(database) === latest) return;
  database.transaction(() => {
    // Asked again: another process may have done it while this one waited for the lock.
    const version = versionOf(database);
    if (version > latest) throw newer(version);
    if (version === latest) return;
    if (version === 0) {
      database.script(target.schema);
      fill();
    } else {
      for (const migration of target.migrations.slice(version - 1)) database.script(migration);
      refold();
    }
    database.script(`PRAGMA user_version = ${latest}`);
  });
}

function newer(version: number): DatabaseError {
  return new DatabaseError(`written by a newer wave (version ${version})`);
}
