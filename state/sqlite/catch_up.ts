/** Brings the database up to date with runs whose processes could not do it themselves. */
import { OperationError } from "../../event/errors.ts";
import type { Owner } from "../../event/event.ts";
import { clearIndexMark } from "../records/index_mark.ts";
import { readMarks } from "../records/marks.ts";
import { acquireOwner, inspectOwner, type OwnerLock } from "../live/owner_lock.ts";
import { isOfThisBoot } from "../live/same_boot.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import type { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import { indexTrace } from "./index_trace.ts";
import { openRunIds } from "./stored_runs.ts";
import { deleteRun } from "./write_rows.ts";

/**
 * Takes the rows of removed runs away, and indexes the runs that are marked, or open in the database, and
 * whose owner is gone; their marks go. A mark goes only under the run's lock, or it could be the mark of a
 * resume that has just begun; one of a run that may not be locked here is left to whoever may. Returns the
 * runs that were brought up to date.
 *
 * @throws {DatabaseError} but not for being busy: then the rest is left to the next writer.
 */
export async function catchUpMarked(
  database: Database,
  paths: WavePaths,
  owner: Owner,
): Promise<string[]> {
  const done: string[] = [];
  try {
    const { unindexed, removed } = readMarks(paths);
    // Their files are left to the next `clean`, which may take its time.
    if (removed.size > 0) {
      database.transaction(() => removed.forEach((id) => deleteRun(database, id)));
    }
    for (const id of new Set([...unindexed, ...openRunIds(database)])) {
      const marked = unindexed.includes(id);
      if (removed.has(id) || inspectOwner(paths, id).kind === "locked") continue;
      const run = database.transaction(() => indexTrace(database, paths, id));
      if (!marked || run !== null && isElsewhere(run.record.owner, owner)) continue;
      await using lock = await lockIfAllowed(paths, id, owner);
      if (lock === null) continue;
      database.transaction(() => indexTrace(database, paths, id));
      clearIndexMark(paths, id);
      done.push(id);
    }
  } catch (error) {
    if (!(error instanceof DatabaseError && error.busy)) throw error;
  }
  return done;
}

/** True of a run whose lock says nothing here: that of another system, by whatever name. */
function isElsewhere(theirs: Owner, own: Owner): boolean {
  return theirs.host !== own.host && !isOfThisBoot(theirs);
}

async function lockIfAllowed(
  paths: WavePaths,
  id: string,
  owner: Owner,
): Promise<OwnerLock | null> {
  try {
    return await acquireOwner(paths, id, owner);
  } catch (error) {
    // The run of another user, for one: that it lags is no reason to refuse a command on other runs.
    if (!(error instanceof OperationError)) throw error;
    return null;
  }
}
