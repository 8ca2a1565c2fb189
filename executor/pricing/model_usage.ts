/** What agents used, by model: the parts that have prices of their own. */

/** Tokens of one model, as its service counted them. */
export interface ModelUsage {
  /** As the agent names it; null where it does not. */
  readonly model: string | null;
  /** All that was sent, `cacheRead` and `cacheWrite` among it. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Thoughts among them. */
  readonly output: number;
}

/** What `after` has more than `before`, which was counted earlier in the same conversation. */
export function usageSince(after: ModelUsage, before: ModelUsage | null): ModelUsage {
  if (before === null) return after;
  return {
    model: after.model,
    input: Math.max(0, after.input - before.input),
    cacheRead: Math.max(0, after.cacheRead - before.cacheRead),
    cacheWrite: Math.max(0, after.cacheWrite - before.cacheWrite),
    output: Math.max(0, after.output - before.output),
  };
}
