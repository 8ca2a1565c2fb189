/** How the owner of a run learns of a cancel request. */
import { readCancelRequest } from "./cancel_request.ts";
import { watchFile } from "./file_watch.ts";
import type { WavePaths } from "../records/wave_paths.ts";

export interface CancelWatch extends AsyncDisposable {
  /** Aborted by a request of either kind. */
  readonly graceful: AbortSignal;
  /** Aborted by a forced request, which may follow a graceful one. */
  readonly forced: AbortSignal;
}

/**
 * Watches for requests to cancel a run whose owner file exists; those made before count as well. It looks
 * every `pollMs` milliseconds besides, in case that the file watch misses one.
 */
export function watchCancelRequests(
  paths: WavePaths,
  runId: string,
  { pollMs = 500 }: { readonly pollMs?: number } = {},
): CancelWatch {
  const graceful = new AbortController();
  const forced = new AbortController();
  const stop = new AbortController();
  const watch = watchFile(paths.owner(runId), stop.signal);

  async function look(): Promise<void> {
    while (!stop.signal.aborted) {
      const request = readCancelRequest(paths, runId);
      if (request?.force) forced.abort("cancel requested by force");
      if (request !== null) graceful.abort("cancel requested");
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
