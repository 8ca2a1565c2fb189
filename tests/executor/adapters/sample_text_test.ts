import assert from "node:assert/strict";
import { sampleTextFor } from "../../../executor/adapters/sample_text.ts";

Deno.test("sampleTextFor() finds a text that the pattern accepts", () => {
  const patterns: [string, number][] = [
    ["^DOC-[0-9]{3}$", 0],
    ["^S\\d{2}$", 0],
    ["^.*spec\\.md$", 0],
    ["^(feat|fix)(\\([a-z]+\\))?: .+$", 0],
    ["^[A-Z]{2,4}[_-](?:x|y)+\\$$", 0],
    ["^https://[^/]+/[^/]+/issues/\\d+$", 0],
    ["^[a-f0-9]{40}$", 0],
    ["^\\p{Lu}\\w*$", 0],
    ["^[a-z]+$", 20],
    ["x", 50],
    ["^v(?<major>\\d+)\\.(\\d+)$", 0],
    ["^[\\]x-]{3}$", 0],
  ];
  for (const [pattern, least] of patterns) {
    const text = sampleTextFor(pattern, least);
    assert.ok(text !== null && new RegExp(pattern, "u").test(text), `${pattern}: ${text}`);
    assert.ok(text.length >= least);
  }
});

Deno.test("sampleTextFor() gives up quietly", () => {
  for (
    const pattern of [
      "(",
      "[",
      "a{2",
      "^(?=b)a$",
      "\\",
      "^(a)\\1b$",
      "^a{100000}$",
      "^(((a{999}){999}){999}){999}$",
    ]
  ) {
    assert.equal(sampleTextFor(pattern, 0), null, pattern);
  }
});
