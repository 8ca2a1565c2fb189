/** The file that an export writes before it has its name, and what a killed export left of such files. */
import { lstat, namesIn, removeIfThere } from "../../event/files.ts";
import { systemCode } from "../../event/system_error.ts";

const NAME = /^\.wave-export-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Calls `write` with a new file in `folder` and its path, and removes what is at that path afterwards. It
 * is locked meanwhile, which is how others tell that it is being written.
 */
export async function withUnfinished<T>(
  folder: string,
  write: (file: Deno.FsFile, path: string) => Promise<T>,
): Promise<T> {
  for (;;) {
    const path = `${folder}/.wave-export-${crypto.randomUUID()}`;
    // `createNew` follows no link, a dangling one neither.
    using file = Deno.openSync(path, { write: true, createNew: true });
    lockFree(file);
    // Another export may have taken it for a left one before it was locked.
    if (lstat(path)?.ino !== file.statSync().ino) continue;
    try {
      return await write(file, path);
    } finally {
      removeIfThere(path);
    }
  }
}

/** Removes what exports left in `folder` that were killed, but nothing that is being written now. */
export function removeUnfinished(folder: string): void {
  for (const name of namesIn(folder)) {
    const path = `${folder}/${name}`;
    if (!NAME.test(name) || lstat(path)?.isFile !== true) continue;
    try {
      using file = Deno.openSync(path, { read: true });
      if (lockFree(file)) removeIfThere(path);
    } catch (error) {
      // Another user's, or gone meanwhile: it is not in the way of this export.
      if (systemCode(error) === null && !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Locks the file and says true, if it is free and the file system has locks. */
function lockFree(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return false;
  }
}
