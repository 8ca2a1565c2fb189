import assert from "node:assert/strict";
import type { Tokens } from "../../event/event.ts";
import {
  addTokens,
  atLeast,
  believable,
  costOf,
  NO_TOKENS,
  subtractTokens,
  sumTokens,
} from "../../event/tokens.ts";

const used = (total: number, more: Partial<Tokens> = {}): Tokens => ({
  ...{ input: total, output: 0, total },
  ...more,
});
const priced = used(10, { cost_usd: 0.5 });
const unpriced = used(10);
const free = used(10, { cost_usd: 0 });
const lost = used(0, { at_least: true });

Deno.test("costOf() says what is known of a cost, and nothing used is exactly nothing", () => {
  const cases: [Tokens, number, string][] = [
    [NO_TOKENS, 0, "exact"],
    [free, 0, "exact"],
    [priced, 0.5, "exact"],
    [unpriced, 0, "unknown"],
    [lost, 0, "unknown"],
    [used(10, { cost_usd: 0.5, cost_at_least: true }), 0.5, "at_least"],
  ];
  for (const [tokens, usd, known] of cases) assert.deepEqual(costOf(tokens), { usd, known });
});

Deno.test("addTokens() never tells an unknown part as nothing", () => {
  const cases: [Tokens, Tokens, Tokens][] = [
    [NO_TOKENS, NO_TOKENS, NO_TOKENS],
    [NO_TOKENS, priced, priced],
    [NO_TOKENS, unpriced, unpriced],
    [priced, priced, used(20, { cost_usd: 1 })],
    [priced, unpriced, used(20, { cost_usd: 0.5, cost_at_least: true })],
    [free, unpriced, used(20)],
    [unpriced, unpriced, used(20)],
    [priced, lost, used(10, { at_least: true, cost_usd: 0.5, cost_at_least: true })],
    [lost, NO_TOKENS, lost],
    [used(1, { cost_usd: 0.1 }), used(1, { cost_usd: 0.2 }), used(2, { cost_usd: 0.3 })],
  ];
  for (const [a, b, sum] of cases) {
    assert.deepEqual(addTokens(a, b), sum);
    assert.deepEqual(addTokens(b, a), sum);
  }
  assert.deepEqual(
    sumTokens([priced, unpriced, free]),
    used(30, { cost_usd: 0.5, cost_at_least: true }),
  );
});

Deno.test("believable() takes no figure that no trace could hold, or that nobody pays", () => {
  const most = Number.MAX_SAFE_INTEGER;
  for (const usd of [NaN, -0.01, Infinity, 1e10]) {
    assert.deepEqual(believable(used(10, { cost_usd: usd, cost_at_least: true })), unpriced);
  }
  assert.deepEqual(believable(priced), priced);
  assert.deepEqual(believable(used(2 * most)), used(most, { at_least: true }));
  assert.deepEqual(addTokens(used(most), used(1)), used(most, { at_least: true }));
});

Deno.test("subtractTokens() gives back what was added", () => {
  const parts = [NO_TOKENS, priced, unpriced, lost, used(3, { cost_usd: 0.25 })];
  for (const before of parts) {
    for (const part of parts) {
      const { input, output, total } = subtractTokens(addTokens(before, part), before);
      assert.deepEqual({ input, output, total }, {
        input: part.input,
        output: part.output,
        total: part.total,
      });
    }
  }
  const three = { input: 1, output: 2, total: 3 };
  assert.deepEqual(subtractTokens({ input: 5, output: 7, total: 12 }, three), {
    input: 4,
    output: 5,
    total: 9,
  });
  assert.deepEqual(subtractTokens(addTokens(priced, priced), priced), priced);
  const [tenth, fifth] = [used(1, { cost_usd: 0.1 }), used(1, { cost_usd: 0.2 })];
  assert.deepEqual(subtractTokens(addTokens(tenth, fifth), tenth), fifth);
  assert.deepEqual(subtractTokens(addTokens(NO_TOKENS, priced), NO_TOKENS), priced);
  assert.deepEqual(subtractTokens(addTokens(unpriced, unpriced), unpriced), unpriced);
});

Deno.test("atLeast() of a cost is that cost at least, of nothing known nothing, of what is free all", () => {
  assert.deepEqual(atLeast(priced), { ...priced, at_least: true, cost_at_least: true });
  assert.deepEqual(atLeast(unpriced), { ...unpriced, at_least: true });
  assert.deepEqual(atLeast(free), { ...free, at_least: true });
  assert.deepEqual(costOf(atLeast(NO_TOKENS)), { usd: 0, known: "unknown" });
});
