/** Whether a limit can be held with an agent: what it tells of its use, and what prices say of that. */
import type { BudgetUnit } from "../../event/event.ts";
import type { Pricing } from "../language/model/pricing.ts";
import { costKnowable } from "../pricing/price_of.ts";
import type { Adapter } from "./adapter.ts";
import { knownAgent } from "./known_adapters.ts";

export interface Unmeasurable {
  readonly unit: BudgetUnit;
  /** As a clause: `nobody tells what model x costs on codex`. */
  readonly why: string;
  /** What to write. */
  readonly remedy: string;
}

/**
 * Why one of the limits could not be held; null when all can. Unknown is never 0: an agent of which nobody
 * would know when to end it must not start.
 *
 * @param limits the units of which there are limits.
 * @param model as it is handed to the agent; null for its own choice.
 */
export async function unmeasurable(
  adapter: Adapter,
  model: string | null,
  limits: ReadonlySet<BudgetUnit>,
  pricing: Pricing,
): Promise<Unmeasurable | null> {
  if (adapter.kind === "built_in") return null;
  // What is told by a protocol is not sure to be all.
  const agent = adapter.protocol === undefined ? knownAgent(adapter) : null;
  const counted = (["usd", "tokens"] as const).find((unit) => limits.has(unit));
  if (agent === null && counted !== undefined) {
    const remedy = "limit attempts and minutes, or take an adapter of docs/agents.md";
    return { unit: counted, why: `${adapter.name} does not tell all that it uses`, remedy };
  }
  if (!limits.has("usd") || await costKnowable(agent, model, pricing)) return null;
  const which = model === null ? "the model that it chooses" : `model ${model}`;
  const key = model ?? "<model>";
  const price = `pricing: { ${JSON.stringify(key)}: { input: <usd>, output: <usd> } } in wave.yaml`;
  return {
    unit: "usd",
    why: `nobody tells what ${which} costs on ${adapter.name}`,
    remedy: model === null ? `name a model, and its price: ${price}` : price,
  };
}
