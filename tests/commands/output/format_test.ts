import { deepStrictEqual } from "node:assert/strict";
import type { Tokens } from "../../../event/event.ts";
import type { Cost } from "../../../event/tokens.ts";
import {
  costCell,
  formatAge,
  formatCost,
  formatCount,
  formatElapsed,
  formatSize,
  formatTokens,
  formatUsage,
  spentText,
} from "../../../commands/output/format.ts";

function table<T>(format: (value: T) => string, cases: readonly (readonly [T, string])[]): void {
  for (const [value, text] of cases) deepStrictEqual(format(value), text, String(value));
}

Deno.test("formatElapsed() reads as the contract says", () =>
  table(formatElapsed, [
    [-5, "0s"],
    [34_999, "34s"],
    [60_000, "1m 0s"],
    [154_000, "2m 34s"],
    [4_980_000, "1h 23m"],
    [100 * 3_600_000, "100h 0m"],
  ]));

Deno.test("formatTokens() reads as the contract says", () =>
  table(formatTokens, [
    [0, "0"],
    [950, "950"],
    [1000, "1k"],
    [4500, "4.5k"],
    [9_960, "10k"],
    [45_000, "45k"],
    [999_499, "999k"],
    [999_500, "1M"],
    [1_234_567, "1.2M"],
  ]));

Deno.test("formatCost() shows cents, small sums finer, and never an unknown one as a number", () =>
  table(({ usd, known }: Cost) => formatCost({ usd, known }), [
    [{ usd: 0, known: "exact" }, "$0.00"],
    [{ usd: 0.00001, known: "exact" }, "< $0.0001"],
    [{ usd: 0.00009999, known: "exact" }, "< $0.0001"],
    [{ usd: 0.0001, known: "exact" }, "$0.0001"],
    [{ usd: 0.0042, known: "exact" }, "$0.0042"],
    [{ usd: 0.0999, known: "exact" }, "$0.0999"],
    [{ usd: 0.09999, known: "exact" }, "$0.1000"],
    [{ usd: 0.1, known: "exact" }, "$0.10"],
    [{ usd: 0.125, known: "exact" }, "$0.13"],
    [{ usd: 1.2, known: "exact" }, "$1.20"],
    [{ usd: 9.999, known: "exact" }, "$10.00"],
    [{ usd: 1234.5, known: "exact" }, "$1,234.50"],
    [{ usd: 1_234_567.891, known: "exact" }, "$1,234,567.89"],
    [{ usd: 1.2, known: "at_least" }, "≥ $1.20"],
    // Rounded up it would not be true.
    [{ usd: 1.199, known: "at_least" }, "≥ $1.19"],
    [{ usd: 1.15, known: "at_least" }, "≥ $1.15"],
    [{ usd: 0.0042, known: "at_least" }, "≥ $0.0042"],
    [{ usd: 0.00009, known: "at_least" }, "> $0"],
    [{ usd: 0, known: "unknown" }, "unknown"],
  ]));

const used = (total: number, more: Partial<Tokens> = {}): Tokens => ({
  ...{ input: total, output: 0, total },
  ...more,
});
const priced = used(45_000, { cost_usd: 0.12 });

Deno.test("what was used is told with its cost, and nothing of what was not", () => {
  table(spentText as (tokens: Tokens) => string, [
    [used(45_000), "45k tokens, cost unknown"],
    [priced, "45k tokens, $0.12"],
    [used(45_000, { cost_usd: 0 }), "45k tokens, $0.00"],
    [{ ...priced, at_least: true, cost_at_least: true }, "≥ 45k tokens, ≥ $0.12"],
    [used(0, { at_least: true }), "tokens and cost unknown"],
  ]);
  deepStrictEqual(spentText(used(0)), null);
  table(costCell, [[used(0), "-"], [used(9), "unknown"], [priced, "$0.12"]]);
  table(formatUsage, [[used(0), "0"], [used(0, { at_least: true }), "unknown"]]);
});

Deno.test("formatSize() reads as the contract says", () =>
  table(formatSize, [
    [0, "0B"],
    [1023, "1023B"],
    [1024, "1KB"],
    [4300, "4.2KB"],
    [1024 * 1024 - 1, "1MB"],
    [1.5 * 1024 ** 3, "1.5GB"],
  ]));

Deno.test("formatCount() groups digits", () =>
  table(formatCount, [[0, "0"], [999, "999"], [5321, "5,321"], [1_000_000, "1,000,000"]]));

Deno.test("formatAge() names the largest unit", () =>
  table(formatAge, [[-1, "0s"], [59_000, "59s"], [130_000, "2m"], [7_300_000, "2h"], [
    3 * 86_400_000,
    "3d",
  ]]));
