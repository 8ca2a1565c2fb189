/** A run with what its log tells, as those read it who explain what happened. */
import type { OutputWritten, RunEvent } from "../../event/event.ts";
import { runsAround } from "../../state/nested_runs.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import type { LogQuery, RunReader } from "../../state/records/run_reader.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { readDatabaseLog } from "../../state/sqlite/database_log.ts";
import { type LogWindow, readLog } from "../../state/trace/read_log.ts";

export interface RunStory {
  readonly run: ObservedRun;
  /** Entries of level info and above, oldest first. */
  readonly entries: readonly RunEvent[];
  /** What the step wrote last, oldest first; nothing where the trace is gone. */
  output(stepId: string): readonly OutputWritten[];
  /** A run that a step of this one ran; null when it is gone. */
  inner(runId: string): RunStory | null;
  /** The run to resume: the outermost around this one, or itself. */
  readonly outermost: string;
}

/** So many entries of a step are looked through for what it wrote last. */
const STEP_ENTRIES = 400;

function eventsOf(
  root: string,
  runId: string,
  query: LogQuery,
  window: LogWindow,
): readonly RunEvent[] {
  const paths = wavePaths(root);
  const page = readLog(paths.trace(runId), query, window) ??
    readDatabaseLog(paths, runId, query, window);
  return page === null ? [] : [...page.entries].map(({ event }) => event);
}

/** The story of a run of the project at `root`. Output is read when it is asked for. */
export function readStory(root: string, reader: RunReader, run: ObservedRun): RunStory {
  const { id } = run.record;
  return {
    run,
    entries: eventsOf(root, id, { level: "info" }, { last: "all" }),
    output: (step) =>
      eventsOf(root, id, { step }, { last: STEP_ENTRIES })
        .filter((event): event is OutputWritten => event.state === "output"),
    inner(runId) {
      const inner = reader.run(runId);
      // A run that names itself, or what is around it, would have no end.
      return inner === null || inner.record.parent?.runId !== id
        ? null
        : readStory(root, reader, inner);
    },
    outermost: [run, ...runsAround(reader, run)].at(-1)?.record.id ?? id,
  };
}
