/** What agents used, by model: the parts that have prices of their own. */
import type { Tokens } from "../../event/event.ts";

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
  /** True when it used what has a price of its own besides tokens, such as searches of the web. */
  readonly more?: true;
}

/** A model's tokens of nothing yet. */
export function noUsage(model: string | null): ModelUsage {
  return { model, input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
}

/** One entry a model, in the order in which they were first used. */
export function usageByModel(list: Iterable<ModelUsage>): ModelUsage[] {
  const models = new Map<string | null, ModelUsage>();
  for (const each of list) {
    const before = models.get(each.model) ?? noUsage(each.model);
    models.set(each.model, {
      model: each.model,
      input: before.input + each.input,
      cacheRead: before.cacheRead + each.cacheRead,
      cacheWrite: before.cacheWrite + each.cacheWrite,
      output: before.output + each.output,
      ...before.more === true || each.more === true ? { more: true } : {},
    });
  }
  return [...models.values()];
}

/** The tokens of all models together. */
export function tokensOfModels(list: Iterable<ModelUsage>): Tokens {
  let [input, output] = [0, 0];
  for (const each of list) [input, output] = [input + each.input, output + each.output];
  return { input, output, total: input + output };
}

/** What `after` has more than `before`, which was counted earlier in the same conversation. */
export function usageSince(after: ModelUsage, before: ModelUsage | null): ModelUsage {
  if (before === null) return after;
  return {
    ...after,
    input: Math.max(0, after.input - before.input),
    cacheRead: Math.max(0, after.cacheRead - before.cacheRead),
    cacheWrite: Math.max(0, after.cacheWrite - before.cacheWrite),
    output: Math.max(0, after.output - before.output),
  };
}
