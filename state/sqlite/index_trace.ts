/** Brings the database up to date with traces. */
import { isRunIdShape } from "../../event/identity.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import { foldEnds, foldTrace } from "../trace/trace_fold.ts";
import { openReadable, traceIds } from "../trace/traces_reader.ts";
import type { Database } from "./database.ts";
import { indexedRun } from "./stored_runs.ts";
import { type IndexedRun, writeEvents, writeRun } from "./write_rows.ts";

/**
 * So many bytes of traces are read into `event_log` while somebody waits, which takes half a second. What
 * is longer gets its rows in the other tables at once, and its log by `fillLogs`.
 */
const LOG_AT_ONCE = 2 << 20;

/**
 * Adds what the database lacks of a run's trace, within the caller's transaction; returns what it has
 * of the run then, or null for a trace that is none. A trace shorter than what was once read of it is
 * another one: the run is then read anew. The log is left out where more than `logAtOnce` bytes lack.
 */
export function indexTrace(
  database: Database,
  paths: WavePaths,
  runId: string,
  logAtOnce = LOG_AT_ONCE,
): IndexedRun | null {
  using file = isRunIdShape(runId) ? openReadable(paths.trace(runId)) : null;
  const stored = indexedRun(database, runId);
  if (file === null) return stored;
  const { size } = file.statSync();
  const from = stored !== null && size >= stored.foldedBytes ? stored : null;
  if (stored !== null && from === null) {
    database.run("DELETE FROM pipeline_run WHERE run_id = :run_id", { run_id: runId });
  }
  const withLog = size - (from?.foldedBytes ?? 0) <= logAtOnce;
  // The events come before the row that they belong to.
  database.script("PRAGMA defer_foreign_keys = ON");
  const known = from === null ? undefined : { ...from, bytes: from.foldedBytes };
  const { record, artifacts, bytes } = withLog
    ? foldTrace(file, known, (event) => {
      if (event.run_id === runId) writeEvents(database, [event]);
    })
    : known === undefined
    ? foldEnds(file)
    : foldTrace(file, known);
  if (record?.id !== runId) return null;
  if (!withLog && from !== null) markLogIncomplete(database, runId);
  const next = { record, artifacts, foldedBytes: bytes };
  writeRun(database, next, from);
  return next;
}

/** A log without its beginning lacks more, see `runsWithoutLog`. */
function markLogIncomplete(database: Database, runId: string): void {
  const sql = "DELETE FROM event_log WHERE run_id = :run_id AND state = 'started'";
  database.run(sql, { run_id: runId });
}

/** Adds every trace there is, within the caller's transaction. Small ones get their logs, too. */
export function indexAllTraces(database: Database, paths: WavePaths): void {
  let left = LOG_AT_ONCE;
  for (const runId of traceIds(paths)) {
    const bytes = indexTrace(database, paths, runId, left)?.foldedBytes ?? 0;
    if (bytes <= left) left -= bytes;
  }
}

/**
 * Writes every run anew as its trace tells it today, within the caller's transaction, and keeps the logs: a
 * run that was indexed by an older version lacks what only this one folds.
 */
export function refoldAllTraces(database: Database, paths: WavePaths): void {
  for (const runId of traceIds(paths)) {
    const indexed = indexTrace(database, paths, runId);
    using file = indexed === null ? null : openReadable(paths.trace(runId));
    if (indexed === null || file === null) continue;
    const { record, artifacts } = foldEnds(file);
    if (record?.id !== runId || record.lastSeq < indexed.record.lastSeq) continue;
    writeRun(database, { record, artifacts, foldedBytes: indexed.foldedBytes }, null);
  }
}
