/** The entries of a run whose trace is gone, from the database, which has all but the `output`. */
import { encodeEvent } from "../event/codec.ts";
import { type LogPage, type LogWindow, matches } from "./log.ts";
import type { WavePaths } from "./paths.ts";
import type { LogQuery } from "./reader.ts";
import { ReadConnection } from "./sqlite/connect.ts";
import { eventOf } from "./sqlite/event_rows.ts";
import { DatabaseError } from "./sqlite/failure.ts";

const EVENTS = `
  SELECT e.*, r.pipeline_name FROM event_log e JOIN pipeline_run r ON r.run_id = e.run_id
  WHERE e.run_id = :runId AND e.seq > :after ORDER BY e.seq`;

/** As `readLog`, from the database; null when it cannot be used. */
export function readDatabaseLog(
  paths: WavePaths,
  runId: string,
  query: LogQuery,
  { last, offset = 0 }: LogWindow,
): LogPage | null {
  try {
    using connection = new ReadConnection(paths.database);
    const events = connection.ask(
      () => null,
      (database) => database.all(EVENTS, { runId, after: query.after ?? 0 }).map(eventOf),
    )
      .filter((event) => event !== null && matches(event, query))
      .filter((event) => event !== null);
    const end = Math.max(0, events.length - offset);
    const shown = events.slice(last === "all" ? 0 : Math.max(0, end - last), end);
    return {
      total: events.length,
      truncated: shown.length < events.length,
      entries: shown.map((event) => ({ event, line: encodeEvent(event) })),
    };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return null;
  }
}
