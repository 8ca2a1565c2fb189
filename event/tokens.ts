/** Counting with tokens, and with what they cost. */
import type { Tokens } from "./event.ts";

export const NO_TOKENS: Tokens = { input: 0, output: 0, total: 0 };

/** What is known of a cost; `usd` is 0 where nothing is. */
export interface Cost {
  readonly usd: number;
  readonly known: "exact" | "at_least" | "unknown";
}

/** What `tokens` cost, as far as it is known. Where nothing was used that is exactly nothing. */
export function costOf(tokens: Tokens): Cost {
  const { total, at_least, cost_usd: usd, cost_at_least } = tokens;
  if (usd !== undefined) return { usd, known: cost_at_least === true ? "at_least" : "exact" };
  return { usd: 0, known: total === 0 && at_least !== true ? "exact" : "unknown" };
}

/** What a trace can hold; nobody uses so many, but an agent may say so. */
const MOST = Number.MAX_SAFE_INTEGER;
/** No single run costs so much: whoever says so is not believed. */
const MOST_USD = 1e9;

/**
 * What an agent tells that it used, as far as that can be: a cost that is less than nothing, or none at all, is
 * unknown, and of more tokens than can be counted there are at least those.
 */
export function believable(tokens: Tokens): Tokens {
  const { cost_usd: usd, cost_at_least: more, ...counts } = capped(tokens);
  if (usd === undefined || !(usd >= 0 && usd <= MOST_USD)) return counts;
  return { ...counts, cost_usd: usd, ...more === true ? { cost_at_least: true } : {} };
}

function capped(tokens: Tokens): Tokens {
  const { input, output, total } = tokens;
  if (Math.max(input, output, total) <= MOST) return tokens;
  const most = (count: number) => Math.min(MOST, count);
  return {
    ...tokens,
    ...{ input: most(input), output: most(output), total: most(total) },
    at_least: true,
  };
}

/** Without what only the sum of fractions has made: no price is as fine as a billionth of a dollar. */
function rounded(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}

function addCosts(a: Cost, b: Cost): Cost {
  const usd = Math.min(MOST, rounded(a.usd + b.usd));
  if (a.known === "exact" && b.known === "exact") return { usd, known: "exact" };
  // Of what cost nothing as far as is known, it is not known what it cost.
  return { usd, known: usd === 0 ? "unknown" : "at_least" };
}

function withCost(tokens: Tokens, { usd, known }: Cost): Tokens {
  const nothing = tokens.total === 0 && tokens.at_least !== true && usd === 0;
  if (known === "unknown" || nothing) return tokens;
  return { ...tokens, cost_usd: usd, ...known === "at_least" ? { cost_at_least: true } : {} };
}

export function addTokens(a: Tokens, b: Tokens): Tokens {
  const atLeast = a.at_least === true || b.at_least === true;
  const tokens = capped({
    input: a.input + b.input,
    output: a.output + b.output,
    total: a.total + b.total,
    ...atLeast ? { at_least: true } : {},
  });
  return withCost(tokens, addCosts(costOf(a), costOf(b)));
}

/** The same where there was more than is known; of what is free it all was. */
export function atLeast(tokens: Tokens): Tokens {
  const more = tokens.cost_usd === undefined || tokens.cost_usd === 0
    ? {}
    : { cost_at_least: true as const };
  return { ...tokens, at_least: true, ...more };
}

/** What `a` has more than `b`, which is a part of it. */
export function subtractTokens(a: Tokens, b: Tokens): Tokens {
  const tokens: Tokens = {
    input: a.input - b.input,
    output: a.output - b.output,
    total: a.total - b.total,
    ...a.at_least === true && b.at_least !== true ? { at_least: true } : {},
  };
  const { usd, known } = costOf(a);
  const before = costOf(b);
  // Where both have unknown parts, those of the rest are not known to be any.
  const left = known === before.known && known !== "exact" && usd === before.usd
    ? "unknown"
    : known;
  return withCost(tokens, { usd: rounded(Math.max(0, usd - before.usd)), known: left });
}

export function sumTokens(list: Iterable<Tokens>): Tokens {
  let sum = NO_TOKENS;
  for (const tokens of list) sum = addTokens(sum, tokens);
  return sum;
}

/** True when both say the same, to the token and the cent. */
export function sameTokens(a: Tokens, b: Tokens): boolean {
  return a.input === b.input && a.output === b.output && a.total === b.total &&
    a.at_least === b.at_least && a.cost_usd === b.cost_usd && a.cost_at_least === b.cost_at_least;
}
