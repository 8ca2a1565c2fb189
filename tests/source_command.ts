/** The words that start programs of this repository. */
import { fromFileUrl } from "@std/path";
import { flavourFlags } from "../commands/cli/version.ts";

/** The folder of this repository, with a `/` in the end. */
export const REPOSITORY = fromFileUrl(new URL("../", import.meta.url));
export const PERMISSIONS = ["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);

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
