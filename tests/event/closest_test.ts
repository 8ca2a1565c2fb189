import assert from "node:assert/strict";
import { closest, suggest } from "../../event/closest.ts";

Deno.test("closest() takes a third of the letters as slips, and at least one", () => {
  const cases: [string, string[], string | null][] = [
    ["stpes", ["steps"], "steps"],
    ["step", ["steps"], "steps"],
    ["stepss", ["steps"], "steps"],
    ["stups", ["steps"], "steps"],
    ["Steps", ["steps"], "steps"],
    ["ab", ["ba"], "ba"],
    ["ab", ["cd"], null],
    // Six letters allow two slips, five only one.
    ["abcdxy", ["abcdef"], "abcdef"],
    ["abcxy", ["abcde"], null],
    ["abcxyz", ["abcdef"], null],
    ["runs", ["rune", "runs-all", "run"], "rune"],
    ["", ["a"], null],
    ["x".repeat(64), ["x".repeat(63)], "x".repeat(63)],
    ["x".repeat(65), ["x".repeat(64)], null],
  ];
  for (const [word, known, found] of cases) assert.equal(closest(word, known), found, word);
});

Deno.test("suggest() prefers what begins with the word", () => {
  assert.equal(suggest("art", ["are", "artifacts"]), "artifacts");
  assert.equal(suggest("stauts", ["status", "stop"]), "status");
  assert.equal(suggest("", ["status"]), null);
  assert.equal(suggest("frobnicate", ["status"]), null);
});
