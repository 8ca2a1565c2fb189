/** What is known of an attempt that nobody saw end. */
import type { Tokens } from "../../event/event.ts";
import { addTokens, atLeast, subtractTokens } from "../../event/tokens.ts";
import type { StepRecord } from "./records.ts";

/**
 * What it used: of an agent's at least what it told, for it may have used more before it was cut short. A step
 * without a persona has agents in the runs that it runs, and in contracts that ask one.
 */
export function usedByCut({ status, persona, tokens, tokensBefore, use }: StepRecord): Tokens {
  const used = subtractTokens(tokens, tokensBefore);
  return status === "running" && (persona !== null || use !== undefined) ? atLeast(used) : used;
}

/** What its step used, all attempts together. */
export function tokensWithCut(step: StepRecord): Tokens {
  return addTokens(step.tokensBefore, usedByCut(step));
}
