import assert from "node:assert/strict";
import { isRunOptions, optionWords, resumedOptions } from "../../event/run_options.ts";

Deno.test("optionWords() says options as one types them", () => {
  const options = {
    model: "opus",
    steps: ["a", "b*"],
    auto_approve: true,
    answers: { ship: "yes", review: "no" },
    max_workers: 2,
    timeout_ms: 90_500,
  } as const;
  assert.deepEqual(optionWords(options), [
    "--model opus",
    "--steps 'a,b*'",
    "--auto-approve",
    "--answer ship=yes",
    "--answer review=no",
    "--max-workers 2",
    "--timeout 91s",
  ]);
  assert.deepEqual(optionWords({}), []);
});

Deno.test("resumedOptions() keeps what is not given anew, but no time limit, and one choice of steps", () => {
  const before = { model: "opus", exclude: ["lint"], timeout_ms: 1000, from_step: "b" };
  assert.deepEqual(resumedOptions(before, {}), { model: "opus", exclude: ["lint"] });
  assert.deepEqual(resumedOptions(before, { model: "haiku", steps: ["a"] }), {
    model: "haiku",
    steps: ["a"],
  });
});

Deno.test("isRunOptions() takes options of a later version, and nothing damaged", () => {
  for (const value of [{}, { model: "m" }, { steps: [] }, { later: 1 }, { later: ["x"] }]) {
    assert.equal(isRunOptions(value), true, JSON.stringify(value));
  }
  for (
    const value of [null, [], "", { model: 1 }, { steps: "a" }, { answers: { a: 1 } }, {
      later: null,
    }]
  ) {
    assert.equal(isRunOptions(value), false, JSON.stringify(value));
  }
});
