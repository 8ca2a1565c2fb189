/** The words that start the program under test, and other programs of this repository. */
import { fromFileUrl } from "@std/path";
import { flavourFlags } from "../commands/cli/version.ts";

/** The folder of this repository, with a `/` in the end. */
export const REPOSITORY = fromFileUrl(new URL("../", import.meta.url));
const PERMISSIONS = ["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);
/** A bundle that ends in `.js`, or an executable; without it, the sources are tested. */
const PROGRAM = Deno.env.get("WAVE_TEST_PROGRAM");

/** What names the packages that the tests themselves run on; `WAVE_TEST_IMPORT_MAP` where those are others. */
export function packageFlags(): string[] {
  const map = Deno.env.get("WAVE_TEST_IMPORT_MAP");
  return map === undefined ? flavourFlags(REPOSITORY) : [`--import-map=${map}`];
}

/** The words that run a module of this repository, on the same packages as the tests. */
export function sourceCommand(path: string): string[] {
  const config = ["--no-check", `--config=${REPOSITORY}deno.json`, ...packageFlags()];
  return [Deno.execPath(), "run", ...config, ...PERMISSIONS, path];
}

/** The words that build the program into a folder of its own. */
export function buildCommand(output: string): string[] {
  return [...sourceCommand(`${REPOSITORY}npm/build.ts`), ...packageFlags(), `--output=${output}`];
}

/** True where the runtime can load a module before the program, to inject faults; says so where not. */
export function takesPreload(): boolean {
  if (PROGRAM === undefined || PROGRAM.endsWith(".js")) return true;
  console.log("skipped: faults are injected by a module, which an executable does not load");
  return false;
}

/** The words that run the program; `preload` names a module that the runtime loads before it. */
export function programCommand(preload?: string): string[] {
  const words = PROGRAM === undefined
    ? sourceCommand(`${REPOSITORY}main.ts`)
    : PROGRAM.endsWith(".js")
    ? [Deno.execPath(), "run", "--no-config", ...PERMISSIONS, PROGRAM]
    : [PROGRAM];
  return preload === undefined ? words : words.toSpliced(2, 0, `--preload=${preload}`);
}
