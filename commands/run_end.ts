/** Waits until a run has ended. */
import { watchFile } from "../state/file_watch.ts";
import { inspectOwner } from "../state/owner.ts";
import type { WavePaths } from "../state/paths.ts";

/** The net under the watch of the owner's file, which goes when the run ends. */
const LOOK_MS = 250;

/**
 * Resolves with true once no process owns the run any more, and with false when `signal` aborts or
 * `timeoutMs` has passed before.
 */
export async function ownerGone(
  paths: WavePaths,
  runId: string,
  signal: AbortSignal,
  timeoutMs = Infinity,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  using watch = watchFile(paths.owner(runId), signal);
  while (true) {
    const { kind } = inspectOwner(paths, runId);
    if (kind === "missing" || kind === "free") return true;
    const left = deadline - performance.now();
    if (signal.aborted || left <= 0) return false;
    await watch.changed(Math.min(LOOK_MS, left));
  }
}
