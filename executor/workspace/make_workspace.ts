/** The folder of an attempt. */
import { join } from "@std/path";
import { requireReal } from "../files/confine.ts";
import { lstat } from "../../event/files.ts";

/**
 * Makes the folder of an attempt (0700) below `parent`: `<name>/`, and `<name>.<attempt>/` for a retry.
 *
 * @param parent absolute; made when missing.
 * @throws {OperationError} `unsafe_folder` when a link leads to the parent.
 * @returns its absolute path. Taken names (a step may be called `a.2`) get a `-2`, `-3`, ….
 */
export function makeWorkspace(parent: string, name: string, attempt: number): string {
  const wanted = join(parent, attempt === 1 ? name : `${name}.${attempt}`);
  // The parent is there for all steps but the first.
  if (lstat(parent) === null) Deno.mkdirSync(parent, { recursive: true, mode: 0o700 });
  requireReal(parent);
  for (let count = 1;; count++) {
    const folder = count === 1 ? wanted : `${wanted}-${count}`;
    try {
      Deno.mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}
