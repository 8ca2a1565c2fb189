import assert from "node:assert/strict";
import { valuesAt } from "../../../executor/step/outcomes.ts";
import { project, script } from "../fixture.ts";

Deno.test("valuesAt() follows fields, places and all of a list", () => {
  const value = { a: { b: "x" }, list: [{ url: "1" }, { url: "2" }, {}], n: 7 };
  const table: [string, string[]][] = [
    [".a.b", ["x"]],
    [".list[*].url", ["1", "2"]],
    [".list[1].url", ["2"]],
    [".n", ["7"]],
    [".a", []],
    [".none[*].x", []],
    [".constructor", []],
  ];
  for (const [path, expected] of table) assert.deepEqual(valuesAt(value, path), expected, path);
});

Deno.test("a step's outcomes are told when it completes", async () => {
  using it = project();
  const outcome = {
    type: "pr",
    extractFrom: "pr.json",
    jsonPath: ".url",
    label: "Pull Request",
  } as const;
  const result = await it.run([
    script("a", `echo '{"url":"https://example.org/1"}' > pr.json`, {
      outcomes: [outcome, { ...outcome, extractFrom: "none.json" }],
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  const told = it.of("a").filter(({ state }) => state === "tool").map(({ message }) => message);
  assert.deepEqual(told, ["Pull Request: https://example.org/1"]);
});
