/** What a run left behind, read without the product's readers. */
import { DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import { decodeLine } from "../../event/codec.ts";
import type { RunEvent } from "../../event/event.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { fillLogs, rebuildDatabase } from "../../state/sqlite/rebuild_database.ts";
import { EVENT_COLUMNS, eventValues } from "../../state/sqlite/event_rows.ts";

export interface Trace {
  readonly events: readonly RunEvent[];
  /** The text of each event's line. */
  readonly lines: readonly string[];
  /** Lines that hold no event, the one without a newline at the end included. */
  readonly torn: number;
}

/** The trace of a run, or null when there is none. */
export function readTrace(root: string, runId: string): Trace | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(wavePaths(root).trace(runId));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const all = text.split("\n");
  const tail = all.pop();
  const events: RunEvent[] = [];
  const lines: string[] = [];
  for (const line of all) {
    const event = decodeLine(line);
    if (event === null) continue;
    events.push(event);
    lines.push(line);
  }
  return { events, lines, torn: all.length - lines.length + (tail === "" ? 0 : 1) };
}

/** Fails unless the numbers of the events are 1, 2, 3 … */
export function assertGapless(events: readonly RunEvent[]): void {
  assert.deepEqual(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
}

const TABLES = [
  "pipeline_state",
  "pipeline_run",
  "step_state",
  "artifact",
  "event_log",
  "cancellation",
];

function rowsOf(root: string): Record<string, unknown[]> {
  using database = new DatabaseSync(wavePaths(root).database, { readOnly: true });
  const rows: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    rows[table] = database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all();
  }
  return rows;
}

/** Fails unless SQLite finds its file sound. */
export function assertIntegrity(root: string): void {
  using database = new DatabaseSync(wavePaths(root).database, { readOnly: true });
  const found = database.prepare("PRAGMA integrity_check").all();
  assert.deepEqual(found.map((row) => row["integrity_check"]), ["ok"]);
  assert.deepEqual(database.prepare("PRAGMA foreign_key_check").all(), []);
}

/** Fails unless the database is sound and holds what one has that is made anew from the traces. */
export async function assertRebuildsTheSame(root: string): Promise<void> {
  assertIntegrity(root);
  const before = rowsOf(root);
  await rebuildDatabase(root);
  await fillLogs(root);
  const after = rowsOf(root);
  for (const table of TABLES) assert.deepEqual(before[table], after[table], table);
}

/** Fails unless the database has the events of the trace, but for output, and nothing else of the run. */
export function assertIndexed(root: string, runId: string, trace: Trace): void {
  using database = new DatabaseSync(wavePaths(root).database, { readOnly: true });
  const columns = EVENT_COLUMNS.join(", ");
  const rows = database.prepare(
    `SELECT ${columns} FROM event_log WHERE run_id = ? ORDER BY seq`,
  ).all(runId).map((row) => EVENT_COLUMNS.map((column) => row[column]));
  const expected = trace.events.filter(({ state }) => state !== "output").map(eventValues);
  assert.deepEqual(rows, expected);
}

/** The greatest number of an event that the database has of a run. */
export function indexedSeq(root: string, runId: string): number {
  using database = new DatabaseSync(wavePaths(root).database, { readOnly: true });
  const row = database.prepare("SELECT max(seq) AS seq FROM event_log WHERE run_id = ?").get(runId);
  return Number(row?.["seq"] ?? 0);
}
