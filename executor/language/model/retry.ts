/** How often a step is tried (`retry`), and what follows when that does not help. */

/** Used where a step does not say it: what fails so often in one way fails again. */
export const SAME_FAILURES = 3;

export interface Retry {
  /** All attempts together; 1: no retry. */
  readonly maxAttempts: number;
  readonly backoff: "fixed" | "linear" | "exponential";
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** After so many failures in a row for the same reason there is no further attempt; 0: that ends nothing. */
  readonly stopOnSame?: number;
  /** What follows when the last attempt failed. */
  readonly onFailure: { readonly kind: "fail" | "skip" | "continue" } | {
    readonly kind: "rework";
    readonly step: string;
  };
}
