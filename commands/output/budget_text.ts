/** What a run may use and what is left of that, as JSON, as text, and as the options that raise it. */
import {
  amountOf,
  BUDGET_UNITS,
  leftOf,
  limitText,
  reachedLimit,
  type Use,
  wholeUse,
} from "../../event/budget.ts";
import type { BudgetLimits, BudgetUnit } from "../../event/event.ts";
import { costOf } from "../../event/tokens.ts";
import type { RunRecord } from "../../state/records/records.ts";

interface Budget {
  readonly limits: BudgetLimits;
  readonly used: Use;
  readonly left: BudgetLimits;
}

/** Null of a run without limits. `elapsedMs`: the time in which it was worked on. */
export function budgetOf(record: RunRecord, elapsedMs: number): Budget | null {
  if (record.budget === undefined) return null;
  const { limits } = record.budget;
  const parts = [...record.steps.map(({ use }) => use), record.gone];
  const used = wholeUse(record.tokens, parts, elapsedMs);
  return { limits, used, left: leftOf(limits, used) };
}

/** Null of no limits; a unit without one is null. */
export function limitsJson(limits: BudgetLimits | undefined): Record<string, number | null> | null {
  if (limits === undefined) return null;
  return Object.fromEntries(BUDGET_UNITS.map((unit) => [unit, limits[unit] ?? null]));
}

/** Null for null; a unit without a limit is null, and so is a cost of which nothing is known. */
export function budgetJson(budget: Budget | null): Record<string, unknown> | null {
  if (budget === null) return null;
  const { limits, used, left } = budget;
  const all = (of: (unit: BudgetUnit) => number | null | undefined) =>
    Object.fromEntries(BUDGET_UNITS.map((unit) => [unit, of(unit) ?? null]));
  const isKnown = costOf(used.tokens).known !== "unknown";
  const known = (unit: BudgetUnit, amount: number | undefined) =>
    unit === "usd" && !isKnown ? null : amount;
  return {
    limits: all((unit) => limits[unit]),
    used: all((unit) => known(unit, amountOf(used, unit))),
    left: all((unit) => known(unit, left[unit])),
  };
}

/** `$0.02 of $1.00, ≤ 900 of 2,000 tokens left`: where more was used than is known, less is left. */
export function budgetText({ limits, used: { tokens }, left }: Budget): string {
  const isKnown: Partial<Record<BudgetUnit, boolean>> = {
    usd: costOf(tokens).known === "exact",
    tokens: tokens.at_least !== true,
  };
  return unitsOf(limits).map((unit) => {
    const limit = limits[unit] ?? 0;
    const rest = limitText(unit, left[unit] ?? 0).split(" ", 1)[0];
    const most = isKnown[unit] === false && left[unit] !== 0 ? "≤ " : "";
    return `${most}${rest} of ${limitText(unit, limit)}`;
  }).join(", ") + " left";
}

function unitsOf(limits: BudgetLimits): readonly BudgetUnit[] {
  return BUDGET_UNITS.filter((unit) => limits[unit] !== undefined);
}

/** Up to whole cents, but not for the dust of binary fractions. */
function cents(usd: number): string {
  return (Math.ceil(Number((usd * 100).toFixed(6))) / 100).toFixed(2);
}

/** Options of `resume` for as much again as there was; empty unless a limit of the run is reached that they raise. */
export function raisingOptions(budget: Budget | null): string {
  if (budget === null) return "";
  const { limits, used } = budget;
  return (["usd", "tokens"] as const).map((unit) => {
    const limit = limits[unit];
    if (limit === undefined || reachedLimit({ [unit]: limit }, used) === null) return "";
    const more = amountOf(used, unit) + limit;
    return ` --max-${unit} ${unit === "usd" ? cents(more) : more}`;
  }).join("");
}
