import assert from "node:assert/strict";
import {
  budgetMessage,
  exceededLimit,
  leftOf,
  narrowest,
  reachedLimit,
  type Use,
  wholeUse,
} from "../../event/budget.ts";
import type { BudgetLimits, BudgetUnit } from "../../event/event.ts";
import { NO_TOKENS } from "../../event/tokens.ts";

const used = (total: number, usd: number | null, attempts = 0, minutes = 0): Use => ({
  tokens: { input: total, output: 0, total, ...usd === null ? {} : { cost_usd: usd } },
  attempts,
  ms: minutes * 60_000,
});

Deno.test("narrowest() takes of each unit the least", () => {
  assert.deepEqual(narrowest(), {});
  assert.deepEqual(narrowest({ usd: 1, tokens: 9 }, {}, { usd: 2, tokens: 8, minutes: 3 }), {
    usd: 1,
    tokens: 8,
    minutes: 3,
  });
});

Deno.test("a limit is reached when nothing is left, and exceeded by more than that", () => {
  const cases: [BudgetLimits, Use, BudgetUnit | null, BudgetUnit | null][] = [
    [{}, used(1e9, 1e6, 99, 99), null, null],
    [{ tokens: 10 }, used(9, null), null, null],
    [{ tokens: 10 }, used(10, null), "tokens", null],
    [{ tokens: 10 }, used(11, null), "tokens", "tokens"],
    [{ usd: 1 }, used(5, 0.999), null, null],
    [{ usd: 1 }, used(5, 1), "usd", null],
    [{ usd: 0.3 }, used(5, 0.1 + 0.1 + 0.1), "usd", null],
    [{ usd: 1 }, used(5, 1.001), "usd", "usd"],
    // Of what nobody knows the cost, nothing is known to be exceeded.
    [{ usd: 1 }, used(5, null), null, null],
    [{ attempts: 2 }, used(0, 0, 2), "attempts", null],
    [{ minutes: 0.5 }, used(0, 0, 0, 0.5), "minutes", "minutes"],
    [{ usd: 1, tokens: 4 }, used(5, 0.5), "tokens", "tokens"],
  ];
  for (const [limits, use, reached, exceeded] of cases) {
    assert.deepEqual([reachedLimit(limits, use), exceededLimit(limits, use)], [reached, exceeded]);
  }
});

Deno.test("leftOf() is never less than nothing, and knows no dust of fractions", () => {
  assert.deepEqual(leftOf({ usd: 0.3, tokens: 10, attempts: 3 }, used(12, 0.1 + 0.1, 1)), {
    usd: 0.1,
    tokens: 0,
    attempts: 2,
  });
});

Deno.test("budgetMessage() names limit and use", () => {
  const cases: [BudgetUnit, number, Use, string][] = [
    ["usd", 1, used(0, 1.2), "budget of $1.00 reached: $1.20 used"],
    ["usd", 0.05, used(0, 0.0512), "budget of $0.05 reached: $0.0512 used"],
    ["tokens", 45_000, used(45_120, null), "budget of 45,000 tokens reached: 45,120 used"],
    ["attempts", 1, used(0, 0, 1), "budget of 1 attempt reached: 1 used"],
    ["minutes", 2.5, used(0, 0, 0, 2.54), "budget of 2.5 minutes reached: 2.5 used"],
  ];
  for (const [unit, limit, use, message] of cases) {
    assert.equal(budgetMessage(unit, limit, use), message);
  }
});

Deno.test("wholeUse() counts what runs within used, and steps that are gone", () => {
  const inner = { ...NO_TOKENS, input: 5, total: 5, cost_usd: 0.25 };
  const own = { input: 3, output: 1, total: 4, cost_usd: 0.5 };
  assert.deepEqual(wholeUse(own, [{ attempts: 2 }, undefined, { attempts: 3, inner }], 7), {
    tokens: { input: 8, output: 1, total: 9, cost_usd: 0.75 },
    attempts: 5,
    ms: 7,
  });
});
