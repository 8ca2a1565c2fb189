/** Brings the database up to date with traces. */
import { isRunIdShape } from "../../event/identity.ts";
import type { WavePaths } from "../paths.ts";
import { foldTrace } from "../trace_fold.ts";
import { openReadable, traceIds } from "../traces_reader.ts";
import type { Database } from "./database.ts";
import { indexedRun } from "./read.ts";
import { type IndexedRun, writeEvents, writeRun } from "./writer.ts";

/**
 * Adds what the database lacks of a run's trace, within the caller's transaction; returns what it has
 * of the run then, or null for a trace that is none. A trace shorter than what was once read of it is
 * another one: the run is then read anew.
 */
export function indexTrace(
  database: Database,
  paths: WavePaths,
  runId: string,
): IndexedRun | null {
  using file = isRunIdShape(runId) ? openReadable(paths.trace(runId)) : null;
  const stored = indexedRun(database, runId);
  if (file === null) return stored;
  const from = stored !== null && file.statSync().size >= stored.foldedBytes ? stored : null;
  if (stored !== null && from === null) {
    database.run("DELETE FROM pipeline_run WHERE run_id = :run_id", { run_id: runId });
  }
  // The events come before the row that they belong to.
  database.script("PRAGMA defer_foreign_keys = ON");
  const { record, artifacts, bytes } = foldTrace(
    file,
    from === null ? undefined : { ...from, bytes: from.foldedBytes },
    (event) => {
      if (event.run_id === runId) writeEvents(database, [event]);
    },
  );
  if (record?.id !== runId) return null;
  const next = { record, artifacts, foldedBytes: bytes };
  writeRun(database, next, from);
  return next;
}

/** Adds every trace there is, within the caller's transaction. */
export function indexAllTraces(database: Database, paths: WavePaths): void {
  for (const runId of traceIds(paths)) indexTrace(database, paths, runId);
}
