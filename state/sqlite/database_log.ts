/** The entries of a run whose trace is gone, from the database, which has all but the `output`. */
import { encodeEvent } from "../../event/codec.ts";
import { type LogPage, type LogWindow, matches } from "../trace/read_log.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import type { LogQuery } from "../records/run_reader.ts";
import { ReadConnection } from "./read_connection.ts";
import { eventOfRow } from "./event_rows.ts";
import { DatabaseError } from "./database_error.ts";
import { runsWithoutLog } from "./stored_runs.ts";

const EVENTS = `
  SELECT e.*, r.pipeline_name FROM event_log e JOIN pipeline_run r ON r.run_id = e.run_id
  WHERE e.run_id = :runId AND e.seq > :after ORDER BY e.seq`;

export interface DatabaseLog extends LogPage {
  /** False when the database never got all of it. */
  readonly whole: boolean;
}

/** As `readLog`, from the database; null when it cannot be used. */
export function readDatabaseLog(
  paths: WavePaths,
  runId: string,
  query: LogQuery,
  { last, offset = 0 }: LogWindow,
): DatabaseLog | null {
  try {
    using connection = new ReadConnection(paths.database);
    const { all, whole } = connection.read(() => null, (database) => ({
      all: database.all(EVENTS, { runId, after: query.after ?? 0 }).map(eventOfRow),
      whole: !runsWithoutLog(database).includes(runId),
    }));
    const events = all.filter((event) => event !== null).filter((event) => matches(event, query));
    const end = Math.max(0, events.length - offset);
    const shown = events.slice(last === "all" ? 0 : Math.max(0, end - last), end);
    return {
      whole,
      total: events.length,
      truncated: shown.length < events.length,
      entries: shown.map((event) => ({ event, line: encodeEvent(event) })),
    };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return null;
  }
}
