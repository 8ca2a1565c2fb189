/**
 * The absolute path of the program that `name` means in a `PATH` value, or null when there is none that
 * may be executed. A name with a slash is taken as a path, relative to `cwd`.
 */
export function findProgram(name: string, path: string, cwd: string): string | null {
  return candidates(name, path, cwd).find(isExecutable) ?? null;
}

/** Why `findProgram` found nothing: a clause for a message. */
export function whyNotStarted(name: string, path: string, cwd: string): string {
  const there = candidates(name, path, cwd).find(isFile);
  return there === undefined
    ? `there is no program ${JSON.stringify(name)}`
    : `${JSON.stringify(name)} may not be executed (chmod +x ${there})`;
}

function candidates(name: string, path: string, cwd: string): string[] {
  if (name === "" || name.includes("\0")) return [];
  if (name.startsWith("/")) return [name];
  if (name.includes("/")) return [`${cwd}/${name}`];
  // An empty entry of PATH means the working folder.
  return path.split(":").map((folder) => `${folder === "" ? cwd : folder}/${name}`);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
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
