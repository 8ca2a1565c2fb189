/**
 * The absolute path of the program that `name` means in a `PATH` value, or null when there is none that
 * may be executed. A name with a slash is taken as a path, relative to `cwd`.
 */
export function findProgram(name: string, path: string, cwd: string): string | null {
  if (name === "" || name.includes("\0")) return null;
  const folders = name.includes("/") ? [name.startsWith("/") ? "" : cwd] : path.split(":");
  for (const folder of folders) {
    // An empty entry of PATH means the working folder.
    const candidate = name.startsWith("/") ? name : `${folder === "" ? cwd : folder}/${name}`;
    if (isExecutable(candidate)) return candidate;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch (error) {
    // Not there, behind a closed folder, a loop of links, a name too long: nothing that could be started.
    if (error instanceof Error) return false;
    throw error;
  }
}
