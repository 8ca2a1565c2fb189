/** What a model's tokens cost, and whether that can be known (contract, section 9). */
import { globMatches } from "../../event/glob.ts";
import type { Pricing, Rates } from "../language/model/pricing.ts";
import type { ModelUsage } from "./model_usage.ts";
import { type FindRates, loadPriceSet, PRICE_SET } from "./price_set.ts";
import { type Price, priceAt } from "./rates.ts";

/** Where prices come from: the manifest first, then the public ones of this release. */
export interface Prices {
  readonly pricing: Pricing;
  readonly priceSet: FindRates;
}

/** What a trace names as the source of a price of the manifest. */
export const MANIFEST_PRICES = "pricing in wave.yaml";

export interface FoundRates {
  readonly rates: Rates;
  /** As a trace names it. */
  readonly from: string;
}

export interface FoundPrice extends Price {
  /** Where its parts come from, as a trace names them. */
  readonly from: readonly string[];
}

/** Agents that tell what they cost by themselves, whatever the model. */
const TELLING: ReadonlySet<string> = new Set(["claude", "mock"]);

/** Who serves the models of an agent that has only those of one provider. */
const PROVIDERS: Readonly<Record<string, string>> = {
  claude: "anthropic",
  codex: "openai",
  gemini: "google",
};

export async function loadPrices(pricing: Pricing): Promise<Prices> {
  return { pricing, priceSet: await loadPriceSet() };
}

/**
 * True when it is certain before an agent starts that its cost will be known: it tells it, or its model has
 * a price. OpenCode tells of some models only, and nobody knows before of which.
 *
 * @param agent as `knownAgent` names it; null for a program of one's own, which counts no tokens.
 * @param model as it is handed to the agent; null for the agent's own choice.
 */
export async function costKnowable(
  agent: string | null,
  model: string | null,
  pricing: Pricing,
): Promise<boolean> {
  if (agent === null) return false;
  if (TELLING.has(agent)) return true;
  return model !== null && ratesOf(await loadPrices(pricing), agent, model) !== null;
}

/** The rates of a model as an agent names it; null when nobody names a price. */
export function ratesOf(
  { pricing, priceSet }: Prices,
  agent: string,
  model: string,
): FoundRates | null {
  const named = pricing.find(({ models }) => models === model) ??
    pricing.find(({ models }) => globMatches(models, model));
  if (named !== undefined) return { rates: named.rates, from: MANIFEST_PRICES };
  const slash = model.indexOf("/");
  const [provider, name] = Object.hasOwn(PROVIDERS, agent)
    ? [PROVIDERS[agent] ?? "", model]
    : [model.slice(0, Math.max(0, slash)), model.slice(slash + 1)];
  const rates = provider === "" ? null : priceSet(provider, name);
  return rates === null ? null : { rates, from: PRICE_SET };
}

/**
 * What an agent's use of models cost; null when there is no price for any of it.
 *
 * @param named the model that was named to the agent: its price counts where the agent's own name of the
 *   model has none.
 */
export function priceOf(
  prices: Prices,
  agent: string,
  named: string | null,
  usage: readonly ModelUsage[],
): FoundPrice | null {
  let usd = 0;
  let atLeast = false;
  const from = new Set<string>();
  for (const each of usage) {
    if (each.input + each.output === 0) continue;
    const names = [each.model, usage.length === 1 || each.model === null ? named : null];
    const found = names.flatMap((name) => name === null ? [] : ratesOf(prices, agent, name) ?? [])
      .at(0);
    if (found === undefined) {
      atLeast = true;
      continue;
    }
    const price = priceAt(found.rates, each);
    usd += price.usd;
    atLeast ||= price.atLeast;
    from.add(found.from);
  }
  // Of "at least nothing" nobody learns anything.
  return from.size === 0 || (usd === 0 && atLeast) ? null : { usd, atLeast, from: [...from] };
}
