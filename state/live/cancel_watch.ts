/** How the owner of a run learns of a cancel request. */
import { cancelCause, readCancelRequest } from "./cancel_request.ts";
import { watchFile } from "./file_watch.ts";
import type { CancellationRecord } from "../records/records.ts";
import type { WavePaths } from "../records/wave_paths.ts";

export interface CancelWatch extends AsyncDisposable {
  /** Aborted by a request of either kind. */
  readonly graceful: AbortSignal;
  /** Aborted by a forced request, which may follow a graceful one. */
  readonly forced: AbortSignal;
}

export interface CancelWatchOptions {
  /** Milliseconds between two looks where nothing is heard: 500. */
  readonly pollMs?: number;
  /** Called once, with the reason, when a request cannot be read; not before the first look has returned. */
  readonly onUnreadable?: (error: unknown) => void;
}

/**
 * Watches for requests to cancel a run whose owner file exists; those made before count as well. It looks
 * every `pollMs` milliseconds besides, in case that the file watch misses one. What cannot be read never
 * ends the run: it is looked at again.
 */
export function watchCancelRequests(
  paths: WavePaths,
  runId: string,
  { pollMs = 500, onUnreadable = () => {} }: CancelWatchOptions = {},
): CancelWatch {
  const graceful = new AbortController();
  const forced = new AbortController();
  const stop = new AbortController();
  const watch = watchFile(paths.owner(runId), stop.signal);

  async function look(): Promise<void> {
    let failure: { readonly error: unknown } | null = null;
    let told = false;
    while (!stop.signal.aborted) {
      if (failure !== null && !told) {
        told = true;
        onUnreadable(failure.error);
      }
      let request: CancellationRecord | null = null;
      try {
        request = readCancelRequest(paths, runId);
      } catch (error) {
        failure ??= { error };
      }
      if (request?.force) forced.abort(cancelCause(request.by));
      if (request !== null) graceful.abort(cancelCause(request.by));
      if (request?.force) return;
      await watch.changed(pollMs);
    }
  }

  const looking = look();
  return {
    graceful: graceful.signal,
    forced: forced.signal,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await looking;
      watch[Symbol.dispose]();
    },
  };
}
