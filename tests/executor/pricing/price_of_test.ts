import assert from "node:assert/strict";
import type { Pricing } from "../../../executor/language/model/pricing.ts";
import type { ModelUsage } from "../../../executor/pricing/model_usage.ts";
import {
  costKnowable,
  loadPrices,
  MANIFEST_PRICES,
  priceOf,
  ratesOf,
} from "../../../executor/pricing/price_of.ts";
import { PRICE_SET } from "../../../executor/pricing/price_set.ts";

const OWN: Pricing = [
  { models: "gpt-*", rates: { input: 1, output: 1 } },
  { models: "*", rates: { input: 7, output: 7 } },
  { models: "gpt-9", rates: { input: 2, output: 2 } },
];

Deno.test("ratesOf() takes the manifest's price, by name before glob, else the public one", async () => {
  const own = await loadPrices(OWN);
  const open = await loadPrices([]);
  const from = { manifest: MANIFEST_PRICES, set: PRICE_SET };
  const cases: [typeof own, string, string, number | null, string?][] = [
    [own, "codex", "gpt-9", 2, from.manifest],
    [own, "codex", "gpt-5", 1, from.manifest],
    [own, "gemini", "other", 7, from.manifest],
    [open, "codex", "gpt-5", 1.25, from.set],
    [open, "codex", "gpt-5-codex", 1.25, from.set],
    [open, "gemini", "gemini-2.5-flash", 0.3, from.set],
    [open, "claude", "claude-sonnet-4-5", 3, from.set],
    [open, "opencode", "openai/gpt-5", 1.25, from.set],
    [open, "opencode", "openrouter/anthropic/claude-sonnet-4", 3, from.set],
    // Nobody knows whose they are.
    [open, "opencode", "gpt-5", null],
    [open, "opencode", "my-openai-proxy/gpt-5", null],
    [open, "codex", "no-such-model", null],
    [open, "gemini", "gpt-5", null],
    [open, "codex", "", null],
  ];
  for (const [prices, agent, model, input, source] of cases) {
    const found = ratesOf(prices, agent, model);
    assert.deepEqual(
      [found?.rates.input ?? null, found?.from],
      [input, source],
      `${agent} ${model}`,
    );
  }
});

Deno.test("ratesOf() knows from which size a request costs more", async () => {
  const found = ratesOf(await loadPrices([]), "gemini", "gemini-2.5-pro");
  assert.deepEqual(found?.rates, {
    ...{ input: 1.25, output: 10, cacheRead: 0.125, dearerAbove: 200_000 },
  });
});

Deno.test("costKnowable() is true before a start only where it is certain", async () => {
  const free: Pricing = [{ models: "local/*", rates: { input: 0, output: 0 } }];
  const cases: [string | null, string | null, boolean][] = [
    ["claude", null, true],
    ["claude", "anything", true],
    ["mock", null, true],
    ["codex", "gpt-5", true],
    ["codex", "no-such-model", false],
    ["codex", null, false],
    ["gemini", "gemini-2.5-pro", true],
    ["opencode", "anthropic/claude-sonnet-4-5", true],
    ["opencode", "x/test", false],
    ["opencode", "local/llama", true],
    ["opencode", null, false],
    [null, "gpt-5", false],
  ];
  for (const [agent, model, known] of cases) {
    assert.equal(await costKnowable(agent, model, free), known, `${agent} ${model}`);
  }
});

Deno.test("priceOf() sums over models, and an unknown part is never nothing", async () => {
  const prices = await loadPrices([
    { models: "cheap", rates: { input: 1, output: 1 } },
    { models: "free", rates: { input: 0, output: 0 } },
  ]);
  const used = (model: string | null, input: number): ModelUsage => ({
    ...{ model, input, output: 0, cacheRead: 0, cacheWrite: 0 },
  });
  const million = 1_000_000;
  const cases: [ModelUsage[], string | null, number | null, boolean?][] = [
    [[used("cheap", million)], null, 1],
    [[used("free", million)], null, 0],
    [[used("unknown", million)], null, null],
    [[used("cheap", million), used("cheap", million)], null, 2],
    [[used("cheap", million), used("unknown", 1)], null, 1, true],
    [[used("unknown", 0), used("cheap", million)], null, 1],
    // At least nothing says nothing.
    [[used("free", million), used("unknown", 1)], null, null],
    // The model that was named has a price, and its agent calls it otherwise, or not at all.
    [[used("cheap-2026-01-01", million)], "cheap", 1],
    [[used(null, million)], "cheap", 1],
    [[used(null, million)], null, null],
    // Of several models nobody knows which of them was meant.
    [[used("cheap", million), used("small", million)], "cheap", 1, true],
    [[], "cheap", null],
  ];
  for (const [usage, named, usd, atLeast = false] of cases) {
    const price = priceOf(prices, "codex", named, usage);
    assert.deepEqual(
      price,
      usd === null ? null : { usd, atLeast, from: [MANIFEST_PRICES] },
      JSON.stringify(usage),
    );
  }
});

Deno.test("PRICE_SET names the version of the package that is installed", async () => {
  const { default: wave } = await import("../../../package.json", { with: { type: "json" } });
  const version = wave.devDependencies["@pydantic/genai-prices"];
  assert.equal(PRICE_SET, `genai-prices ${version}`);
});
