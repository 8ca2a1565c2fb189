/** Which version of `schema.sql` a database has, and how an older one is brought up to it. */
import SCHEMA from "../../schema.sql" with { type: "text" };
import type { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import { number } from "./row_values.ts";

/** The version of `schema.sql`. A change to that file adds one and gets its step in `MIGRATIONS`. */
export const SCHEMA_VERSION = 1;

/** What turns version n into n + 1 stands at index n - 1. */
const MIGRATIONS: readonly string[] = [];

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
  if (version > SCHEMA_VERSION) throw newer(version);
  if (version === 0) throw new DatabaseError("empty");
  if (version < SCHEMA_VERSION) {
    throw new DatabaseError(`written by an older wave (version ${version})`);
  }
}

/**
 * Makes the tables of a new database or migrates those of an older one, in one transaction. `fill`
 * runs in the transaction that makes the tables, so that nobody ever sees them half full.
 *
 * @throws {DatabaseError} a newer database is refused.
 */
export function bringUpToDate(
  database: Database,
  fill: () => void,
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
    }
    database.script(`PRAGMA user_version = ${latest}`);
  });
}

function newer(version: number): DatabaseError {
  return new DatabaseError(`written by a newer wave (version ${version})`);
}
