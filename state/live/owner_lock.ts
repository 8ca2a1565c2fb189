/** The lock by which one process owns a run, for as long as it lives (architecture, rule 1). */
import { delay } from "../../event/delay.ts";
import { OperationError } from "../../event/errors.ts";
import type { Owner } from "../../event/event.ts";
import { isMissing, lstat } from "../../event/files.ts";
import { plainMessage, systemCode } from "../../event/system_error.ts";
import { hasNoLocks, noLocks } from "./file_locks.ts";
import type { WavePaths } from "../records/wave_paths.ts";

/** How often the owner touches its file (architecture, rule 1). */
const HEARTBEAT_MS = 5_000;
/** A reader that tests the lock holds it for a moment; an owner holds it far longer than this. */
const TRIES = 25;
const RETRY_MS = 4;

export interface OwnerLock extends AsyncDisposable {
  readonly runId: string;
}

interface LockOptions {
  /** How often the file is touched, in milliseconds. */
  readonly heartbeatMs?: number;
  /** Told when the file could not be removed in the end. */
  readonly notice?: (message: string) => void;
}

/**
 * Takes the lock of a run; null when another process has it. Disposing removes the file and frees the
 * lock; a process that dies frees it by dying.
 *
 * @throws {OperationError} `owner_file_invalid` when something else stands in the file's place;
 * `owner_file_denied` when it is another user's, or may not be made.
 */
export async function acquireOwner(
  paths: WavePaths,
  runId: string,
  owner: Owner,
  { heartbeatMs = HEARTBEAT_MS, notice = () => {} }: LockOptions = {},
): Promise<OwnerLock | null> {
  const path = paths.owner(runId);
  for (let tried = 0; tried < TRIES; tried++) {
    const file = openOwner(path);
    if (tryLock(file, path)) {
      // An ending owner may have removed the file after it was opened here: then nobody sees this lock.
      if (isFileAt(file, path)) {
        writeOwner(file, owner);
        return hold(file, path, runId, { heartbeatMs, notice });
      }
      file.close();
      continue;
    }
    file.close();
    await delay(RETRY_MS);
  }
  return null;
}

function openOwner(path: string): Deno.FsFile {
  const info = lstat(path);
  if (info !== null && !info.isFile) {
    throw new OperationError("owner_file_invalid", `Cannot lock "${path}": it is no plain file`, {
      hint: "remove it",
    });
  }
  try {
    return Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.PermissionDenied)) throw cause;
    throw new OperationError("owner_file_denied", `Cannot lock "${path}": permission denied`, {
      cause,
      hint: "run wave as the user whose run it is",
    });
  }
}

/** @throws {OperationError} `no_file_locks` at once, where the file system has none: no wait would help. */
function tryLock(file: Deno.FsFile, path: string): boolean {
  try {
    return file.tryLockSync(true);
  } catch (cause) {
    file.close();
    if (!hasNoLocks(cause)) throw cause;
    throw noLocks(path, cause);
  }
}

function isFileAt(file: Deno.FsFile, path: string): boolean {
  const opened = file.statSync();
  const named = lstat(path);
  return named !== null && named.ino === opened.ino && named.dev === opened.dev;
}

function writeOwner(file: Deno.FsFile, owner: Owner): void {
  try {
    file.truncateSync(0);
    file.writeSync(new TextEncoder().encode(`${JSON.stringify(owner)}\n`));
  } catch (error) {
    // The lock is what counts, and a full disk must not keep anybody from removing runs; what stands in
    // the file is for people.
    if (systemCode(error) === null) throw error;
  }
}

function hold(
  file: Deno.FsFile,
  path: string,
  runId: string,
  { heartbeatMs, notice }: Required<LockOptions>,
): OwnerLock {
  const beat = setInterval(() => {
    try {
      file.utimeSync(new Date(), new Date());
    } catch {
      // Without heartbeats readers show the run as stalled, and that is what this system is.
      clearInterval(beat);
    }
  }, heartbeatMs);
  Deno.unrefTimer(beat);
  let held = true;
  return {
    runId,
    async [Symbol.asyncDispose]() {
      if (!held) return;
      held = false;
      clearInterval(beat);
      // Removed while locked, or a new owner's file could be taken away.
      try {
        await Deno.remove(path);
      } catch (error) {
        // One that stays is free, and says no more than a missing one. Whoever cleans the run removes it.
        if (systemCode(error) === null) throw error;
        notice(`the run's owner file stays behind: ${plainMessage(error)}`);
      } finally {
        file.close();
      }
    },
  };
}

/** What stands where the owner's file should be. */
export type OwnerFile =
  | { readonly kind: "missing" | "unreadable" }
  | { readonly kind: "locked" | "free"; readonly beatAt: number };

/** Looks at the owner file of a run, without changing it or waiting. `beatAt` in epoch milliseconds. */
export function inspectOwner(paths: WavePaths, runId: string): OwnerFile {
  const path = paths.owner(runId);
  try {
    const info = Deno.lstatSync(path);
    if (!info.isFile) return { kind: "missing" };
    // Not `using`: the bundler leaves the word out where the value is used once, and the lock would stay.
    const file = Deno.openSync(path, { read: true });
    try {
      const kind = file.tryLockSync(false) ? "free" : "locked";
      return { kind, beatAt: info.mtime?.getTime() ?? 0 };
    } finally {
      file.close();
    }
  } catch (error) {
    if (isMissing(error)) return { kind: "missing" };
    if (error instanceof Deno.errors.PermissionDenied || hasNoLocks(error)) {
      return { kind: "unreadable" };
    }
    throw error;
  }
}
