/** The clock of the machine. */
import { delay } from "../../event/delay.ts";
import type { Clock } from "../../executor/api.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async delay(ms, signal) {
    signal.throwIfAborted();
    await delay(ms, signal);
    signal.throwIfAborted();
  },
};
