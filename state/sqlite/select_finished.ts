/** Selects finished runs in SQL, as `matcher` does for all others. */
import { globMatches } from "../../event/glob.ts";
import type { RunHead } from "../records/run_query.ts";
import type { RunSummary } from "../records/records.ts";
import type { RunQuery, SummaryQuery } from "../records/run_reader.ts";
import type { Database } from "./database.ts";
import { id } from "./stored_runs.ts";
import { DamagedRowError, number, type Row, text } from "./row_values.ts";

const FINAL = ["completed", "failed", "cancelled"] as const;

export interface FinishedRuns {
  /** Newest first, as many as `limit` and `offset` together reach. */
  readonly heads: readonly RunHead[];
  /** How many there are without `limit`. */
  readonly total: number;
}

/** The runs that the database calls finished and the query selects, without those in `except`. */
export function selectFinished(
  database: Database,
  query: RunQuery,
  except: readonly string[],
): FinishedRuns {
  const selected = conditionOf(database, query, except);
  if (selected === null) return { heads: [], total: 0 };
  const { where, parameters } = selected;
  const reach = query.limit === undefined ? -1 : query.limit + (query.offset ?? 0);
  const heads = database.all(
    `SELECT run_id, pipeline_name, started_at FROM pipeline_run WHERE ${where}
      ORDER BY started_at DESC, run_id DESC LIMIT :reach`,
    { ...parameters, reach },
  ).map(headOf);
  if (reach < 0 || heads.length < reach) return { heads, total: heads.length };
  const counted = database.get(
    `SELECT count(*) AS total FROM pipeline_run WHERE ${where}`,
    parameters,
  );
  return { heads, total: counted === undefined ? heads.length : number(counted, "total") };
}

/** Rows are read in groups of so many, and only their summaries stay. */
const GROUP = 1_000;

/** As `selectFinished`, but all of them, newest first, as summaries. */
export function summarizeFinished(
  database: Database,
  query: SummaryQuery,
  except: readonly string[],
): RunSummary[] {
  const summaries: RunSummary[] = [];
  const selected = conditionOf(database, query, except);
  if (selected === null) return summaries;
  // The columns' order lets an index begin where the last group ended.
  const sql = `SELECT run_id, pipeline_name, status, started_at, completed_at, last_event_at
    FROM pipeline_run WHERE ${selected.where} AND (started_at, run_id) < (:started, :id)
    ORDER BY started_at DESC, run_id DESC LIMIT ${GROUP}`;
  let last = { startedAt: Number.MAX_SAFE_INTEGER, id: "" };
  for (;;) {
    const parameters = { ...selected.parameters, started: last.startedAt, id: last.id };
    const group = database.all(sql, parameters).map(summaryOfRow);
    for (const summary of group) summaries.push(summary);
    const record = group.at(-1)?.record;
    if (record === undefined || group.length < GROUP) return summaries;
    last = record;
  }
}

const headOf = (row: Row): RunHead => ({
  id: id(row),
  pipeline: text(row, "pipeline_name"),
  startedAt: number(row, "started_at"),
});

/** Who has ended is neither interrupted nor alive: the row says all there is. */
function summaryOfRow(row: Row): RunSummary {
  const status = FINAL.find((one) => one === row["status"]);
  if (status === undefined) throw new DamagedRowError("status");
  return {
    record: { ...headOf(row), lastEventAt: number(row, "last_event_at") },
    liveness: "finished",
    status,
    completedAt: number(row, "completed_at"),
  };
}

interface Condition {
  readonly where: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** Null when no finished run can match. */
function conditionOf(
  database: Database,
  query: SummaryQuery,
  except: readonly string[],
): Condition | null {
  const statuses = FINAL.filter((status) => query.statuses?.includes(status) ?? true);
  if (statuses.length === 0 || query.interrupted === true) return null;
  const conditions = [`status IN (${statuses.map((status) => `'${status}'`).join(", ")})`];
  const parameters: Record<string, string | number> = {};
  const narrow = (condition: string, name: string, value: string | number) => {
    conditions.push(condition);
    parameters[name] = value;
  };
  const list = (name: string) => `(SELECT value FROM json_each(:${name}))`;
  if (query.since !== undefined) narrow("started_at >= :since", "since", query.since);
  if (query.until !== undefined) narrow("started_at <= :until", "until", query.until);
  if (query.ids !== undefined) narrow(`run_id IN ${list("ids")}`, "ids", JSON.stringify(query.ids));
  if (query.pipeline !== undefined) {
    // The few names are matched here, by the same function as everywhere, and looked up by index.
    const names = pipelinesMatching(database, query.pipeline);
    narrow(`pipeline_name IN ${list("names")}`, "names", JSON.stringify(names));
  }
  if (except.length > 0) {
    narrow(`run_id NOT IN ${list("except")}`, "except", JSON.stringify(except));
  }
  return { where: conditions.join(" AND "), parameters };
}

function pipelinesMatching(database: Database, glob: string): string[] {
  return database.all("SELECT pipeline_name FROM pipeline_state")
    .map((row) => text(row, "pipeline_name"))
    .filter((name) => globMatches(glob, name));
}
