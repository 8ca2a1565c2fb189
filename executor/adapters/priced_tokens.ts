/** What an agent used, with what it costs: as it tells it itself, else by prices. */
import type { Tokens } from "../../event/event.ts";
import { believable } from "../../event/tokens.ts";
import type { Pricing } from "../language/model/pricing.ts";
import type { ModelUsage } from "../pricing/model_usage.ts";
import { loadPrices, priceOf, type Prices } from "../pricing/price_of.ts";
import type { Adapter } from "./adapter.ts";
import { knownAgent } from "./known_adapters.ts";

export interface AgentUse {
  readonly tokens: Tokens;
  readonly models?: readonly ModelUsage[];
}

export interface PricedUse extends AgentUse {
  /** Where its cost comes from; empty where it is unknown. */
  readonly costFrom: readonly string[];
}

export type PriceUse = (use: AgentUse) => PricedUse;

/**
 * How the use of an agent is priced. Loads the prices where they may be needed.
 *
 * @param model the one that is named to the agent.
 */
export async function useOf(
  adapter: Adapter,
  model: string | null,
  pricing: Pricing,
): Promise<PriceUse> {
  const agent = adapter.kind === "program" ? knownAgent(adapter) : null;
  const prices = agent === null ? null : await loadPrices(pricing);
  return (use) => pricedUse(use, { agent: agent ?? adapter.name, model, prices });
}

function pricedUse(
  use: AgentUse,
  { agent, model, prices }: {
    readonly agent: string;
    readonly model: string | null;
    readonly prices: Prices | null;
  },
): PricedUse {
  const tokens = believable(use.tokens);
  if (tokens.cost_usd !== undefined) return { ...use, tokens, costFrom: [agent] };
  const price = prices === null ? null : priceOf(prices, agent, model, use.models ?? []);
  if (price === null) return { ...use, tokens, costFrom: [] };
  const { usd, atLeast, from } = price;
  const cost = { cost_usd: usd, ...atLeast ? { cost_at_least: true as const } : {} };
  const priced = believable({ ...tokens, ...cost });
  return { ...use, tokens: priced, costFrom: priced.cost_usd === undefined ? [] : from };
}
