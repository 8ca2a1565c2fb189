/** The entries of one or several runs, as `wave logs` shows them. */
import { OperationError } from "../../event/errors.ts";
import { readDatabaseLog } from "../../state/sqlite/database_log.ts";
import { type LogPage, type LogWindow, readLog } from "../../state/trace/read_log.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import type { LogQuery } from "../../state/records/run_reader.ts";
import type { RunRecord } from "../../state/records/records.ts";
import type { Context } from "../cli/command.ts";
import { mergeByTime } from "./merge_logs.ts";
import { printWarning } from "../output/print.ts";

/** A run whose entries are read. */
export type LogSource = Pick<RunRecord, "id" | "startedAt">;

function readOne(
  context: Context,
  paths: WavePaths,
  id: string,
  query: LogQuery,
  window: LogWindow,
): LogPage {
  let missing = "is gone";
  try {
    const page = readLog(paths.trace(id), query, window);
    if (page !== null) return page;
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== "trace_denied") throw error;
    missing = "may not be read";
  }
  const stored = readDatabaseLog(paths, id, query, window);
  const lacks = stored?.whole === true ? "no output of agents" : "only some of it";
  const rest = stored === null ? "" : `; using state.db, which has ${lacks}`;
  printWarning(context, `the trace of ${id} ${missing}${rest}`);
  return stored ?? { total: 0, truncated: false, entries: [] };
}

/** Of each run so much is read that the newest of all together are among it. */
function readSeveral(
  context: Context,
  paths: WavePaths,
  runs: readonly LogSource[],
  query: LogQuery,
  { last, offset = 0 }: LogWindow,
): LogPage {
  const reach = last === "all" ? "all" : last + offset;
  let total = 0;
  let read = 0;
  const sources = runs.map((run) => {
    const page = readOne(context, paths, run.id, query, { last: reach });
    total += page.total;
    read += reach === "all" ? page.total : Math.min(reach, page.total);
    return { startedAt: run.startedAt, open: () => page.entries };
  });
  const end = Math.max(0, read - offset);
  const start = last === "all" ? 0 : Math.max(0, end - last);
  const entries = between(mergeByTime(sources), start, end);
  return { total, truncated: end - start < total, entries };
}

function* between<E>(all: Iterable<E>, start: number, end: number): Generator<E> {
  let place = 0;
  for (const one of all) {
    if (place >= end) return;
    if (place++ >= start) yield one;
  }
}

/** The entries that the query selects, oldest first, in the window over all runs together. */
export function readLogs(
  context: Context,
  paths: WavePaths,
  runs: readonly LogSource[],
  query: LogQuery,
  window: LogWindow,
): LogPage {
  const [only, ...others] = runs;
  if (only === undefined) return { total: 0, truncated: false, entries: [] };
  if (others.length === 0) return readOne(context, paths, only.id, query, window);
  return readSeveral(context, paths, runs, query, window);
}
