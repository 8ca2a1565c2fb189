/**
 * Bytes of all files at and below a path, as their sizes say; 0 for what is not there or not readable.
 * Links are counted by themselves and never followed.
 */
export function folderBytes(path: string): number {
  try {
    const info = Deno.lstatSync(path);
    if (!info.isDirectory) return info.size;
    let bytes = 0;
    for (const entry of Deno.readDirSync(path)) bytes += folderBytes(`${path}/${entry.name}`);
    return bytes;
  } catch (error) {
    const expected = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.PermissionDenied;
    if (!expected) throw error;
    return 0;
  }
}
