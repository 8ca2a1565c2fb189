/** `wave logs --follow`: each entry of runs as it is recorded, exactly once. */
import { ExitCode } from "../../event/errors.ts";
import { followRun, traceGone } from "../../state/live/follow_run.ts";
import { readLog } from "../../state/trace/read_log.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import type { LogQuery } from "../../state/records/run_reader.ts";
import type { Context } from "../cli/command.ts";
import { isNarrowed, type LinesWindow } from "./log_query.ts";
import { exitCodeOfRun, worstExitCode } from "../cli/exit_codes.ts";
import { type LogSource, readLogs } from "./read_logs.ts";
import { safeLine } from "../output/safe_text.ts";
import { EventStream } from "../output/event_stream.ts";
import { QueuedStream } from "../output/queued_stream.ts";

export interface FollowLogsOptions {
  readonly query: LogQuery;
  readonly window: LinesWindow;
  /** End with the exit code of the run, of several the worst. */
  readonly exitStatus: boolean;
}

/**
 * The number of the newest entry that there is; 0 for none.
 *
 * @throws {NotFoundError} `run_not_found` when the trace is gone.
 */
function newestSeq(paths: WavePaths, runId: string): number {
  const log = readLog(paths.trace(runId), {}, { last: 1 });
  if (log === null) throw traceGone(runId);
  const [newest] = log.entries;
  return newest?.event.seq ?? 0;
}

/**
 * Prints the newest entries that there are, in the order of time, unless `out` is null. Returns the `seq` of each run after
 * which the following begins.
 */
async function printBacklog(
  context: Context,
  paths: WavePaths,
  runs: readonly LogSource[],
  { query, window: { lines, offset } }: FollowLogsOptions,
  out: QueuedStream | null,
): Promise<ReadonlyMap<string, number>> {
  const { after = 0 } = query;
  // Of a single run all that is wanted is followed from its beginning.
  const whole = runs.length === 1 && lines === "all" && offset === 0;
  // Fixed first: what is recorded from now on is followed, however much the page may hold of it.
  const upTo = new Map(runs.map(({ id }) => [id, whole ? 0 : newestSeq(paths, id)]));
  if (!whole && out !== null) {
    const page = readLogs(context, paths, runs, query, { last: lines, offset });
    for (const entry of page.entries) {
      if (entry.event.seq <= (upTo.get(entry.event.run_id) ?? 0)) await out.addEntry(entry);
    }
  }
  return new Map([...upTo].map(([id, seq]) => [id, Math.max(after, seq)]));
}

/**
 * Follows runs until all of them have ended.
 *
 * @returns the exit code.
 * @throws {NotFoundError} `run_removed`.
 */
export async function followLogs(
  context: Context,
  paths: WavePaths,
  runs: readonly LogSource[],
  options: FollowLogsOptions,
): Promise<ExitCode> {
  const out = new QueuedStream(
    new EventStream(context, { withRun: runs.length > 1, lastLines: isNarrowed(options.query) }),
  );
  const signal = AbortSignal.any([context.signal, out.signal]);
  const idsOnly = context.quiet && context.format === "text";
  if (idsOnly) { for (const { id } of runs) context.stdout.write(`${safeLine(id)}\n`); }
  const begins = await printBacklog(context, paths, runs, options, idsOnly ? null : out);
  const followOne = async ({ id }: LogSource): Promise<ExitCode> => {
    const after = begins.get(id) ?? 0;
    const following = followRun(paths, id, { query: { ...options.query, after }, signal });
    for await (const entry of following) {
      if (!idsOnly) await out.addEntry(entry);
    }
    const { outcome } = following;
    if (outcome === "interrupted") {
      context.stderr.write(`${safeLine(id)} was interrupted: its process is gone\n`);
      return ExitCode.failed;
    }
    return outcome === null ? ExitCode.done : exitCodeOfRun(outcome.state);
  };
  let codes: ExitCode[];
  try {
    codes = await Promise.all(runs.map(followOne));
  } finally {
    await out.end();
  }
  return options.exitStatus ? worstExitCode(codes) : ExitCode.done;
}
