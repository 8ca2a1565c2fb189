import { deepStrictEqual } from "node:assert/strict";
import { parseDuration } from "../../event/duration.ts";

Deno.test("parseDuration() takes what the contract names for the command line and nothing else", () => {
  const cases: [string, number | null][] = [
    ["90s", 90_000],
    ["15m", 900_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["2w", 1_209_600_000],
    ["1h30m", 5_400_000],
    ["1w2d3h4m5s", 788_645_000],
    ["0s", 0],
    ["", null],
    ["5", null],
    ["s", null],
    ["-5m", null],
    ["1.5h", null],
    ["30m1h", null],
    ["5m5m", null],
    ["5 m", null],
    ["5M", null],
    ["1y", null],
    ["36600d", 3_162_240_000_000],
    ["36600d1s", null],
    ["5ms", null],
    ["٣m", null],
    ["99999999999999999999w", null],
  ];
  for (const [text, ms] of cases) deepStrictEqual(parseDuration(text), ms, text);
});

Deno.test("parseDuration() takes milliseconds where a file may ask for them", () => {
  const cases: [string, number | null][] = [
    ["200ms", 200],
    ["1s500ms", 1_500],
    ["1m", 60_000],
    ["0ms", 0],
    ["500ms1s", null],
    ["1.5s", null],
    ["5200w", 3_144_960_000_000],
    ["5300w", null],
  ];
  for (const [text, ms] of cases) deepStrictEqual(parseDuration(text, "ms"), ms, text);
});
