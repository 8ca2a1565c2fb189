/**
 * `.wave/trash/<run-id>/`: where runs go that are being removed. On a disk without room for that folder the
 * trace stands in the trash by itself until it, emptied, has made room.
 */
import { isRunIdShape } from "../../event/identity.ts";
import { isDiskFull, plainMessage, systemCode } from "../../event/system_error.ts";
import { clearIndexMark } from "../records/index_mark.ts";
import { REMOVED_MARK } from "../records/marks.ts";
import { exists, isMissing, lstat, namesIn, removeIfThere } from "../../event/files.ts";
import { runIdOfTrace, type WavePaths } from "../records/wave_paths.ts";
import { DatabaseError } from "../sqlite/database_error.ts";
import { openForWriting } from "../sqlite/write_connection.ts";
import { deleteRun } from "../sqlite/write_rows.ts";
import { whyUndeletable } from "./undeletable.ts";

/** A folder in the trash that could not be deleted. */
export interface Leftover {
  readonly id: string;
  readonly reason: string;
}

const BUSY_TIMEOUT_MS = 2_000;

/** Why the files of a run cannot be removed whole, as far as that can be seen beforehand; null when they can. */
export function removalObstacle(paths: WavePaths, id: string): string | null {
  const trace = kindOf(paths.trace(id));
  const workspace = kindOf(paths.workspace(id));
  if (trace !== null && trace !== "file") return "its trace is no plain file";
  if (workspace !== null && workspace !== "folder") return "its workspace is no plain folder";
  if (kindOf(paths.trashed(id)) === "other") return "its place in the trash is taken";
  return workspace === null ? null : whyUndeletable(paths.workspace(id));
}

/**
 * Commits the removal of a run whose lock is held: its trace moves into the trash, or, for a run without
 * a trace, a mark is set there. From then on it is gone for every reader. Returns why it was refused, or
 * null.
 */
export function moveToTrash(paths: WavePaths, id: string): string | null {
  const obstacle = removalObstacle(paths, id);
  if (obstacle !== null) return obstacle;
  const trace = kindOf(paths.trace(id));
  const folder = paths.trashed(id);
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (trace === null) setMark(folder);
    else Deno.renameSync(paths.trace(id), `${folder}/trace-${id}.log`);
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
    if (systemCode(error) === "EXDEV") return removeAcross(paths, id);
    if (!isDiskFull(error)) throw error;
    if (trace === null) return "no space left on the disk";
    Deno.renameSync(paths.trace(id), bareTrace(paths, id));
    return null;
  }
}

/**
 * The trash is on another file system than the traces, so nothing can be moved there: the mark stands for
 * the trace, and the next removal goes on where a crash comes between the two.
 */
function removeAcross(paths: WavePaths, id: string): null {
  setMark(paths.trashed(id));
  Deno.removeSync(paths.trace(id));
  return null;
}

function bareTrace(paths: WavePaths, id: string): string {
  return `${paths.trash}/trace-${id}.log`;
}

/** The runs whose traces stand in the trash by themselves. */
function bareIds(paths: WavePaths): string[] {
  return namesIn(paths.trash).flatMap((name) => runIdOfTrace(name) ?? [])
    .filter((id) => kindOf(bareTrace(paths, id)) === "file");
}

/** Makes the folder of such a run. */
function makeRoom(paths: WavePaths, id: string): void {
  Deno.truncateSync(bareTrace(paths, id));
  Deno.mkdirSync(paths.trashed(id), { recursive: true, mode: 0o700 });
  Deno.renameSync(bareTrace(paths, id), `${paths.trashed(id)}/trace-${id}.log`);
}

/** True when a run in the trash is gone, and false when the crash came before its trace was moved. */
export function isCommitted(paths: WavePaths, id: string): boolean {
  if (kindOf(bareTrace(paths, id)) === "file") return true;
  const folder = paths.trashed(id);
  if (exists(`${folder}/${REMOVED_MARK}`)) return true;
  if (namesIn(folder).length > 0) return !exists(paths.trace(id));
  // Gone when somebody else finished the removal before the lock was taken here.
  if (exists(folder)) Deno.removeSync(folder);
  return false;
}

/** The runs in the trash, committed or not. */
export function trashedIds(paths: WavePaths): string[] {
  const moved = namesIn(paths.trash).filter((id) =>
    isRunIdShape(id) && kindOf(paths.trashed(id)) === "folder"
  );
  return [...new Set([...moved, ...bareIds(paths)])];
}

/**
 * Deletes what is left of runs that are committed to be removed and whose locks are held: their rows,
 * then their files, the workspace by way of the trash so that it is never seen half deleted. All are
 * deleted at once, because deleting is waiting for the disk. As long as the database cannot be used, a mark
 * stays behind that hides the rows which it may still have. `wait` for another process that has it locked.
 */
export async function deleteRemoved(
  paths: WavePaths,
  ids: readonly string[],
  wait = true,
): Promise<readonly Leftover[]> {
  if (ids.length === 0) return [];
  const rowsGone = deleteRows(paths, ids, wait ? BUSY_TIMEOUT_MS : 0);
  const leftovers: Leftover[] = [];
  const bare = new Set(bareIds(paths));
  await Promise.all(ids.map(async (id) => {
    try {
      if (bare.has(id)) makeRoom(paths, id);
      removeIfThere(paths.trace(id));
      moveWorkspace(paths, id);
      removeIfThere(paths.cancel(id));
      clearIndexMark(paths, id);
      await empty(paths.trashed(id), rowsGone);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      leftovers.push({ id, reason: plainMessage(error) });
    }
  }));
  return leftovers;
}

/** False when the database may still have rows of them. Where there is none, there is nothing to delete. */
function deleteRows(paths: WavePaths, ids: readonly string[], busyTimeoutMs: number): boolean {
  if (!exists(paths.database)) return true;
  try {
    using database = openForWriting(paths, { busyTimeoutMs });
    database.transaction(() => {
      for (const id of ids) deleteRun(database, id);
    });
    return database.isCurrent();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return false;
  }
}

/** A workspace on a file system of its own cannot be moved: it is then deleted where it is. */
function moveWorkspace(paths: WavePaths, id: string): void {
  const workspace = paths.workspace(id);
  if (kindOf(workspace) !== "folder") return;
  try {
    Deno.renameSync(workspace, `${paths.trashed(id)}/workspace`);
  } catch (error) {
    if (systemCode(error) !== "EXDEV") throw error;
    Deno.removeSync(workspace, { recursive: true });
  }
}

/** Deletes the folder, or all in it but the mark. */
async function empty(folder: string, rowsGone: boolean): Promise<void> {
  if (rowsGone) return await removeTree(folder);
  setMark(folder);
  for (const name of namesIn(folder)) {
    if (name !== REMOVED_MARK) await removeTree(`${folder}/${name}`);
  }
}

/** Agents leave read-only folders behind, in which nothing can be deleted until they are made writable. */
async function removeTree(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (isMissing(error)) return;
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    makeWritable(path);
    // What is still refused is the reason that the user is told.
    await Deno.remove(path, { recursive: true });
  }
}

function makeWritable(path: string): void {
  if (kindOf(path) !== "folder") return;
  Deno.chmodSync(path, 0o700);
  for (const name of namesIn(path)) makeWritable(`${path}/${name}`);
}

function setMark(folder: string): void {
  const mark = `${folder}/${REMOVED_MARK}`;
  if (!exists(mark)) Deno.openSync(mark, { write: true, createNew: true, mode: 0o600 }).close();
}

function kindOf(path: string): "file" | "folder" | "other" | null {
  const info = lstat(path);
  if (info === null) return null;
  return info.isFile ? "file" : info.isDirectory ? "folder" : "other";
}
