/** The search that fits this system. */
import type { Finder } from "./finder.ts";

/** Opens the search process; `await using` it for the length of a run. */
export function openFinder(): Finder {
  throw new Error("openFinder is not built yet");
}
