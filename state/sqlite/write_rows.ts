/** Writes runs into the tables. Every function belongs inside the caller's transaction. */
import type { SQLInputValue } from "node:sqlite";
import type { RunEvent } from "../../event/event.ts";
import { type ArtifactRecord, isOver, type RunRecord } from "../records/records.ts";
import type { Database } from "./database.ts";
import { EVENT_COLUMNS, eventValues } from "./event_rows.ts";
import { artifactRow, runRow, stepRow } from "./record_rows.ts";
import type { Bound } from "./row_values.ts";

/** Everything that the database holds of a run, as it stood at the end of one line of its trace. */
export interface IndexedRun {
  readonly record: RunRecord;
  readonly artifacts: readonly ArtifactRecord[];
  /** How far the trace was folded, in bytes. */
  readonly foldedBytes: number;
}

const PIPELINE = `
  INSERT INTO pipeline_state (pipeline_name, first_seen_at, last_seen_at)
  VALUES (:pipeline_name, :started_at, :started_at)
  ON CONFLICT (pipeline_name) DO UPDATE SET
    first_seen_at = min(first_seen_at, excluded.first_seen_at),
    last_seen_at = max(last_seen_at, excluded.last_seen_at)`;

/**
 * What the runs that are left say of their pipeline, as a database made from their traces would. Two queries,
 * because SQLite reads one end of the index for `min` or for `max`, but all of it for both at once.
 */
const PIPELINE_LEFT = `
  UPDATE pipeline_state SET first_seen_at = seen.first, last_seen_at = seen.last
  FROM (SELECT (SELECT min(started_at) FROM pipeline_run WHERE pipeline_name = :pipeline_name) AS first,
               (SELECT max(started_at) FROM pipeline_run WHERE pipeline_name = :pipeline_name) AS last) AS seen
  WHERE pipeline_name = :pipeline_name AND seen.first IS NOT NULL`;
const PIPELINE_GONE = "DELETE FROM pipeline_state WHERE pipeline_name = :pipeline_name";

const RUN_COLUMNS = [
  "run_id",
  "pipeline_name",
  "status",
  "input",
  "input_redacted",
  "mock",
  "parent_run_id",
  "parent_step_id",
  "owner_host",
  "owner_pid",
  "owner_process_start",
  "current_steps",
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "tokens_at_least",
  "cost_usd",
  "cost_at_least",
  "warnings",
  "started_at",
  "completed_at",
  "error_message",
  "stop_reason",
  "last_event_at",
  "last_seq",
  "folded_bytes",
  "idle_ms",
  "pauses",
  "options",
  "ledger",
];

const STEP_COLUMNS = [
  "run_id",
  "step_id",
  "ordinal",
  "persona",
  "dependencies",
  "digest",
  "status",
  "attempt",
  "started_at",
  "completed_at",
  "error_message",
  "stop_reason",
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "tokens_at_least",
  "cost_usd",
  "cost_at_least",
  "warnings",
  "visits",
  "edge",
  "tokens_before",
  "use",
  "workspace",
  "nonce",
  "process_pid",
  "process_start",
  "gate",
];

// A record older than the stored one changes nothing: replaying a trace is idempotent.
const RUN = `${upsert("pipeline_run", ["run_id"], RUN_COLUMNS)}
  WHERE excluded.last_seq >= pipeline_run.last_seq`;
const STEP = upsert("step_state", ["run_id", "step_id"], STEP_COLUMNS);

/** What changes while a run goes on, so that no index is touched: three pages to write instead of seven. */
const PROGRESS_COLUMNS = [
  "current_steps",
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "tokens_at_least",
  "cost_usd",
  "cost_at_least",
  "warnings",
  "last_event_at",
  "last_seq",
  "folded_bytes",
];
const PROGRESS = `UPDATE pipeline_run SET ${
  PROGRESS_COLUMNS.map((name) => `${name} = ?`).join(", ")
}
  WHERE run_id = ? AND last_seq <= ?`;

const ARTIFACT_COLUMNS = [
  "run_id",
  "ordinal",
  "step_id",
  "name",
  "type",
  "path",
  "size_bytes",
  "sha256",
  "created_at",
  "modified_at",
];
const ARTIFACT = insert("artifact", ARTIFACT_COLUMNS);
const EVENT = `${insert("event_log", EVENT_COLUMNS)} ON CONFLICT (run_id, seq) DO NOTHING`;

function insert(table: string, columns: readonly string[]): string {
  const places = columns.map(() => "?").join(", ");
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`;
}

function upsert(table: string, key: readonly string[], columns: readonly string[]): string {
  const changing = columns.filter((column) => !key.includes(column));
  return `${insert(table, columns)}
    ON CONFLICT (${key.join(", ")}) DO UPDATE SET
    ${changing.map((column) => `${column} = excluded.${column}`).join(", ")}`;
}

function values(row: Bound, columns: readonly string[]): SQLInputValue[] {
  return columns.map((column) => row[column] ?? null);
}

/**
 * Brings the run's rows to `next`. Rows are only touched where `next` differs from `previous`, what
 * this connection wrote of the run last; without it the run's steps and artifacts are written anew. A
 * cancel request is used up when the run has ended.
 */
export function writeRun(database: Database, next: IndexedRun, previous: IndexedRun | null): void {
  const { record, artifacts } = next;
  if (!writeRunRow(database, next, previous)) return;
  const id = { run_id: record.id };
  if ("completedAt" in record) database.run("DELETE FROM cancellation WHERE run_id = :run_id", id);

  const known = previous?.record.steps;
  const samePlan = known?.length === record.steps.length &&
    record.steps.every((step, index) => step.id === known[index]?.id);
  if (!samePlan) database.run("DELETE FROM step_state WHERE run_id = :run_id", id);
  record.steps.forEach((step, index) => {
    if (samePlan && step === known[index]) return;
    database.run(STEP, values(stepRow(record.id, index, step), STEP_COLUMNS));
  });

  if (previous?.artifacts === artifacts) return;
  database.run("DELETE FROM artifact WHERE run_id = :run_id", id);
  artifacts.forEach((artifact, index) =>
    database.run(ARTIFACT, values(artifactRow(index, artifact), ARTIFACT_COLUMNS))
  );
}

/** False when the database has a newer record of the run. */
function writeRunRow(
  database: Database,
  { record, foldedBytes }: IndexedRun,
  previous: IndexedRun | null,
): boolean {
  const row = runRow(record, foldedBytes);
  if (previous !== null && onlyProgressed(previous.record, record)) {
    const changed = values(row, PROGRESS_COLUMNS);
    if (database.run(PROGRESS, [...changed, record.id, record.lastSeq]) > 0) return true;
  }
  database.run(PIPELINE, { pipeline_name: record.pipeline, started_at: record.startedAt });
  return database.run(RUN, values(row, RUN_COLUMNS)) > 0;
}

/** True when no other columns of `pipeline_run` differ than those of `PROGRESS`. */
function onlyProgressed(before: RunRecord, now: RunRecord): boolean {
  return !isOver(now) && now.status === before.status && now.pipeline === before.pipeline &&
    now.input === before.input && now.inputRedacted === before.inputRedacted &&
    now.mock === before.mock && now.options === before.options && now.idleMs === before.idleMs &&
    now.pauses === before.pauses && now.owner === before.owner &&
    now.startedAt === before.startedAt && now.budget === before.budget && now.gone === before.gone;
}

/** Adds events of a run that has its row; those that are there already stay. `output` is left out. */
export function writeEvents(database: Database, events: readonly RunEvent[]): void {
  for (const event of events) {
    if (event.state !== "output") database.run(EVENT, eventValues(event));
  }
}

/** Takes a run out of every table. Returns false when it was not there. */
export function deleteRun(database: Database, runId: string): boolean {
  const row = database.get(
    "DELETE FROM pipeline_run WHERE run_id = :run_id RETURNING pipeline_name",
    { run_id: runId },
  );
  if (row === undefined) return false;
  const pipeline = { pipeline_name: row["pipeline_name"] ?? null };
  if (database.run(PIPELINE_LEFT, pipeline) === 0) database.run(PIPELINE_GONE, pipeline);
  return true;
}
