import assert from "node:assert/strict";
import { leftOf } from "../../../event/budget.ts";
import type { BudgetLimits, Tokens } from "../../../event/event.ts";
import { budgetJson, budgetText, raisingOptions } from "../../../commands/output/budget_text.ts";

const tokens = (more: Partial<Tokens>): Tokens => ({ input: 90, output: 10, total: 100, ...more });

/** What of the limits is left, as text, and in JSON of dollars and tokens. */
const CASES: readonly [BudgetLimits, Tokens, string, [number | null, number | null]][] = [
  [{ usd: 1 }, tokens({ cost_usd: 0.25 }), "$0.75 of $1.00 left", [0.75, null]],
  [{ usd: 1 }, tokens({}), "≤ $1.00 of $1.00 left", [null, null]],
  [
    { usd: 1, tokens: 1000 },
    tokens({ cost_usd: 0.25, cost_at_least: true, at_least: true }),
    "≤ $0.75 of $1.00, ≤ 900 of 1,000 tokens left",
    [0.75, 900],
  ],
  [
    { usd: 0.2, tokens: 1000 },
    tokens({ cost_usd: 0.25, cost_at_least: true }),
    "$0.00 of $0.20, 900 of 1,000 tokens left",
    [0, 900],
  ],
];

Deno.test("what is left of a budget is known as well as what was used", () => {
  for (const [limits, used, text, left] of CASES) {
    const use = { tokens: used, attempts: 1, ms: 0 };
    const budget = { limits, used: use, left: leftOf(limits, use) };
    assert.equal(budgetText(budget), text);
    const json = budgetJson(budget)?.["left"];
    assert.deepEqual(json, { usd: left[0], tokens: left[1], attempts: null, minutes: null });
  }
});

Deno.test("raisingOptions() is as much again as there was, in whole cents", () => {
  const cases: [limit: number, used: number, text: string][] = [
    [0.25, 0.3, " --max-usd 0.55"],
    [0.5, 0.6, " --max-usd 1.10"],
    [0.001, 0.0011, " --max-usd 0.01"],
    [1, 0.5, ""],
  ];
  for (const [usd, used, text] of cases) {
    const use = { tokens: tokens({ cost_usd: used }), attempts: 1, ms: 0 };
    assert.equal(raisingOptions({ limits: { usd }, used: use, left: {} }), text);
  }
});
