/** Making the database anew from the traces, and finding out whether that is needed. */
import { isRunIdShape } from "../../event/identity.ts";
import { observe } from "../live/liveness.ts";
import { inspectOwner } from "../live/owner_lock.ts";
import { readMarks } from "../records/marks.ts";
import { exists, removeIfThere } from "../../event/files.ts";
import { type WavePaths, wavePaths } from "../records/wave_paths.ts";
import { ReadConnection } from "./read_connection.ts";
import { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import { fillLog } from "./fill_logs.ts";
import { openRunIds, runsWithoutLog } from "./stored_runs.ts";
import { markForRebuild } from "./discard_marked.ts";
import { openForWriting } from "./write_connection.ts";
import { DATABASE_VERSION, versionOf } from "./schema_version.ts";
import { number, type Row, text } from "./row_values.ts";
import { lastEvent } from "../trace/trace_fold.ts";
import { isDenied, openReadable, traceIds, TracesReader } from "../trace/traces_reader.ts";

/** How long to wait for another process that makes or fills the database, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
const BUSY_TIMEOUT = `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`;

/**
 * Throws the database of the project at `root` away and makes a new one from the traces. At any moment
 * readers find either the old one, the traces, or the whole new one. Runs that are being recorded go
 * over to the new file by themselves; one that cannot get at it while it is filled goes on with its
 * trace alone, and the database gets the rest later. Long logs are left to `fillLogs`.
 *
 * @throws {DatabaseError} when it cannot be made, or when another process keeps it locked.
 */
export async function rebuildDatabase(root: string): Promise<void> {
  const paths = wavePaths(root);
  await keepNewer(paths);
  markForRebuild(paths);
  openForWriting(paths, { busyTimeoutMs: BUSY_TIMEOUT_MS })[Symbol.dispose]();
}

/**
 * What a newer wave has written is not thrown away: a copy stays beside it.
 *
 * @throws {DatabaseError} when the copy cannot be made.
 */
async function keepNewer(paths: WavePaths): Promise<void> {
  const version = versionOfFile(paths);
  if (version <= DATABASE_VERSION) return;
  const copy = `${paths.database}.v${version}`;
  if (exists(copy)) return;
  using database = new Database(paths.database, { readOnly: true }, BUSY_TIMEOUT);
  try {
    await database.copyTo(copy);
  } catch (error) {
    // Half a copy would be taken for the whole the next time.
    removeIfThere(copy);
    throw error;
  }
}

/** 0 for what cannot be read, of which there is nothing to keep. */
function versionOfFile(paths: WavePaths): number {
  if (!exists(paths.database)) return 0;
  try {
    using database = new Database(paths.database, { readOnly: true }, BUSY_TIMEOUT);
    return versionOf(database);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.busy) throw error;
    return 0;
  }
}

/**
 * Reads the logs into the database that it lacks because it was made or brought up to date in a hurry.
 * Returns the runs that got theirs. Other writers are let in again and again.
 *
 * @throws {DatabaseError}
 */
export async function fillLogs(root: string): Promise<readonly string[]> {
  const paths = wavePaths(root);
  if (!exists(paths.database)) return [];
  using database = openForWriting(paths, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  const filled: string[] = [];
  for (const id of runsWithoutLog(database)) {
    if (isRunIdShape(id) && await fillLog(database, paths, id)) filled.push(id);
  }
  return filled;
}

/** Something that is wrong with the database. */
export interface DatabaseProblem {
  readonly kind:
    /** There is none, or an empty file, and there are traces: the next writer makes it from them. */
    | "absent"
    /** It cannot be used; `message` says why. */
    | "unusable"
    /** SQLite found damage. */
    | "damaged"
    /** It lacks the run, or the end of its trace. Readers know that, and the next writer mends it. */
    | "behind"
    /** The same, and nothing tells readers of it. */
    | "incomplete"
    /** It has no log, or not all of it, of so many runs; their traces have. `fillLogs` mends it. */
    | "log_missing"
    /** It has a run whose trace is gone, which a rebuild would lose. */
    | "trace_missing"
    /** It has a run whose trace this user may not read, which a rebuild would lose, too. */
    | "trace_denied";
  readonly message: string;
  readonly runId: string | null;
}

/**
 * What is wrong with the database of the project at `root`. A run that is being recorded is not. `now` in
 * epoch milliseconds.
 */
export function checkDatabase(root: string, now: number): readonly DatabaseProblem[] {
  const paths = wavePaths(root);
  const ids = new Set(traceIds(paths));
  const traces = new TracesReader(paths, (record) => observe(paths, record, now));
  try {
    using connection = new ReadConnection(paths.database);
    return connection.read(() => readMarks(paths), (database, marks): DatabaseProblem[] => {
      const damage = database.all("PRAGMA integrity_check").map((row) =>
        text(row, "integrity_check")
      )
        .filter((message) => message !== "ok");
      if (damage.length > 0) return damage.map((message) => problem("damaged", message, null));
      if (database.all("PRAGMA foreign_key_check").length > 0) {
        return [problem("damaged", "rows of runs that are not there", null)];
      }
      const problems: DatabaseProblem[] = [];
      const lagging = new Set(marks.unindexed);
      const known = new Set([...marks.unindexed, ...openRunIds(database)]);
      for (const row of database.all("SELECT run_id, last_seq, folded_bytes FROM pipeline_run")) {
        const id = text(row, "run_id");
        ids.delete(id);
        if (marks.removed.has(id)) continue;
        const seq = lastSeq(paths, id, row);
        if (seq === null) problems.push(traceProblem(paths, id));
        else if (seq !== number(row, "last_seq")) lagging.add(id);
      }
      for (const id of ids) {
        if (traces.run(id) !== null) lagging.add(id);
        else if (isDenied(paths.trace(id))) problems.push(traceProblem(paths, id));
      }
      for (const { runId } of problems) if (runId !== null) lagging.delete(runId);
      for (const id of lagging) {
        if (inspectOwner(paths, id).kind === "locked") continue;
        problems.push(
          known.has(id)
            ? problem("behind", `${id} is not up to date in state.db`, id)
            : problem("incomplete", `${id} is not in state.db as its trace has it`, id),
        );
      }
      const unread = runsWithoutLog(database).filter((id) =>
        isRunIdShape(id) && exists(paths.trace(id))
      );
      if (unread.length > 0) {
        const message = `${unread.length} runs have their whole log in .wave/traces only`;
        problems.push(problem("log_missing", message, null));
      }
      return problems;
    });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.reason === "missing" && ids.size === 0) return [];
    const absent = error.reason === "missing" || error.reason === "empty";
    return [problem(absent ? "absent" : "unusable", error.reason, null)];
  }
}

/** What is wrong with a run in the database whose trace cannot be opened. */
function traceProblem(paths: WavePaths, id: string): DatabaseProblem {
  return exists(paths.trace(id))
    ? problem("trace_denied", `${id} has a trace that may not be read`, id)
    : problem("trace_missing", `${id} has no trace`, id);
}

function problem(
  kind: DatabaseProblem["kind"],
  message: string,
  runId: string | null,
): DatabaseProblem {
  return { kind, message, runId };
}

/** The greatest `seq` of a trace that is not as long as what was folded of it, or null without one. */
function lastSeq(paths: WavePaths, runId: string, row: Row): number | null {
  using file = openReadable(paths.trace(runId));
  if (file === null) return null;
  const stored = number(row, "last_seq");
  if (file.statSync().size === number(row, "folded_bytes")) return stored;
  return lastEvent(file)?.seq ?? 0;
}
