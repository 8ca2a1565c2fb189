/** What the tables hold of runs, as records. Every function is one or two queries. */
import type { ArtifactRecord, StepRecord } from "../records/records.ts";
import type { Database } from "./database.ts";
import { artifactOf, runOf, stepOf } from "./record_rows.ts";
import { number, type Row, text } from "./row_values.ts";
import type { IndexedRun } from "./write_rows.ts";

const KNOWN = "SELECT 1 FROM pipeline_run WHERE run_id = ?";
const RUNS = "SELECT r.* FROM json_each(:ids) j JOIN pipeline_run r ON r.run_id = j.value";
const STEPS = `
  SELECT s.* FROM json_each(:ids) j JOIN step_state s ON s.run_id = j.value
  ORDER BY j.key, s.ordinal`;
const ARTIFACTS = "SELECT * FROM artifact WHERE run_id = :id ORDER BY ordinal";
/** A log that is whole begins with the row of the run's start, which is the last to be written. */
const WITHOUT_LOG = `
  SELECT run_id FROM pipeline_run r WHERE 'started' IS NOT
    (SELECT state FROM event_log e WHERE e.run_id = r.run_id ORDER BY seq LIMIT 1)`;
const OPEN = "SELECT run_id FROM pipeline_run WHERE status IN ('pending', 'running')";

/** A run's rows without its artifacts, which only few questions need. */
export type StoredRun = Omit<IndexedRun, "artifacts">;

/** The stored ones among `ids`, by id. */
export function storedRuns(database: Database, ids: readonly string[]): Map<string, StoredRun> {
  const found = new Map<string, StoredRun>();
  if (ids.length === 0) return found;
  const parameters = { ids: JSON.stringify(ids) };
  const steps = new Map<string, StepRecord[]>();
  for (const row of database.all(STEPS, parameters)) {
    const runId = text(row, "run_id");
    const list = steps.get(runId);
    if (list === undefined) steps.set(runId, [stepOf(row)]);
    else list.push(stepOf(row));
  }
  for (const row of database.all(RUNS, parameters)) {
    const id = text(row, "run_id");
    const record = runOf(row, steps.get(id) ?? []);
    found.set(id, { record, foldedBytes: number(row, "folded_bytes") });
  }
  return found;
}

/** The run with its artifacts, or null. */
export function indexedRun(database: Database, id: string): IndexedRun | null {
  // Most runs that are asked for while a database is filled are not there, which is found out fastest so.
  if (database.get(KNOWN, [id]) === undefined) return null;
  const run = storedRuns(database, [id]).get(id);
  return run === undefined ? null : { ...run, artifacts: storedArtifacts(database, id) };
}

/** In the order in which they were made. */
export function storedArtifacts(database: Database, id: string): readonly ArtifactRecord[] {
  return database.all(ARTIFACTS, { id }).map(artifactOf);
}

/** The runs that the database does not call finished. */
export function openRunIds(database: Database): readonly string[] {
  return database.all(OPEN).map(id);
}

/** The runs whose log the database does not have, or not all of it, see `fillLog`. */
export function runsWithoutLog(database: Database): readonly string[] {
  return database.all(WITHOUT_LOG).map(id);
}

/** The id of a row. */
export function id(row: Row): string {
  return text(row, "run_id");
}
