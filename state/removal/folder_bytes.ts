import { isMissing } from "../../event/files.ts";

/**
 * Bytes of all files at and below a path, as their sizes say; 0 for what is not there or not readable.
 * Links are counted by themselves and never followed.
 */
export function folderBytes(path: string): number {
  return guarded(() => {
    const info = Deno.lstatSync(path);
    return info.isDirectory ? bytesWithin(path) : info.size;
  });
}

/** The entry says whether it is a folder, so that only files are looked at. */
function bytesWithin(folder: string): number {
  let bytes = 0;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    bytes += guarded(() => isDirectory ? bytesWithin(path) : Deno.lstatSync(path).size);
  }
  return bytes;
}

function guarded(measure: () => number): number {
  try {
    return measure();
  } catch (error) {
    if (isMissing(error) || error instanceof Deno.errors.PermissionDenied) return 0;
    throw error;
  }
}
