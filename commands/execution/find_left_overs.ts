/** Looks for the processes that interrupted runs left. */
import { openFinder } from "../../executor/processes/open_finder.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { targetsOf } from "./finalize_run.ts";

/** The runs of which something is left, in the given order, with the pids. */
export async function findLeftOvers(
  runs: readonly ObservedRun[],
): Promise<{ readonly run: ObservedRun; readonly pids: readonly number[] }[]> {
  await using finder = openFinder();
  const found = [];
  for (const run of runs) {
    const targets = targetsOf(run.record);
    const { pids } = targets.length === 0 ? { pids: [] } : await finder.find(targets);
    if (pids.length > 0) found.push({ run, pids });
  }
  return found;
}
