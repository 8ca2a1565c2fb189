/** Following a run: each of its entries exactly once, as it is recorded (contract, section 3, `logs`). */
import { NotFoundError } from "../../event/errors.ts";
import { endsRun, type RunEnded, type RunStarted } from "../../event/event.ts";
import { watchFile } from "./file_watch.ts";
import { livenessOf } from "./liveness.ts";
import { matches, offsetAfter } from "../trace/read_log.ts";
import { lstat, namesIn } from "../../event/files.ts";
import { inspectOwner } from "./owner_lock.ts";
import { runIdOfTrace, type WavePaths } from "../records/wave_paths.ts";
import type { LogQuery } from "../records/run_reader.ts";
import { decodeBytes, type LogEntry, readBlock } from "../trace/trace_entries.ts";
import { lastEvent, readRecord } from "../trace/trace_fold.ts";
import { firstLine, openTrace } from "../trace/trace_scan.ts";

/** How long to wait for a change: the net under a file watch, and the poll where there is none. */
const NET_MS = 500;
const POLL_MS = 10;

export interface FollowOptions {
  /** Filters; `after` is the `seq` after which to begin, the run's beginning unless told. */
  readonly query?: LogQuery;
  /** Ends the following, quietly. */
  readonly signal: AbortSignal;
}

/** What is thrown of a run that the database may know, but whose trace is not there. */
export function traceGone(runId: string): NotFoundError {
  return new NotFoundError("run_not_found", `Cannot follow "${runId}": its trace is gone`, {
    hint: `wave logs ${runId}`,
  });
}

export interface Follow extends AsyncIterable<LogEntry> {
  /** Why the iteration ended: the run's last event, or that its owner is gone without one; else null. */
  readonly outcome: RunEnded | "interrupted" | null;
}

/**
 * Follows a run until its last event, through torn lines and resumes. Can be iterated once.
 *
 * @throws {NotFoundError} while iterating: `run_not_found`; `run_removed` when the trace goes away.
 */
export function followRun(paths: WavePaths, runId: string, options: FollowOptions): Follow {
  let outcome: Follow["outcome"] = null;
  return {
    get outcome() {
      return outcome;
    },
    async *[Symbol.asyncIterator]() {
      outcome = yield* entries(paths, runId, options);
    },
  };
}

async function* entries(
  paths: WavePaths,
  runId: string,
  { query = {}, signal }: FollowOptions,
): AsyncGenerator<LogEntry, Follow["outcome"]> {
  const path = paths.trace(runId);
  // Watching begins before reading, or what comes in between would be noticed late.
  const name = path.slice(path.lastIndexOf("/") + 1);
  using watch = watchFile(paths.traces, signal, (changed) => changed === name);
  using file = openTrace(path);
  if (file === null) throw traceGone(runId);
  const opened = file.statSync();
  let seq = query.after ?? 0;
  let offset = seq === 0 ? 0 : offsetAfter(file, seq);
  const before = seq === 0 ? null : lastEvent(file, offset);
  let ended = before !== null && endsRun(before) ? before : null;

  for (let idle = true; !signal.aborted;) {
    // Asked before reading: what an owner wrote before it went is then read, too.
    const abandoned = idle && isAbandoned(paths, runId);
    const gone = isGone(path, opened);
    const began = offset;
    for (let from = -1; from !== offset && !signal.aborted;) {
      from = offset;
      const block = readBlock(file, offset);
      offset = block.next;
      for (const entry of block.entries) {
        if (entry.event.seq <= seq) continue;
        seq = entry.event.seq;
        if (endsRun(entry.event)) ended = entry.event;
        else if (entry.event.step_id === null && entry.event.state === "running") ended = null;
        if (matches(entry.event, query)) yield entry;
        if (signal.aborted) return null;
      }
    }
    if (ended !== null) return ended;
    if (gone) {
      throw new NotFoundError(
        "run_removed",
        `The run "${runId}" was removed while it was followed`,
      );
    }
    if (abandoned && isInterrupted(paths, file)) return "interrupted";
    idle = offset === began;
    await watch.changed(watch.watching ? NET_MS : POLL_MS);
  }
  return null;
}

function isGone(path: string, opened: Deno.FileInfo): boolean {
  const info = lstat(path);
  return info?.ino !== opened.ino || info.dev !== opened.dev;
}

function isAbandoned(paths: WavePaths, runId: string): boolean {
  const { kind } = inspectOwner(paths, runId);
  return kind === "missing" || kind === "free";
}

function isInterrupted(paths: WavePaths, file: Deno.FsFile): boolean {
  const record = readRecord(file);
  return record !== null && livenessOf(paths, record, Date.now()) === "interrupted";
}

export interface WaitOptions {
  /** Runs that are not waited for. */
  readonly known: ReadonlySet<string>;
  /** True of the runs that are waited for; all unless told. */
  readonly wanted?: (started: RunStarted) => boolean;
  readonly signal: AbortSignal;
}

/** Waits for a wanted run that is not known and has begun. Resolves to its id, or to null when aborted. */
export async function waitForRun(
  paths: WavePaths,
  { known, wanted = () => true, signal }: WaitOptions,
): Promise<string | null> {
  const isNew = (name: string) => {
    const runId = runIdOfTrace(name);
    return runId !== null && !known.has(runId);
  };
  while (!signal.aborted) {
    using watch = watchFile(paths.traces, signal, isNew);
    do {
      const runId = begunRun(paths, isNew, wanted);
      if (runId !== null) return runId;
      // The folder may be made later, and is then watched.
      await watch.changed(watch.watching ? NET_MS : POLL_MS);
    } while (watch.watching && !signal.aborted);
  }
  return null;
}

function begunRun(
  paths: WavePaths,
  isNew: (name: string) => boolean,
  wanted: (started: RunStarted) => boolean,
): string | null {
  for (const name of namesIn(paths.traces)) {
    const runId = isNew(name) ? runIdOfTrace(name) : null;
    if (runId === null) continue;
    using file = openTrace(paths.trace(runId));
    const line = file === null ? null : firstLine(file);
    const event = line === null ? null : decodeBytes(line);
    if (event?.state === "started" && wanted(event)) return runId;
  }
  return null;
}
