/** What an agent tells of its use by the Agent Client Protocol. */
import { isObject } from "../../event/json.ts";
import { type ModelUsage, noUsage, tokensOfModels } from "../pricing/model_usage.ts";
import type { Verdict } from "./adapter.ts";
import { countAt, type JsonObject, objectAt, objectsAt, textAt } from "./json_line.ts";

/** US dollars of a session so far, as an update tells them; null where they are others or not told. */
export function dollarsIn(update: { readonly cost?: unknown }): number | null {
  const cost = isObject(update.cost) ? update.cost : {};
  const { amount, currency } = cost;
  return typeof amount === "number" && amount >= 0 && currency === "USD" ? amount : null;
}

/**
 * Of the answer to a prompt: the protocol's own counts, or Gemini CLI's. Neither is sure to be all: Gemini
 * leaves its thoughts out, and OpenCode tells of its last request alone.
 *
 * @param usd what the prompt cost, as far as it was told.
 */
export function usageIn(
  response: JsonObject,
  usd: number | null,
): Pick<Verdict, "tokens" | "models"> {
  const models = modelsIn(response);
  if (models.length === 0 && usd === null) return { tokens: null };
  const tokens = tokensOfModels(models);
  return { tokens: usd === null ? tokens : { ...tokens, cost_usd: usd }, models };
}

function modelsIn(response: JsonObject): ModelUsage[] {
  const usage = objectAt(response, "usage");
  if (countAt(usage, "totalTokens") > 0) {
    const cacheRead = countAt(usage, "cachedReadTokens");
    const cacheWrite = countAt(usage, "cachedWriteTokens");
    const output = countAt(usage, "outputTokens") + countAt(usage, "thoughtTokens");
    return [{
      ...noUsage(null),
      input: countAt(usage, "totalTokens") - output,
      cacheRead,
      cacheWrite,
      output,
    }];
  }
  const quota = objectAt(objectAt(response, "_meta"), "quota");
  return objectsAt(quota, "model_usage").map((each) => {
    const count = objectAt(each, "token_count");
    const output = countAt(count, "output_tokens");
    return { ...noUsage(textAt(each, "model")), input: countAt(count, "input_tokens"), output };
  });
}
