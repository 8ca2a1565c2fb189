import assert from "node:assert/strict";
import { shownLines } from "../../event/shown_line.ts";

Deno.test("shownLines() is what a terminal shows at the end of each line", () => {
  const table: [string, string][] = [
    ["", ""],
    ["plain", "plain"],
    ["10%\r20%", "20%"],
    ["\r 10%\r 100%", " 100%"],
    ["progress 10%\rdone", "doneress 10%"],
    ["windows\r", "windows"],
    ["windows\r\nlines\r\n", "windows\nlines\n"],
    ["a\rb\nc\rd", "b\nd"],
    ["\r\r\r", ""],
    ["\x1b[31mred\rblue", "blue"],
  ];
  for (const [written, shown] of table) assert.equal(shownLines(written), shown, written);
});
