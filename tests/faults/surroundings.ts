/** Finds out whether anything was written where nothing may be. */
import assert from "node:assert/strict";

/** Every path below `folder` with what a write would change; links are not followed. */
function listing(folder: string, except: (path: string) => boolean): Map<string, string> {
  const seen = new Map<string, string>();
  const visit = (path: string) => {
    if (except(path)) return;
    const info = Deno.lstatSync(path);
    const kind = info.isDirectory ? "folder" : info.isSymlink ? "link" : "file";
    // A folder's time changes with what is in it, which has lines of its own.
    const facts = info.isDirectory ? [] : [info.size, info.mtime?.getTime(), info.ino];
    seen.set(path, [kind, info.mode, ...facts].join(" "));
    if (!info.isDirectory) return;
    for (const entry of Deno.readDirSync(path)) visit(`${path}/${entry.name}`);
  };
  visit(folder);
  return seen;
}

/** What stands in a folder, for comparing later. */
export class Surroundings {
  readonly #folder: string;
  readonly #except: (path: string) => boolean;
  readonly #before: Map<string, string>;

  /** `except` says which paths below `folder` may change, with all that is in them. */
  constructor(folder: string, except: (path: string) => boolean) {
    this.#folder = folder;
    this.#except = except;
    this.#before = listing(folder, except);
  }

  /** Fails when anything was made, changed or removed. */
  assertUntouched(what: string): void {
    const now = listing(this.#folder, this.#except);
    assert.deepEqual(Object.fromEntries(now), Object.fromEntries(this.#before), what);
  }
}
