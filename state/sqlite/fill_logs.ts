/** Reads the logs of runs into the database that got its other rows in a hurry. */
import { delay } from "../../event/delay.ts";
import type { RunEvent } from "../../event/event.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import { readBlock } from "../trace/trace_entries.ts";
import { openReadable } from "../trace/traces_reader.ts";
import type { Database } from "./database.ts";
import { writeEvents } from "./write_rows.ts";

/** Events in one transaction, which keeps other writers waiting for a fifth of a second. */
const BATCH = 5_000;
/** Then the database is free for longer than it takes another writer to try again. */
const PAUSE_MS = 30;

/**
 * Adds the events of a run that the database lacks. Safe while the run is being recorded, and to be
 * broken off at any time. False when the run has no trace, or was removed meanwhile.
 */
export async function fillLog(
  database: Database,
  paths: WavePaths,
  runId: string,
): Promise<boolean> {
  using file = openReadable(paths.trace(runId));
  if (file === null) return false;
  let started: RunEvent | null = null;
  let newest = 0;
  let batch: RunEvent[] = [];
  for (let from = 0;;) {
    const { entries, next } = readBlock(file, from, { lacking: '"state":"output"' });
    for (const { event } of entries) {
      if (event.run_id !== runId || event.seq <= newest) continue;
      if (started === null && event.state !== "started") continue;
      newest = event.seq;
      if (started === null) started = event;
      else batch.push(event);
    }
    if (batch.length >= BATCH) {
      if (!write(database, runId, batch)) return false;
      batch = [];
      await delay(PAUSE_MS);
    }
    if (next === from) break;
    from = next;
  }
  return started !== null && write(database, runId, [...batch, started]);
}

/** False when there is no such run any more. */
function write(database: Database, runId: string, events: readonly RunEvent[]): boolean {
  return database.transaction(() => {
    const there = database.get("SELECT 1 FROM pipeline_run WHERE run_id = ?", [runId]);
    if (there === undefined) return false;
    writeEvents(database, events);
    return true;
  });
}
