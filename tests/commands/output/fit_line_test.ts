import { strictEqual } from "node:assert/strict";
import { columnsOf, fitLine } from "../../../commands/output/fit_line.ts";

/**
 * Columns as @std/cli tells them, which the stand-in of the npm flavour has to tell, too: the sum of those
 * of each character, so a picture made of several takes the room of all.
 */
const COLUMNS: readonly (readonly [text: string, columns: number])[] = [
  ["", 0],
  ["plan", 4],
  ["\x1b[31mfailed\x1b[0m", 6],
  ["\x1b[31m✅\x1b[0m", 2],
  ["✅", 2],
  ["⚡", 2],
  ["✨", 2],
  ["❌", 2],
  ["⭐", 2],
  ["⏳", 2],
  ["🚀", 2],
  ["🦕", 2],
  ["👍🏽", 4],
  ["👩‍👩‍👧", 6],
  ["🇩🇪", 2],
  ["✓", 1],
  ["⚠", 1],
  ["☀", 1],
  ["♥", 1],
  ["é", 1],
  ["e\u0301", 1],
  ["\u0301", 0],
  ["\u20dd", 0],
  ["\u200b", 0],
  ["\u200d", 0],
  ["\ufe0f", 0],
  ["日本語", 6],
  ["ひらがな", 8],
  ["カタカナ", 8],
  ["ｶﾀｶﾅ", 4],
  ["한국어", 6],
  ["Ａ", 2],
  ["、", 2],
  ["\u3000", 2],
  ["𠮷", 2],
  ["привет", 6],
  ["שלום", 4],
  ["─│█", 3],
  ["…", 1],
  ["→", 1],
  ["½", 1],
];

Deno.test("columnsOf() tells how many columns of a terminal a text takes", () => {
  for (const [text, columns] of COLUMNS) strictEqual(columnsOf(text), columns, text);
});

Deno.test("fitLine() cuts at columns, and never through a wide character", () => {
  const table: readonly (readonly [line: string, width: number, fitted: string])[] = [
    ["plan", 4, "plan"],
    ["plan", 3, "pla"],
    ["plan", 0, ""],
    ["a✅b", 4, "a✅b"],
    ["a✅b", 3, "a✅"],
    ["a✅b", 2, "a"],
    ["⚡⚡⚡", 5, "⚡⚡"],
    ["日本語", 4, "日本"],
    ["e\u0301e\u0301", 1, "e\u0301"],
    ["\x1b[31m✨✨\x1b[0m", 4, "\x1b[31m✨✨\x1b[0m"],
    ["\x1b[31m✨✨\x1b[0m", 3, "\x1b[31m✨\x1b[0m"],
  ];
  for (const [line, width, fitted] of table) strictEqual(fitLine(line, width), fitted, line);
});
