import { deepStrictEqual, throws } from "node:assert/strict";
import type { Option } from "../../../commands/cli/command.ts";
import { parseTime, parseValue } from "../../../commands/cli/option_values.ts";
import { UsageError } from "../../../event/errors.ts";

Deno.test("parseTime() takes RFC 3339 times of real days", () => {
  const cases: [string, number | null][] = [
    ["2026-02-02T14:30:22Z", Date.UTC(2026, 1, 2, 14, 30, 22)],
    ["2026-02-02t14:30:22.5z", Date.UTC(2026, 1, 2, 14, 30, 22, 500)],
    ["2026-02-02 14:30:22+02:00", Date.UTC(2026, 1, 2, 12, 30, 22)],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2026-02-29T00:00:00Z", null],
    ["2026-13-01T00:00:00Z", null],
    ["2026-02-02T25:00:00Z", null],
    ["2026-02-02", null],
    ["2026-02-02T14:30:22", null],
    ["yesterday", null],
    ["", null],
  ];
  for (const [text, ms] of cases) deepStrictEqual(parseTime(text), ms, text);
});

Deno.test("parseValue() converts each kind of option", () => {
  const now = 10_000_000;
  const cases: [Exclude<Option, { kind: "flag" }>, string, unknown][] = [
    [{ kind: "text", summary: "" }, " as it is ", " as it is "],
    [{ kind: "integer", summary: "" }, "0", 0],
    [{ kind: "amount", summary: "" }, "2.50", 2.5],
    [{ kind: "amount", summary: "" }, "3", 3],
    [{ kind: "count", summary: "" }, "0", 0],
    [{ kind: "count", summary: "" }, "all", "all"],
    [{ kind: "count", summary: "" }, "100", 100],
    [{ kind: "duration", summary: "" }, "1m", 60_000],
    [{ kind: "duration", summary: "" }, "0s", 0],
    [{ kind: "duration", summary: "", positive: true }, "1s", 1000],
    [{ kind: "time", summary: "" }, "1m", now - 60_000],
    [{ kind: "time", summary: "" }, "1970-01-01T00:00:01Z", 1000],
    [{ kind: "choice", summary: "", choices: ["a", "b"] }, "b", "b"],
    [{ kind: "choices", summary: "", choices: ["a", "b"] }, "b, a", ["b", "a"]],
  ];
  for (const [option, text, value] of cases) {
    deepStrictEqual(parseValue("--x", option, text, now), value, `${option.kind} ${text}`);
  }
});

Deno.test("parseValue() refuses what does not fit, with an example or the nearest choice", () => {
  const cases: [Exclude<Option, { kind: "flag" }>, string, RegExp][] = [
    [{ kind: "integer", summary: "", min: 1 }, "0", /at least 1/],
    [{ kind: "integer", summary: "" }, "1e3", /whole number/],
    [{ kind: "amount", summary: "" }, "0", /greater than 0/],
    [{ kind: "amount", summary: "" }, "1e3", /greater than 0/],
    [{ kind: "amount", summary: "" }, "1,50", /greater than 0/],
    [{ kind: "integer", summary: "" }, "-1", /whole number/],
    [{ kind: "count", summary: "" }, "-1", /a whole number or all/],
    [{ kind: "duration", summary: "" }, "soon", /90s, 15m, 24h, 7d, 2w, 1h30m/],
    [{ kind: "duration", summary: "", positive: true }, "0h0s", /longer than 0s.* 15m/],
    [{ kind: "time", summary: "" }, "soon", /2h \(two hours ago\), or 2026-02-02T14:30:00Z/],
    [{ kind: "choice", summary: "", choices: ["json", "text"] }, "jsn", /did you mean "json"/],
    [{ kind: "choices", summary: "", choices: ["failed"] }, "failed,", /expected one of failed/],
    [{ kind: "choice", summary: "", choices: ["a"] }, "\x1b[31m", /"\\e\[31m"/],
    [{ kind: "choice", summary: "", choices: ["a"] }, "constructor", /of a undefined$/],
    [
      { kind: "choice", summary: "", choices: ["none"], synonyms: { zero: "none" } },
      "zero",
      /of none did you mean "none"\?$/,
    ],
  ];
  for (const [option, text, expected] of cases) {
    throws(() => parseValue("--x", option, text, 0), (error) => {
      if (!(error instanceof UsageError)) return false;
      deepStrictEqual(error.code, "bad_value");
      deepStrictEqual(error.exitCode, 2);
      return expected.test(`${error.message} ${error.hint}`);
    }, `${option.kind} ${text}`);
  }
});
