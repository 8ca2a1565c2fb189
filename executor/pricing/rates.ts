/** What tokens of one model cost. */
import type { Rates } from "../language/model/pricing.ts";
import type { ModelUsage } from "./model_usage.ts";

export interface Price {
  /** US dollars. */
  readonly usd: number;
  /** True when it may have cost more, and nobody knows whether. */
  readonly atLeast: boolean;
}

/**
 * What the tokens cost at these rates. Where a large request costs more, the sum of several does not tell
 * whether one of them was large: then it is the least that they may have cost. So it is where other things than
 * tokens were used.
 */
export function priceAt(rates: Rates, usage: ModelUsage): Price {
  const { input, output, cacheRead = input, cacheWrite = input, dearerAbove = Infinity } = rates;
  // What a service calls cached is a part of the input, but nobody makes sure.
  const cached = Math.min(usage.cacheRead + usage.cacheWrite, usage.input);
  const read = Math.min(usage.cacheRead, cached);
  const millionths = (usage.input - cached) * input + read * cacheRead +
    (cached - read) * cacheWrite + usage.output * output;
  return { usd: millionths / 1e6, atLeast: usage.input > dearerAbove || usage.more === true };
}
