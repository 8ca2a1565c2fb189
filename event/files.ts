/** Looking at, replacing and removing files, when what is not there is an answer and no error. */
import { OperationError } from "./errors.ts";

/** True for the error of a path at which nothing is, also because a file stands where a folder should. */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** What stands at `path` itself, without following a link; null when nothing does. */
export function lstat(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** True when something stands at the path, a link that leads nowhere included. */
export function exists(path: string): boolean {
  return lstat(path) !== null;
}

/** The names in a folder; none when there is no such folder, or when this user may not read it. */
export function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map((entry) => entry.name);
  } catch (error) {
    if (isMissing(error) || error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}

/** The text of a file; null when it is not there. */
export function readIfThere(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Removes a file, or an empty folder, that may not be there. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** The user and the group that a file is given to. */
export interface FileUser {
  readonly uid: number;
  readonly gid: number | null;
}

/** Whose what stands at `path` is; null when that is this process's user, or nothing is there. */
export function otherUserOf(path: string): FileUser | null {
  const info = lstat(path);
  if (info === null || info.uid === null || info.uid === Deno.uid()) return null;
  return { uid: info.uid, gid: info.gid };
}

/**
 * Puts a file with `text` at `path`, so that nobody ever reads half of it. What stood there is replaced;
 * a link is replaced itself, not followed. With `user` it is theirs from the beginning.
 *
 * @throws {Deno.errors.PermissionDenied} also when it cannot be given to `user`.
 */
export function replaceFile(
  path: string,
  text: string,
  mode?: number,
  user: FileUser | null = null,
): void {
  placeWhole(path, text, { mode, user, place: Deno.renameSync });
}

/**
 * As {@linkcode replaceFile}, but only where nothing stands yet.
 *
 * @throws {Deno.errors.AlreadyExists} something does.
 */
export function createWhole(
  path: string,
  text: string,
  mode?: number,
  user: FileUser | null = null,
): void {
  placeWhole(path, text, { mode, user, place: Deno.linkSync });
}

/**
 * Puts a file where a user wants one, as {@linkcode replaceFile}.
 *
 * @param code of the error.
 * @throws {OperationError} when it cannot be written.
 */
export function writeRequested(path: string, text: string, code: string): void {
  try {
    replaceFile(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperationError(code, `Cannot write "${path}": ${reason}`, { cause: error });
  }
}

interface Placing {
  /** As the user's mask says, when there is none. */
  readonly mode: number | undefined;
  readonly user: FileUser | null;
  readonly place: (from: string, to: string) => void;
}

function placeWhole(path: string, text: string, { mode, user, place }: Placing): void {
  const temporary = `${path}.${crypto.randomUUID()}`;
  try {
    // A mode that is given is set as it is, whatever the mask says.
    const options = mode === undefined ? {} : { mode };
    Deno.writeTextFileSync(temporary, text, { createNew: true, ...options });
    if (user !== null) Deno.chownSync(temporary, user.uid, user.gid);
    place(temporary, path);
  } finally {
    removeIfThere(temporary);
  }
}
