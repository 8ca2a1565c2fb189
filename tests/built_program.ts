/** The program under test, built once of these sources for every file of tests. */
import { buildCommand, packageFlags, REPOSITORY } from "./source_command.ts";

/** In `dist`, which nobody commits, packs or lints; a folder a state of the sources. */
const BUILDS = `${REPOSITORY}dist/tests`;
const SOURCES = ["main.ts", "schema.sql", "deno.json", "package.json"];
const FOLDERS = ["commands", "event", "executor", "npm", "state"];
/** One of sources that were changed since may still be running. */
const KEPT_MS = 3_600_000;

/** What a build depends on, in a name: sizes and times of change of all sources, and the packages. */
function stamp(): string {
  let text = packageFlags().join(" ");
  const add = (path: string) => {
    const { size, mtime } = Deno.statSync(path);
    text += `\n${path} ${size} ${mtime?.getTime()}`;
  };
  const addFolder = (folder: string) => {
    const entries = [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1);
    for (const { name, isDirectory } of entries) {
      if (isDirectory) addFolder(`${folder}/${name}`);
      else add(`${folder}/${name}`);
    }
  };
  for (const name of SOURCES) add(`${REPOSITORY}${name}`);
  for (const name of FOLDERS) addFolder(`${REPOSITORY}${name}`);
  // FNV-1a: no more is asked of it than to tell two states of one folder apart.
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function removeOld(): void {
  for (const { name } of Deno.readDirSync(BUILDS)) {
    const path = `${BUILDS}/${name}`;
    const { mtime, isDirectory } = Deno.statSync(path);
    if (isDirectory && Date.now() - (mtime?.getTime() ?? 0) > KEPT_MS) {
      Deno.removeSync(path, { recursive: true });
    }
  }
}

let built: string | undefined;

/**
 * The folder with `wave` and `wave.js`, built unless it is there. Not to be written to; in a place that
 * another user may be unable to reach: see {@link copyProgram}.
 */
export function builtProgram(): string {
  if (built !== undefined) return built;
  const folder = `${BUILDS}/${stamp()}`;
  Deno.mkdirSync(BUILDS, { recursive: true });
  using lock = Deno.openSync(`${BUILDS}/lock`, { write: true, create: true });
  lock.lockSync(true);
  // The launcher is what a build writes last.
  if (!isThere(`${folder}/wave`)) {
    removeOld();
    const [deno = "", ...args] = buildCommand(folder);
    const { success, stderr } = new Deno.Command(deno, { args }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }
  return built = folder;
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Copies the built program into `folder`, which is made, for whoever may read that. Returns its path there. */
export function copyProgram(folder: string): string {
  const from = builtProgram();
  Deno.mkdirSync(folder);
  for (const { name } of Deno.readDirSync(from)) {
    Deno.copyFileSync(`${from}/${name}`, `${folder}/${name}`);
  }
  return `${folder}/wave`;
}
