/**
 * What stands in `.wave` about runs beside their traces: marks that the database may lag behind, and
 * runs that are being removed. Readers look at each call, so it is one small folder, never the traces.
 */
import { exists, namesIn } from "../../event/files.ts";
import { runIdOfMark, runIdOfTrace, type WavePaths } from "./wave_paths.ts";

/** Its lock is held by the process that puts a new database in the place of a broken one. */
export const REBUILD_MARK = "rebuild";

/** In the trash of a run: the run is gone although the trash holds no trace of it. */
export const REMOVED_MARK = "removed";

export interface Marks {
  /** Runs whose traces are ahead of the database, perhaps. */
  readonly unindexed: readonly string[];
  /** Runs that are gone, whatever the database still has of them. */
  readonly removed: ReadonlySet<string>;
  /** True while the database is being replaced: its files do not belong together then. */
  readonly rebuilding: boolean;
}

/** To be read before the database is asked: a mark goes once the database has what it stood for. */
export function readMarks(paths: WavePaths): Marks {
  const unindexed: string[] = [];
  let rebuilding = false;
  let trash = false;
  for (const name of namesIn(paths.wave)) {
    const id = runIdOfMark(name);
    if (id !== null) unindexed.push(id);
    else if (name === REBUILD_MARK) rebuilding = true;
    else if (name === "trash") trash = true;
  }
  const removed = new Set<string>();
  for (const id of trash ? namesIn(paths.trash) : []) {
    // Where `.wave` is read-only the mark stands here.
    const marked = runIdOfMark(id);
    if (marked !== null) unindexed.push(marked);
    // On a full disk the trace of a removed run stands here by itself.
    const bare = runIdOfTrace(id);
    if (bare !== null) removed.add(bare);
    const folder = `${paths.trash}/${id}`;
    if (exists(`${folder}/trace-${id}.log`) || exists(`${folder}/${REMOVED_MARK}`)) removed.add(id);
  }
  return { unindexed, rebuilding, removed };
}
