import assert from "node:assert/strict";
import { markdownTable, markdownText } from "../../../commands/output/markdown.ts";

Deno.test("markdownText() makes text of what Markdown, HTML or a terminal would obey", () => {
  const cases: [text: string, markdown: string][] = [
    ["", ""],
    ["plain text, 1.5 words - and more", "plain text, 1.5 words - and more"],
    ["a|b", "a\\|b"],
    ["**bold** _x_ `code`", "\\*\\*bold\\*\\* \\_x\\_ \\`code\\`"],
    ["[click](https://x)", "\\[click\\]\\(https://x\\)"],
    ["![image](x)", "\\!\\[image\\]\\(x\\)"],
    ["<img src=x>", "&lt;img src=x\\>"],
    ["a & b &lt;", "a &amp; b &amp;lt;"],
    ["# heading", "\\# heading"],
    ["$x$ ~y~", "\\$x\\$ \\~y\\~"],
    ["two\nlines", "two\\\\nlines"],
    ["\x1b[31mred", "\\\\e\\[31mred"],
    ["back\\slash", "back\\\\slash"],
    ["ünï 日本", "ünï 日本"],
  ];
  for (const [text, markdown] of cases) assert.equal(markdownText(text), markdown, text);
});

Deno.test("markdownTable() keeps each cell in its column", () => {
  assert.equal(markdownTable([]), "");
  assert.equal(
    markdownTable([["Step", "Tokens"], ["a|b", "12"], ["", "-"]], ["Tokens"]),
    "| Step | Tokens |\n| --- | ---: |\n| a\\|b | 12 |\n|  | - |\n",
  );
});
