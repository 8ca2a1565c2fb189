/** Removing runs for good (architecture, rule 13): removing is moving, and deleting comes later. */
import { OperationError } from "../../event/errors.ts";
import type { Owner } from "../../event/event.ts";
import { isRunIdShape } from "../../event/identity.ts";
import { exists, namesIn } from "../../event/files.ts";
import { openReader } from "../open_reader.ts";
import { acquireOwner, inspectOwner, type OwnerLock } from "../live/owner_lock.ts";
import { isOfThisBoot } from "../live/same_boot.ts";
import { requirePlainFolders, type WavePaths, wavePaths } from "../records/wave_paths.ts";
import type { ObservedRun } from "../records/records.ts";
import { readRecord } from "../trace/trace_fold.ts";
import { openReadable } from "../trace/traces_reader.ts";
import { deleteRemoved, isCommitted, type Leftover, moveToTrash, trashedIds } from "./trash.ts";
import { folderBytes } from "./folder_bytes.ts";

/** So many runs are moved, then taken out of the database in one transaction, then deleted. */
const BATCH = 128;

export interface RemoveOptions {
  /** This process, see `thisProcess()`. */
  readonly owner: Owner;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Stops before the next run; those that are moved already go to their end. */
  readonly signal: AbortSignal;
  /** Told after each batch. */
  readonly progress?: (done: number, total: number) => void;
  /** False where the database is known not to be had: its rows are then left to the next writer at once. */
  readonly waitForDatabase?: boolean;
  /** Count the bytes that are freed. */
  readonly measure?: boolean;
}

export interface RemovedRun {
  readonly id: string;
  /** Of workspace and trace; 0 unless measured. */
  readonly bytes: number;
}

export interface RefusedRun {
  readonly id: string;
  readonly reason: string;
}

export interface RemoveResult {
  readonly removed: readonly RemovedRun[];
  readonly refused: readonly RefusedRun[];
  /** Runs that are gone, but whose files could not be deleted from `.wave/trash`. */
  readonly leftovers: readonly Leftover[];
}

/**
 * Removes runs, each as one unit: a crash at any point leaves it whole or gone, and the next call
 * finishes what this one began. A run that is running, stalled or unknown is refused, and so is one
 * whose files are not what wave made. One that another process removes at the same time is in neither
 * list. The lock of a run is held meanwhile, so that no resume can begin.
 *
 * @throws {OperationError} `unsafe_folder` when a folder under `.wave` is a link.
 */
export async function removeRuns(
  root: string,
  ids: readonly string[],
  options: RemoveOptions,
): Promise<RemoveResult> {
  const paths = wavePaths(root);
  requirePlainFolders(paths);
  const removed: RemovedRun[] = [];
  const refused: RefusedRun[] = [];
  const leftovers: Leftover[] = [...await finishRemovals(root, options)];
  const wanted = [...new Set(ids)];
  const known = observed(root, wanted, options.now);
  let next = 0;
  let done = 0;

  const removeBatch = async (batch: readonly string[]): Promise<void> => {
    await using locks = new AsyncDisposableStack();
    const moved: string[] = [];
    for (const id of batch) {
      if (options.signal.aborted) break;
      const lock = await lockForRemoval(paths, id, known.get(id), options.owner);
      if ("reason" in lock) {
        refused.push({ id, reason: lock.reason });
        continue;
      }
      locks.use(lock);
      // Another process may have removed it since it was looked at.
      if (!exists(paths.trace(id)) && !observed(root, [id], options.now).has(id)) continue;
      const bytes = options.measure === true ? runBytes(root, id) : 0;
      const reason = moveToTrash(paths, id);
      if (reason !== null) {
        refused.push({ id, reason });
        continue;
      }
      moved.push(id);
      removed.push({ id, bytes });
    }
    leftovers.push(...await deleteRemoved(paths, moved, options.waitForDatabase));
    done += batch.length;
    options.progress?.(done, wanted.length);
  };

  const work = async (): Promise<void> => {
    while (wanted.length > next && !options.signal.aborted) {
      await removeBatch(wanted.slice(next, next += BATCH));
    }
  };
  // While the files of one batch are deleted, which is waiting for the disk, the next one is moved.
  await Promise.all([work(), work()]);
  return { removed, refused, leftovers };
}

/** Finishes removals that a crash, or a database that could not be used, left unfinished. */
export async function finishRemovals(
  root: string,
  { owner, waitForDatabase }: Pick<RemoveOptions, "owner" | "waitForDatabase">,
): Promise<readonly Leftover[]> {
  const paths = wavePaths(root);
  await using locks = new AsyncDisposableStack();
  const unfinished: string[] = [];
  const denied: Leftover[] = [];
  for (const id of trashedIds(paths)) {
    const lock = await lockOrReason(paths, id, owner);
    if (lock === null) continue;
    if ("reason" in lock) {
      denied.push({ id, reason: lock.reason });
      continue;
    }
    locks.use(lock);
    if (isCommitted(paths, id)) unfinished.push(id);
  }
  const leftovers = [...denied, ...await deleteRemoved(paths, unfinished, waitForDatabase)];
  for (const id of orphanedOwners(paths)) {
    const lock = await acquireOwner(paths, id, owner);
    await lock?.[Symbol.asyncDispose]();
  }
  return leftovers;
}

/** Owner files without a run, which a process left that died right after the run's last file went. */
function orphanedOwners(paths: WavePaths): string[] {
  const prefix = "owner-";
  return namesIn(paths.traces).filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((id) =>
      isRunIdShape(id) && !exists(paths.trace(id)) && inspectOwner(paths, id).kind === "free"
    );
}

/** Bytes of a run's workspace and trace. */
export function runBytes(root: string, id: string): number {
  const paths = wavePaths(root);
  return folderBytes(paths.workspace(id)) + folderBytes(paths.trace(id));
}

function observed(
  root: string,
  ids: readonly string[],
  now: () => number,
): Map<string, ObservedRun> {
  using reader = openReader(root, { now });
  return new Map(reader.runs({ ids }).runs.map((run) => [run.record.id, run]));
}

interface Refusal {
  readonly reason: string;
}

/** As `acquireOwner`, but where a run may not be locked at all, such as another user's, it says why. */
async function lockOrReason(
  paths: WavePaths,
  id: string,
  owner: Owner,
): Promise<OwnerLock | Refusal | null> {
  try {
    return await acquireOwner(paths, id, owner);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { reason: error.message };
  }
}

/** The lock of a run that may be removed, or why it may not. */
async function lockForRemoval(
  paths: WavePaths,
  id: string,
  run: ObservedRun | undefined,
  owner: Owner,
): Promise<OwnerLock | Refusal> {
  if (run === undefined) return { reason: "no such run" };
  if (run.liveness !== "finished" && run.liveness !== "interrupted") {
    return { reason: run.liveness };
  }
  const lock = await lockOrReason(paths, id, owner);
  if (lock === null) return { reason: "running" };
  if ("reason" in lock) return lock;
  // It may have been resumed since it was looked at, and be over again or on another machine.
  using file = openReadable(paths.trace(id));
  const record = file === null ? run.record : readRecord(file);
  if (
    record === null || record.status !== "running" || record.owner.host === owner.host ||
    isOfThisBoot(record.owner)
  ) return lock;
  await lock[Symbol.asyncDispose]();
  return { reason: "unknown" };
}
