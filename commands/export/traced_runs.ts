/** The spans of a run and of all runs within it, from their records. */
import type { RunEvent } from "../../event/event.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { readDatabaseLog } from "../../state/sqlite/database_log.ts";
import { foldTrace, NOTHING } from "../../state/trace/trace_fold.ts";
import { openReadable } from "../../state/trace/traces_reader.ts";
import type { Runs } from "../runs/open_runs.ts";
import { runSpans } from "./run_spans.ts";
import type { TraceSpan } from "./trace_span.ts";

/** The spans of one run. */
export interface TracedRun {
  readonly run: ObservedRun;
  readonly spans: readonly TraceSpan[];
}

export interface TracedRuns {
  /** Each behind the run around it. */
  readonly traced: readonly TracedRun[];
  /** Ids of runs within it whose record is gone. */
  readonly gone: readonly string[];
}

/** All but output, oldest first; from the database where the trace is gone. */
function eventsOf(root: string, runId: string): readonly RunEvent[] {
  const paths = wavePaths(root);
  using file = openReadable(paths.trace(runId));
  const events: RunEvent[] = [];
  if (file !== null) foldTrace(file, NOTHING, (event) => events.push(event));
  if (events.length > 0) return events;
  const page = readDatabaseLog(paths, runId, {}, { last: "all" });
  return page === null ? [] : [...page.entries].map(({ event }) => event);
}

export async function traceRuns({ root, reader }: Runs, run: ObservedRun): Promise<TracedRuns> {
  const traced: TracedRun[] = [];
  const gone: string[] = [];
  const seen = new Set<string>();
  const left = [run.record.id];
  for (let id = left.shift(); id !== undefined; id = left.shift()) {
    // Records that name each other would have no end.
    if (seen.has(id)) continue;
    seen.add(id);
    const found = reader.run(id);
    const events = found === null ? [] : eventsOf(root, id);
    if (found === null || events[0]?.state !== "started") {
      gone.push(id);
      continue;
    }
    const { spans, inner } = await runSpans(events);
    traced.push({ run: found, spans });
    left.push(...inner);
  }
  return { traced, gone };
}
