import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { fitLine } from "../../../commands/output/fit_line.ts";
import { safeJson, safeLine, safeText } from "../../../commands/output/safe_text.ts";
import { encodeEvent } from "../../../event/codec.ts";
import { eventOf, started } from "../../events.ts";

Deno.test("safeText() makes every control sequence visible and leaves the rest", () => {
  const cases: [string, string][] = [
    ["plain ✓ 日本語 🎉", "plain ✓ 日本語 🎉"],
    ["a\tb\nc", "a\tb\nc"],
    ["\x1b[31mred\x1b[0m", "\\e[31mred\\e[0m"],
    ["\x1b]0;title\x07", "\\e]0;title\\x07"],
    ["over\rwrite", "over\\rwrite"],
    ["\x9b31m", "\\x9b31m"],
    ["\x00\x08\x7f", "\\x00\\x08\\x7f"],
    ["user\u202etxt.exe", "user\\u202etxt.exe"],
    ["\u2066x\u2069", "\\u2066x\\u2069"],
    ["\ud800 lone", "\\ud800 lone"],
  ];
  for (const [text, safe] of cases) deepStrictEqual(safeText(text), safe);
});

Deno.test("what a person does not see is shown, in text, in JSON and in traces", () => {
  const unseen: Readonly<Record<string, readonly number[]>> = {
    "soft hyphen and joiner": [0xad, 0x34f],
    "fillers": [0x115f, 0x1160, 0x3164, 0xffa0],
    "vowels and selectors without a shape": [0x17b4, 0x17b5, 0x180b, 0x180e, 0xfe00, 0xe0100],
    "without a width": [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff],
    "direction": [0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069],
    "tags": [0xe0001, 0xe0020, 0xe0041, 0xe007f],
    "private": [0xe000, 0xf8ff, 0xf0000, 0x10fffd],
    "formats of music and shorthand": [0x1d173, 0x1bca0],
  };
  for (const [name, codes] of Object.entries(unseen)) {
    for (const code of codes) {
      const text = `a${String.fromCodePoint(code)}b`;
      const hex = code.toString(16);
      const shown = code > 0xffff
        ? `\\u{${hex}}`
        : code < 256
        ? `\\x${hex}`
        : `\\u${hex.padStart(4, "0")}`;
      deepStrictEqual(safeText(text), `a${shown}b`, name);
      for (
        const json of [safeJson(JSON.stringify(text)), encodeEvent(eventOf(started([], text), 1))]
      ) {
        ok(!json.includes(text) && !/[\ud800-\udfff]/.test(json), `${name} ${hex}`);
        ok(JSON.stringify(JSON.parse(json)).includes(JSON.stringify(text)), `${name} ${hex}`);
      }
    }
  }
  const seen = "é ✔\ufe0f 🎉 한국어 ไทย العربية 日本語 𝄞 𝒳";
  deepStrictEqual(safeText(seen), seen);
});

Deno.test("safeLine() never yields a control character", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    ok(!/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(safeLine(text)));
  }));
});

Deno.test("fitLine() cuts to columns and closes colours", () => {
  const cases: [string, number, string][] = [
    ["abcdef", 6, "abcdef"],
    ["abcdef", 3, "abc"],
    ["日本語", 5, "日本"],
    ["\x1b[31mabc\x1b[0m", 2, "\x1b[31mab\x1b[0m"],
    ["\x1b[31mabc\x1b[0m", 3, "\x1b[31mabc\x1b[0m"],
    ["e\u0301e\u0301", 1, "e\u0301"],
  ];
  for (const [line, width, fitted] of cases) deepStrictEqual(fitLine(line, width), fitted, line);
});

Deno.test("safeText(), safeJson() and encodeEvent() agree on what is unsafe", () => {
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    const input = `a${character}b`;
    const safe = safeText(input) === input;
    const quoted = JSON.stringify(input);
    // JSON itself escapes the C0 controls, halves of pairs, quotes and backslashes.
    const untouched = quoted === `"${input}"`;
    const event = encodeEvent(eventOf(started([], input), 1)).includes(input);
    const name = code.toString(16);
    deepStrictEqual(safeJson(quoted) === quoted && untouched, safe && untouched, name);
    deepStrictEqual(event, safe && untouched, name);
  }
});
