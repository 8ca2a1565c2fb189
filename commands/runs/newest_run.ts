/** The run that is meant where a command names none: the newest one that fits. */
import type { RunQuery, RunReader } from "../../state/records/run_reader.ts";
import type { ObservedRun } from "../../state/records/records.ts";

/** Runs that are read at a time: the first of them almost always fits. */
const PAGE = 50;

/** The newest run that matches `query` and that `fits`, or null. */
export function newestRun(
  reader: Pick<RunReader, "runs">,
  query: RunQuery,
  fits: (run: ObservedRun) => boolean,
): ObservedRun | null {
  for (let offset = 0;; offset += PAGE) {
    const { runs, total } = reader.runs({ ...query, offset, limit: PAGE });
    const run = runs.find(fits);
    if (run !== undefined) return run;
    if (offset + PAGE >= total) return null;
  }
}
