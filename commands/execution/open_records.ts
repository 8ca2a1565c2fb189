/** What commands that record need: who this process is, and the database if it can be had. */
import type { Owner, RunEvent } from "../../event/event.ts";
import { thisProcess } from "../../event/identity.ts";
import type { Finder } from "../../executor/processes/process_finder.ts";
import { openFinder } from "../../executor/processes/open_finder.ts";
import type { RecordingOptions } from "../../state/recording/open_recording.ts";
import { requirePlainFolders, wavePaths } from "../../state/records/wave_paths.ts";
import { DatabaseError } from "../../state/sqlite/database_error.ts";
import { openIndex, type SqliteIndex } from "../../state/sqlite/sqlite_index.ts";
import type { Context } from "../cli/command.ts";
import { surviveFileSizeLimit } from "../cli/listen_to_signal.ts";
import { printWarning } from "../output/print.ts";
import { surroundings } from "./read_env_file.ts";
import { warnOfDatabase } from "../runs/database_warning.ts";

/**
 * How long others may keep the database before this process goes on without it: as long as a run that is
 * on. On a busy machine sixteen runs at once have kept it from a seventeenth for half a second.
 */
const PATIENCE_MS = 2_000;

export interface Records extends AsyncDisposable {
  readonly finder: Finder;
  /** What processes get between SIGTERM and SIGKILL, in milliseconds. */
  readonly graceMs: number;
  readonly owner: Owner;
  /** Null when the database cannot be used: traces are the record, it is only their index. */
  readonly store: SqliteIndex | null;
  /** What a recording is opened with; `listener` is told each event after it is recorded. */
  recording(listener?: (event: RunEvent) => void): RecordingOptions;
}

/**
 * Opens the database of the project at `root` for writing; a database that fails is a warning. Takes
 * `finder` over. What the run gets of its surroundings says what must not be recorded.
 */
export async function openRecords(
  context: Context,
  root: string,
  finder = openFinder(),
  { environment, secrets } = surroundings(undefined, context.cwd),
): Promise<Records> {
  await using stack = new AsyncDisposableStack();
  stack.use(finder);
  requirePlainFolders(wavePaths(root));
  stack.use(surviveFileSizeLimit());
  const owner = thisProcess(await finder.processStart(Deno.pid));
  const store = await tryStore(context, root, owner);
  if (store !== null) stack.use(store);
  const all = stack.move();
  return {
    finder,
    graceMs: context.patience.graceMs,
    owner,
    store,
    recording: (listener = () => {}) => ({
      paths: wavePaths(root),
      owner,
      env: environment,
      secrets,
      now: () => context.now(),
      index: store,
      listener,
      warn: (reason) => warnOfDatabase(context, reason),
      notice: (message) => printWarning(context, message),
    }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function tryStore(context: Context, root: string, owner: Owner): Promise<SqliteIndex | null> {
  try {
    // A wait inside SQLite would stop the heartbeat and the signals of a run.
    return await openIndex(root, { owner, busyTimeoutMs: 0, patienceMs: PATIENCE_MS });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    warnOfDatabase(context, error.reason);
    return null;
  }
}
