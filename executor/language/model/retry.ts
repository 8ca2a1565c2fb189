/** How often a step is tried (`retry`), and what follows when that does not help. */
export interface Retry {
  /** All attempts together; 1: no retry. */
  readonly maxAttempts: number;
  readonly backoff: "fixed" | "linear" | "exponential";
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** What follows when the last attempt failed. */
  readonly onFailure: { readonly kind: "fail" | "skip" | "continue" } | {
    readonly kind: "rework";
    readonly step: string;
  };
}
