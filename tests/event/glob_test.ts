import assert from "node:assert/strict";
import { globMatches } from "../../event/glob.ts";

Deno.test("globMatches() matches whole texts", async (t) => {
  const cases: [glob: string, text: string, matches: boolean][] = [
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "anything", true],
    ["debug", "debug", true],
    ["debug", "debugger", false],
    ["de*g", "debug", true],
    ["de*g", "debugs", false],
    ["*a*b*", "xxaxxbxx", true],
    ["a*a*b", "aab", true],
    ["?ebug", "debug", true],
    ["?", "", false],
    ["[dx]ebug", "debug", true],
    ["[!dx]ebug", "debug", false],
    ["[^a-c]ebug", "debug", true],
    ["[a-c]*", "build", true],
    ["[a-c]", "a", true],
    ["[a-c]", "c", true],
    ["[b-c]", "a", false],
    ["[a-c]", "d", false],
    ["[]x]y", "]y", true],
    ["[!]]", "a", true],
    ["[!]]", "]", false],
    ["[a-]", "-", true],
    ["[open", "[open", true],
    ["a.c", "abc", false],
    ["(a|b)+", "(a|b)+", true],
  ];
  for (const [glob, text, matches] of cases) {
    await t.step(`${glob} ${text}`, () => assert.equal(globMatches(glob, text), matches));
  }
});

Deno.test("globMatches() ends soon, whatever the pattern", () => {
  assert.equal(globMatches(`${"*a".repeat(200)}b`, "a".repeat(2000)), false);
});
