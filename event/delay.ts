/** Greatest wait of the runtime's timers; a longer one would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Resolves after `ms` milliseconds, however many those are, or as soon as `signal` aborts: for a wait
 * that may get shorter. Where an abort is to stop the caller, `signal.throwIfAborted()` follows. With
 * 0 ms it gives whatever else waits a turn.
 */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + ms;
  let left = ms;
  do {
    if (signal?.aborted) return;
    await timer(Math.min(left, LONGEST_TIMER_MS), signal);
    left = deadline - performance.now();
  } while (left > 0);
}

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}
