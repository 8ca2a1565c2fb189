/** The search that fits this system. */
import type { Finder } from "./process_finder.ts";
import { openProcFinder } from "./proc_finder.ts";
import { openPsFinder } from "./ps_finder.ts";

/** Opens the search; `await using` it for the length of a run. */
export function openFinder(): Finder {
  return Deno.build.os === "linux" ? openProcFinder() : openPsFinder();
}
