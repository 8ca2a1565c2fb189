/** Ways in which a database becomes useless (issue: the same answer without the database). */
import { DatabaseSync } from "node:sqlite";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import { holdDatabase } from "../hold_database.ts";

export interface DatabaseFault {
  /** What the warning says. */
  readonly reason: RegExp;
  /** A writer takes the database for a new one, and fills it anew without a word. */
  readonly mendsItself?: boolean;
  /** Breaks the database; disposing what it returns undoes what lasts longer than the file. */
  breakIt(paths: WavePaths): Promise<AsyncDisposable> | void;
}

/** Takes away what a crash or another process may have left beside the database. */
function removeSideFiles(paths: WavePaths): void {
  for (const suffix of ["-wal", "-shm"]) {
    try {
      Deno.removeSync(paths.database + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function replaced(paths: WavePaths, bytes: Uint8Array): void {
  removeSideFiles(paths);
  Deno.writeFileSync(paths.database, bytes);
}

/** Everything into the one file, so that what is done to it is done to all of it. */
function checkpointed(paths: WavePaths): Uint8Array {
  const database = new DatabaseSync(paths.database);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return Deno.readFileSync(paths.database);
}

const PAGE_BYTES = 4096;

function rootPage(paths: WavePaths, table: string): number {
  const database = new DatabaseSync(paths.database);
  const row = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(table);
  database.close();
  return Number(row?.["rootpage"]);
}

/**
 * Turns the header of page after page around, one at a time, and calls `each` with its number. The
 * database is whole again at the end.
 */
export async function breakEachPage(
  paths: WavePaths,
  each: (page: number) => Promise<void>,
): Promise<void> {
  const sound = checkpointed(paths);
  for (let page = 1; (page - 1) * PAGE_BYTES < sound.length; page++) {
    // The header of the first page stands behind that of the file.
    const start = (page - 1) * PAGE_BYTES + (page === 1 ? 100 : 0);
    const bytes = sound.slice();
    for (let at = start; at < start + 8; at++) bytes[at] = 255 - (bytes[at] ?? 0);
    replaced(paths, bytes);
    await each(page);
  }
  replaced(paths, sound);
}

export const DATABASE_FAULTS: Readonly<Record<string, DatabaseFault>> = {
  "missing": {
    reason: /^missing$/,
    mendsItself: true,
    breakIt(paths) {
      removeSideFiles(paths);
      Deno.removeSync(paths.database);
    },
  },
  "zero bytes": {
    reason: /^empty$/,
    mendsItself: true,
    breakIt: (paths) => replaced(paths, new Uint8Array()),
  },
  "random bytes": {
    reason: /^not a database$/,
    breakIt(paths) {
      replaced(paths, crypto.getRandomValues(new Uint8Array(5 * PAGE_BYTES)));
    },
  },
  "a named pipe": {
    reason: /^not a database$/,
    breakIt(paths) {
      removeSideFiles(paths);
      Deno.removeSync(paths.database);
      const { success } = new Deno.Command("mkfifo", { args: [paths.database] }).outputSync();
      if (!success) throw new Error("mkfifo failed");
    },
  },
  "one page header flipped in the middle": {
    reason: /^damaged$/,
    breakIt(paths) {
      const bytes = checkpointed(paths);
      // A page that every question about runs needs, unlike most.
      const page = (rootPage(paths, "pipeline_run") - 1) * PAGE_BYTES;
      for (let at = page; at < page + 8; at++) bytes[at] = 255 - (bytes[at] ?? 0);
      replaced(paths, bytes);
    },
  },
  "locked by another process": {
    reason: /^locked by another process$/,
    breakIt: ({ database }) => holdDatabase(database),
  },
  "of a newer wave": {
    reason: /^written by a newer wave \(version 99\)$/,
    breakIt(paths) {
      const database = new DatabaseSync(paths.database);
      database.exec("PRAGMA user_version = 99");
      database.close();
    },
  },
};
