/** Waits until a run has ended. */
import { endsRun } from "../../event/event.ts";
import { watchFile } from "../../state/live/file_watch.ts";
import { livenessOf } from "../../state/live/liveness.ts";
import { inspectOwner } from "../../state/live/owner_lock.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { lastEvent } from "../../state/trace/trace_fold.ts";
import { openTrace } from "../../state/trace/trace_scan.ts";

/** The net under the watch of the owner's file, which goes when the run ends. */
const LOOK_MS = 250;

/** Resolves with what `look` tells when it tells something; false when `signal` aborts or the time is up. */
async function until(
  look: () => boolean | null,
  watched: string,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  using watch = watchFile(watched, signal);
  while (true) {
    const seen = look();
    if (seen !== null) return seen;
    const left = deadline - performance.now();
    if (signal.aborted || left <= 0) return false;
    await watch.changed(Math.min(LOOK_MS, left));
  }
}

/**
 * Resolves with true once no process of this host owns the run any more, and with false when `signal`
 * aborts or `timeoutMs` has passed before.
 */
export function ownerGone(
  paths: WavePaths,
  runId: string,
  signal: AbortSignal,
  timeoutMs = Infinity,
): Promise<boolean> {
  const look = () => {
    const { kind } = inspectOwner(paths, runId);
    return kind === "missing" || kind === "free" ? true : null;
  };
  return until(look, paths.owner(runId), signal, timeoutMs);
}

/** True when the run's trace has its end, or is gone. */
function isTraceEnded(paths: WavePaths, runId: string): boolean {
  using file = openTrace(paths.trace(runId));
  if (file === null) return true;
  const last = lastEvent(file);
  return last !== null && endsRun(last);
}

/**
 * As `ownerGone`, of a run of whichever host: a lock that is held on another one cannot be told from
 * here, so of such a run the end in its trace is waited for, as long as its process is heard of. One of
 * another host name on this very system is over as well when its lock is free.
 */
export function runEnded(
  paths: WavePaths,
  { record }: ObservedRun,
  signal: AbortSignal,
  timeoutMs = Infinity,
): Promise<boolean> {
  const { id, owner } = record;
  if (owner.host === Deno.hostname()) return ownerGone(paths, id, signal, timeoutMs);
  const look = () => {
    if (isTraceEnded(paths, id)) return true;
    const liveness = livenessOf(paths, record, Date.now());
    if (liveness === "interrupted") return true;
    return liveness === "unknown" ? false : null;
  };
  return until(look, paths.trace(id), signal, timeoutMs);
}
