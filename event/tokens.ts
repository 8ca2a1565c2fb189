/** Counting with tokens. */
import type { Tokens } from "./event.ts";

export const NO_TOKENS: Tokens = { input: 0, output: 0, total: 0 };

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return { input: a.input + b.input, output: a.output + b.output, total: a.total + b.total };
}

export function subtractTokens(a: Tokens, b: Tokens): Tokens {
  return { input: a.input - b.input, output: a.output - b.output, total: a.total - b.total };
}

export function sumTokens(list: Iterable<Tokens>): Tokens {
  let sum = NO_TOKENS;
  for (const tokens of list) sum = addTokens(sum, tokens);
  return sum;
}
