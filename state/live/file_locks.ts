/** File systems without file locks: no wave can tell there whether another one owns a run. */
import { OperationError } from "../../event/errors.ts";
import { systemCode } from "../../event/system_error.ts";

/** What `flock` says where it is not supported. Some systems number the errors otherwise. */
const CODES = ["ENOLCK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "E37", "E38", "E95"];

/** True for the error of a lock on a file system that has none. */
export function hasNoLocks(error: unknown): boolean {
  return error instanceof Deno.errors.NotSupported || CODES.includes(systemCode(error) ?? "");
}

/** True when files in this folder cannot be locked. The folder stands for them: a database must not be opened twice. */
export function folderHasNoLocks(folder: string): boolean {
  try {
    // Not `using`: the bundler leaves the word out where the value is used once.
    const file = Deno.openSync(folder, { read: true });
    try {
      file.tryLockSync(false);
      return false;
    } finally {
      file.close();
    }
  } catch (error) {
    // What else keeps it from being opened is for the caller to meet.
    if (error instanceof Error) return hasNoLocks(error);
    throw error;
  }
}

/** The error that names the file system at `path`. */
export function noLocks(path: string, cause: unknown): OperationError {
  const kind = fileSystemOf(path);
  const name = kind === null ? "this file system" : `a file system of type ${kind}`;
  return new OperationError(
    "no_file_locks",
    `Cannot lock "${path}": ${name} has no file locks (flock)`,
    {
      cause,
      hint:
        "keep the project, or what is mounted at .wave, on a disk that has them, such as a local one",
    },
  );
}

/** Its type as `stat` names it, such as `nfs` or `fuseblk`; null where that cannot be told. */
function fileSystemOf(path: string): string | null {
  if (Deno.build.os !== "linux") return null;
  try {
    const { success, stdout } = new Deno.Command("stat", {
      args: ["-f", "-c", "%T", "--", path],
      stdin: "null",
      stderr: "null",
    }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() || null : null;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
