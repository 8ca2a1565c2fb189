/** How long a step waits before it is tried again. The named policies are resolved by the language. */
import type { Retry } from "../language/model/pipeline.ts";

/** Milliseconds to wait after the `failures`th failure (from 1), at most `maxDelayMs`. */
export function retryDelay(
  { backoff, baseDelayMs, maxDelayMs }: Pick<Retry, "backoff" | "baseDelayMs" | "maxDelayMs">,
  failures: number,
): number {
  const times = { fixed: 1, linear: failures, exponential: 2 ** (failures - 1) };
  return Math.min(maxDelayMs, baseDelayMs * times[backoff]);
}
