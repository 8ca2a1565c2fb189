/** Keeps the paths that pipelines and agents name inside the folder they belong to. */
import { dirname, isAbsolute, join, normalize, relative } from "@std/path";
import { OperationError } from "../../event/errors.ts";
import { isMissing, lstat } from "../../event/files.ts";

/** True when `path` is `folder` or lies below it. Both absolute; links are not followed. */
export function isInside(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest === "" || (!isAbsolute(rest) && rest !== ".." && !rest.startsWith("../"));
}

/**
 * `path` in normal form.
 *
 * @throws {OperationError} `path_outside_workspace` when it is absolute, leaves its folder by `..`,
 * names the folder itself or holds a NUL.
 */
export function relativePath(path: string): string {
  const normal = normalize(path);
  const escapes = isAbsolute(path) || normal === ".." || normal.startsWith("../");
  if (path === "" || normal === "." || escapes || path.includes("\0")) {
    throw outside(path);
  }
  return normal;
}

function outside(path: string): OperationError {
  return new OperationError(
    "path_outside_workspace",
    `Cannot use the path "${path}": it is not inside the workspace`,
    {
      hint:
        "name a path relative to the step's workspace, without `..` and without links out of it",
    },
  );
}

/**
 * The real path of `path` below `folder`, or null when nothing is there.
 *
 * @throws {OperationError} `path_outside_workspace` when it, or where its links lead, is outside.
 */
export function existingInside(folder: string, path: string): string | null {
  const wanted = join(folder, relativePath(path));
  let real: string;
  try {
    real = Deno.realPathSync(wanted);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  if (!isInside(Deno.realPathSync(folder), real)) throw outside(path);
  return real;
}

/**
 * Refuses a folder that a link leads to: a step may have put one in the place of a folder of its run, and
 * what wave writes there would go elsewhere.
 *
 * @param folder absolute, as it is without links.
 * @throws {OperationError} `unsafe_folder`.
 */
export function requireReal(folder: string): void {
  if (Deno.realPathSync(folder) === folder) return;
  throw new OperationError("unsafe_folder", `Cannot write to "${folder}": it leads elsewhere`, {
    hint: "a step has replaced a folder of its run by a link; remove that, and resume",
  });
}

/**
 * An absolute path below `folder` for a new file, with its parent folders made (0700). A link in the
 * place of a parent is refused, one in the place of the file itself is removed.
 *
 * @throws {OperationError} `path_outside_workspace` when it would lie outside.
 */
export function newInside(folder: string, path: string): string {
  const normal = relativePath(path);
  requireReal(folder);
  const parent = dirname(normal);
  let at = folder;
  for (const part of parent === "." ? [] : parent.split("/")) {
    at = join(at, part);
    const info = lstat(at);
    if (info === null) Deno.mkdirSync(at, { mode: 0o700 });
    else if (!info.isDirectory) throw outside(path);
  }
  const file = join(folder, normal);
  if (lstat(file)?.isSymlink === true) Deno.removeSync(file);
  return file;
}
