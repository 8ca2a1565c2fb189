/** The clock of the machine. */
import type { Clock } from "../../executor/run/ports.ts";

/** A greater wait of a timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal.addEventListener("abort", abort, { once: true });
  });
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async delay(ms, signal) {
    signal.throwIfAborted();
    const deadline = performance.now() + ms;
    for (let left = ms; left > 0; left = deadline - performance.now()) {
      await wait(Math.min(left, LONGEST_TIMER_MS), signal);
    }
  },
};
