/** Looks for programs as a shell would. */

/**
 * The path of a program, or null when there is none. A name with a slash is a path below `root` unless
 * it is absolute; any other is looked for in the folders of `path`, the value of `PATH`.
 */
export function findProgram(name: string, root: string, path: string): string | null {
  if (name === "" || name.includes("\0")) return null;
  if (name.includes("/")) {
    const file = name.startsWith("/") ? name : `${root}/${name}`;
    return isProgram(file) ? file : null;
  }
  for (const folder of path.split(":")) {
    const file = `${folder === "" ? "." : folder}/${name}`;
    if (isProgram(file)) return file;
  }
  return null;
}

function isProgram(file: string): boolean {
  try {
    const info = Deno.statSync(file);
    return info.isFile && (info.mode === null || (info.mode & 0o111) !== 0);
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.FilesystemLoop
    ) return false;
    throw error;
  }
}
