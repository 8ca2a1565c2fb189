/** Limits of what a run, a step or all runs of a project may use, and how much of one is used (contract, section 9). */
import type { Tokens } from "./event.ts";
import type { BudgetLimits, BudgetUnit, StepUse } from "./run_facts.ts";
import { addTokens, NO_TOKENS } from "./tokens.ts";

export const BUDGET_UNITS: readonly BudgetUnit[] = ["usd", "tokens", "attempts", "minutes"];

/** What was used, as far as it is known. */
export interface Use {
  readonly tokens: Tokens;
  /** How often an agent was started: by steps, their retries and items, and by contracts that ask one. */
  readonly attempts: number;
  /** Milliseconds of work. */
  readonly ms: number;
}

/** Of each unit the least that any of them allows. */
export function narrowest(
  ...all: readonly { readonly [unit in BudgetUnit]?: number | undefined }[]
): BudgetLimits {
  return Object.fromEntries(BUDGET_UNITS.flatMap((unit) => {
    const limits = all.flatMap((each) => each[unit] ?? []);
    return limits.length === 0 ? [] : [[unit, Math.min(...limits)]];
  }));
}

/** How much of a unit was used. */
export function amountOf({ tokens, attempts, ms }: Use, unit: BudgetUnit): number {
  switch (unit) {
    case "usd":
      return rounded(tokens.cost_usd ?? 0);
    case "tokens":
      return tokens.total;
    case "attempts":
      return attempts;
    case "minutes":
      return ms / 60_000;
  }
}

/** The first limit of which nothing is left, so that nothing more may start; null while something is. */
export function reachedLimit(
  limits: BudgetLimits,
  use: Use,
  units: readonly BudgetUnit[] = BUDGET_UNITS,
): BudgetUnit | null {
  return units.find((unit) => amountOf(use, unit) >= (limits[unit] ?? Infinity)) ?? null;
}

/** The first limit that is exceeded, so that what runs must end; as many attempts as there may be are none. */
export function exceededLimit(limits: BudgetLimits, use: Use): BudgetUnit | null {
  return BUDGET_UNITS.find((unit) => {
    const limit = limits[unit] ?? Infinity;
    return unit === "minutes" ? amountOf(use, unit) >= limit : amountOf(use, unit) > limit;
  }) ?? null;
}

/** What is left of each limit, never less than nothing. */
export function leftOf(limits: BudgetLimits, use: Use): BudgetLimits {
  return Object.fromEntries(BUDGET_UNITS.flatMap((unit) => {
    const limit = limits[unit];
    return limit === undefined ? [] : [[unit, Math.max(0, rounded(limit - amountOf(use, unit)))]];
  }));
}

/** Without the dust of binary fractions: three times $0.10 are not more than $0.30. */
function rounded(amount: number): number {
  return Math.round(amount * 1e9) / 1e9;
}

/** `budget of $1.00 reached: $1.20 used`, `budget of 3 attempts reached: 3 used` */
export function budgetMessage(unit: BudgetUnit, limit: number, use: Use): string {
  const used = amountOf(use, unit);
  switch (unit) {
    case "usd":
      return `budget of ${usdText(limit)} reached: ${usdText(used)} used`;
    case "minutes":
      return `budget of ${minutesText(limit)} reached: ${tenths(used)} used`;
    case "tokens":
    case "attempts":
      return `budget of ${limitText(unit, limit)} reached: ${grouped(used)} used`;
  }
}

/** `$1.00`, `45,000 tokens`, `1 attempt`, `2.5 minutes` */
export function limitText(unit: BudgetUnit, limit: number): string {
  if (unit === "usd") return usdText(limit);
  if (unit === "minutes") return minutesText(limit);
  return `${grouped(limit)} ${limit === 1 ? unit.slice(0, -1) : unit}`;
}

/** `$0.50, 45,000 tokens`; empty without limits. */
export function limitsText(limits: BudgetLimits): string {
  return BUDGET_UNITS.flatMap((unit) => {
    const limit = limits[unit];
    return limit === undefined ? [] : [limitText(unit, limit)];
  }).join(", ");
}

/** Four digits where two would say nothing, or hide that a limit was passed. */
export function usdText(usd: number): string {
  const cents = Math.abs(usd * 100 - Math.round(usd * 100)) < 1e-6;
  return `$${usd.toFixed(cents ? 2 : 4)}`;
}

function minutesText(minutes: number): string {
  return `${tenths(minutes)} ${minutes === 1 ? "minute" : "minutes"}`;
}

/** One decimal; of less than one three, or a short limit would read as none. */
function tenths(value: number): string {
  const parts = value < 1 ? 1000 : 10;
  return String(Math.round(value * parts) / parts);
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** What the steps of a run used, those that are no longer in its pipeline and the runs within it included. */
export function wholeUse(
  tokens: Tokens,
  parts: readonly (StepUse | undefined)[],
  ms: number,
): Use {
  const inner = parts.map((part) => part?.inner ?? NO_TOKENS);
  return {
    tokens: inner.reduce(addTokens, tokens),
    attempts: parts.reduce((sum, part) => sum + (part?.attempts ?? 0), 0),
    ms,
  };
}
