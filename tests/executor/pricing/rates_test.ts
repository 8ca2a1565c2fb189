import assert from "node:assert/strict";
import type { Rates } from "../../../executor/language/model/pricing.ts";
import { type ModelUsage, usageSince } from "../../../executor/pricing/model_usage.ts";
import { priceAt } from "../../../executor/pricing/rates.ts";

const used = (input: number, output: number, parts: Partial<ModelUsage> = {}): ModelUsage => ({
  ...{ model: "m", input, output, cacheRead: 0, cacheWrite: 0 },
  ...parts,
});
const plain: Rates = { input: 2, output: 10 };
const cached: Rates = { ...plain, cacheRead: 0.2, cacheWrite: 2.5 };
const dearer: Rates = { ...plain, dearerAbove: 200_000 };

Deno.test("priceAt() prices each part of a model's tokens by itself, in US dollars", () => {
  const cases: [Rates, ModelUsage, number, boolean?][] = [
    [plain, used(0, 0), 0],
    [plain, used(1_000_000, 0), 2],
    [plain, used(0, 1_000_000), 10],
    [plain, used(1, 1), 0.000012],
    [{ input: 0, output: 0 }, used(5, 5), 0],
    [cached, used(1_000_000, 0, { cacheRead: 1_000_000 }), 0.2],
    [cached, used(1_000_000, 0, { cacheWrite: 1_000_000 }), 2.5],
    [cached, used(1_000_000, 0, { cacheRead: 500_000, cacheWrite: 250_000 }), 0.1 + 0.625 + 0.5],
    // Without prices of their own they cost what input costs.
    [plain, used(1_000_000, 0, { cacheRead: 500_000, cacheWrite: 250_000 }), 2],
    // More from the cache than there was: it is never less than nothing.
    [cached, used(1_000_000, 0, { cacheRead: 3_000_000 }), 0.2],
    [dearer, used(200_000, 0), 0.4],
    [dearer, used(200_001, 0), 0.400002, true],
  ];
  for (const [rates, usage, usd, atLeast = false] of cases) {
    const price = priceAt(rates, usage);
    assert.ok(Math.abs(price.usd - usd) < 1e-12, `${price.usd}, not ${usd}`);
    assert.equal(price.atLeast, atLeast);
  }
});

Deno.test("usageSince() is what was used since, and never less than nothing", () => {
  const before = used(100, 10, { cacheRead: 60 });
  assert.deepEqual(usageSince(used(150, 30, { cacheRead: 80 }), before), {
    ...used(50, 20, { cacheRead: 20 }),
  });
  assert.deepEqual(usageSince(before, null), before);
  assert.deepEqual(usageSince(used(0, 0), before), used(0, 0));
});
