/** Runs within runs, and those that a person started. */
import type { RunReader } from "./records/run_reader.ts";
import type { ObservedRun } from "./records/records.ts";

/** Deeper than runs can be within each other; ends records that name each other in a circle. */
const DEEPEST = 100;

/** The runs around `run` that are still there, from the inside out. */
export function* runsAround(
  reader: Pick<RunReader, "run">,
  run: ObservedRun,
): Generator<ObservedRun> {
  let { parent } = run.record;
  for (let depth = 0; parent !== null && depth < DEEPEST; depth++) {
    const around = reader.run(parent.runId);
    if (around === null) return;
    yield around;
    parent = around.record.parent;
  }
}

/** The run that a person started last, or null when there is none. */
export function latestRun(reader: Pick<RunReader, "run" | "idsWithPrefix">): ObservedRun | null {
  // A page of runs would count all that it leaves out.
  const [id] = reader.idsWithPrefix("", 1);
  const run = id === undefined ? null : reader.run(id);
  return run === null ? null : [run, ...runsAround(reader, run)].at(-1) ?? null;
}
