/** Takes a database away that is to be made anew. */
import { DatabaseError } from "./database_error.ts";
import { REBUILD_MARK } from "../records/marks.ts";
import { exists, isMissing, lstat, removeIfThere } from "../../event/files.ts";
import type { WavePaths } from "../records/wave_paths.ts";

/**
 * Says that the database is to be made anew, which the next one to open it for writing does. From here
 * on readers use the traces: while its files go one after another, they do not belong together.
 */
export function markForRebuild(paths: WavePaths): void {
  try {
    Deno.openSync(markOf(paths), { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/**
 * Removes the files of a database that is marked for it. `-wal` goes before the database: SQLite applies
 * one to whatever database it finds beside it, but drops it beside an empty one.
 *
 * Processes that have the old file open notice that it is not at its path any more, see
 * `Database.isCurrent`, and SQLite leaves the new one's `-wal` alone when they close.
 *
 * @throws {DatabaseError} `busy` while another process does it.
 */
export function discardMarked(paths: WavePaths): void {
  const mark = markOf(paths);
  const there = lstat(mark);
  if (there === null) return;
  if (!there.isFile) throw new DatabaseError("marked for rebuild by no plain file");
  using file = openMark(mark);
  if (file === null) return;
  if (!file.tryLockSync(true)) throw new DatabaseError("being rebuilt", { busy: true });
  // Another process may have done it all between the opening and the lock.
  if (!exists(mark)) return;
  for (const suffix of ["-wal", "-shm", "-journal", ""]) {
    removeIfThere(`${paths.database}${suffix}`);
  }
  Deno.removeSync(mark);
}

function markOf(paths: WavePaths): string {
  return `${paths.wave}/${REBUILD_MARK}`;
}

function openMark(path: string): Deno.FsFile | null {
  try {
    return Deno.openSync(path, { read: true, write: true });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
