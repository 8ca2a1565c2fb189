/** The public prices of this release: those of the package `@pydantic/genai-prices`, without a network. */
import type { Rates } from "../language/model/pricing.ts";

/** What a trace names as the source of such a price: the package and its version. */
export const PRICE_SET = "genai-prices 0.1.8";

/** Finds the rates of a model, by the provider that serves it. */
export type FindRates = (provider: string, model: string) => Rates | null;

/** Names of providers that agents use, where the package has another one. */
const NAMES: Readonly<Record<string, string>> = {
  "amazon-bedrock": "aws",
  "google-vertex": "google",
  xai: "x-ai",
};

/** The least part of a price that is read; a few tokens, so that no request is a large one. */
const PROBE = { input_tokens: 1, output_tokens: 1 };

let loaded: Promise<FindRates> | undefined;

/** Loads the prices, once a process: they are larger than all of wave's own code. */
export function loadPriceSet(): Promise<FindRates> {
  return loaded ??= load();
}

async function load(): Promise<FindRates> {
  const { calcPrice, findProvider } = await import("@pydantic/genai-prices");
  return (provider, model) => {
    const providerId = NAMES[provider] ?? provider;
    // It takes `openai` for the provider of `my-openai-proxy`, too.
    if (findProvider({ providerId })?.id !== providerId) return null;
    const found = calcPrice(PROBE, model, { providerId });
    return found === null ? null : ratesIn(found.model_price);
  };
}

/** A price, or one that rises with the size of a request. */
type Listed = number | { readonly base: number; readonly tiers: readonly { start: number }[] };

function ratesIn(listed: Readonly<Record<string, Listed | undefined>>): Rates | null {
  const { input_mtok: input, output_mtok: output } = listed;
  if (input === undefined || output === undefined) return null;
  const { cache_read_mtok: cacheRead, cache_write_mtok: cacheWrite } = listed;
  const all = [input, output, cacheRead, cacheWrite].filter((price) => price !== undefined);
  const starts = all.flatMap((price) =>
    typeof price === "number" ? [] : price.tiers.map(({ start }) => start)
  );
  return {
    input: base(input),
    output: base(output),
    ...cacheRead === undefined ? {} : { cacheRead: base(cacheRead) },
    ...cacheWrite === undefined ? {} : { cacheWrite: base(cacheWrite) },
    ...starts.length === 0 ? {} : { dearerAbove: Math.min(...starts) },
  };
}

function base(price: Listed): number {
  return typeof price === "number" ? price : price.base;
}
