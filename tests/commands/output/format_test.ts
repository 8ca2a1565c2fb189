import { deepStrictEqual } from "node:assert/strict";
import {
  formatAge,
  formatCount,
  formatElapsed,
  formatSize,
  formatTokens,
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
