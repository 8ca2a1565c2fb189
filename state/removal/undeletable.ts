/** What would keep a folder from being deleted, as far as that can be seen beforehand. */
import { isMissing } from "../../event/files.ts";

/**
 * Why the folder at `path` cannot be deleted whole by this user, or null when nothing is seen that keeps it
 * from that. Only folders are looked at: what lies in one goes if the folder may be changed. Links are not
 * followed.
 */
export function whyUndeletable(path: string): string | null {
  const top = Deno.lstatSync(path);
  return top.isDirectory ? search(path, top, top.dev) : null;
}

function search(folder: string, info: Deno.FileInfo, device: number): string | null {
  if (info.dev !== device) return `something is mounted at ${folder}`;
  // Its user can make it writable, whatever its mode is.
  const isOurs = info.uid === null || info.uid === Deno.uid() || Deno.uid() === 0;
  let names: readonly string[];
  try {
    const entries = [...Deno.readDirSync(folder)];
    if (entries.length > 0 && !isOurs && !mayChange(info)) {
      return `${folder} belongs to user ${info.uid}`;
    }
    names = entries.flatMap(({ name, isDirectory }) => isDirectory ? [name] : []);
  } catch (error) {
    if (isMissing(error)) return null;
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    // One's own is made readable before it is deleted.
    return isOurs ? null : `${folder} belongs to user ${info.uid}`;
  }
  for (const name of names) {
    const path = `${folder}/${name}`;
    const reason = search(path, Deno.lstatSync(path), device);
    if (reason !== null) return reason;
  }
  return null;
}

/** True of another user's folder in which everybody, or this user's group, may remove what others have made. */
function mayChange({ mode, gid }: Deno.FileInfo): boolean {
  if (mode === null) return true;
  if ((mode & 0o1000) !== 0) return false;
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid === Deno.gid());
}
