/** What an agent's error says of its model: that it cannot be had now, or not at all. */
import { usageLimitIn } from "./usage_limit.ts";

/** By what an error says; the first that fits. */
const UNAVAILABLE: readonly (readonly [reason: string, said: RegExp])[] = [
  [
    "unknown model",
    /model_not_found|ModelNotFound|(?:unknown|invalid|no such|unsupported) model\b|\bmodels?\b[^\n]{0,80}\b(?:does not exist|do not have access|may not exist|not found|(?:is|was) not (?:available|supported|found))|not_found_error[^\n]{0,60}\bmodel/i,
  ],
  [
    "overloaded",
    /\boverloaded(?:_error)?\b|\bat capacity\b|\b(?:http|status|code|error)\W{1,4}(?:code\W{1,3})?529\b|\b529\b\W{1,3}overload/i,
  ],
  [
    "unavailable",
    /\bservice (?:is )?(?:temporarily )?unavailable\b|\b(?:http|status|code|error)\W{1,4}(?:code\W{1,3})?503\b|\b503\b\W{1,3}(?:service|unavailable)|\bUNAVAILABLE\b|\bmodel (?:is )?(?:currently |temporarily )?unavailable\b/i,
  ],
];

/** Of requests a minute, where nobody says when more are taken. */
const RATE = /rate.?limit|too many requests|RESOURCE_EXHAUSTED|\b429\b/i;

/** What passes by itself: asked again, the same model may answer. */
const PASSING =
  /\b(?:http|status|code|error)\W{1,4}(?:code\W{1,3})?5\d\d\b|ECONN(?:RESET|REFUSED|ABORTED)|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|socket hang up|fetch failed|network error|connection (?:error|reset|refused|closed)|timed out|time limit|said nothing/i;

/**
 * Why the model of an agent that failed cannot be had, in two words: `overloaded`, `unavailable`, `unknown model`,
 * `rate limit` or `usage limit`; null for any other failure.
 *
 * @param error of an agent or of the service behind it, never an answer.
 */
export function unavailableModel(error: string): string | null {
  if (usageLimitIn(error, Date.now()) !== null) return "usage limit";
  const found = UNAVAILABLE.find(([, said]) => said.test(error));
  if (found !== undefined) return found[0];
  return RATE.test(error) ? "rate limit" : null;
}

/** True for a failure that says nothing of the work: a limit, a busy service, a broken connection. */
export function isPassing(error: string): boolean {
  const reason = unavailableModel(error);
  return reason !== null && reason !== "unknown model" || PASSING.test(error);
}
