import assert from "node:assert/strict";
import {
  neededOf,
  needsResultOf,
  notChosen,
  withoutSteps,
} from "../../../executor/planning/choose_steps.ts";
import type { Step } from "../../../executor/language/model/pipeline.ts";
import { pipeline, step } from "../fixture.ts";

const inject = (from: string, optional = false): Partial<Step> => ({
  injectArtifacts: [{
    ...{ position: { line: 1, column: 1 }, step: from, pipeline: null, artifact: "x", as: "x" },
    ...{ schemaPath: null, optional },
  }],
});

const FLOW = pipeline([
  step("a"),
  step("b", { dependencies: ["a"] }),
  step("c", { dependencies: ["b"], ...inject("a") }),
  step("mend", { reworkOnly: true }),
  step("round", {
    action: {
      kind: "loop",
      maxIterations: 2,
      until: null,
      onLimit: "fail",
      steps: [step("inner")],
    },
  }),
]);

Deno.test("notChosen() leaves out what is excluded or not named, with the steps of loops", () => {
  const cases: [object, string[] | null][] = [
    [{}, null],
    [{ steps: ["*"] }, []],
    [{ steps: ["a", "c"] }, ["b", "round", "inner"]],
    [{ steps: ["[ab]"], exclude: ["b"] }, ["b", "c", "round", "inner"]],
    [{ exclude: ["round"] }, ["round", "inner"]],
  ];
  for (const [choice, expected] of cases) {
    const found = notChosen(FLOW, choice);
    assert.deepEqual(found === null ? null : [...found], expected, JSON.stringify(choice));
  }
  for (const name of ["inner", "mend"]) {
    assert.throws(() => notChosen(FLOW, { exclude: [name] }), { code: "bad_value" });
  }
  assert.throws(() => notChosen(FLOW, { exclude: ["x"] }), { code: "step_not_found" });
  assert.throws(() => notChosen(FLOW, { exclude: ["*"] }), { code: "nothing_chosen" });
});

Deno.test("needsResultOf() tells a result that is used from an order", () => {
  const cases: [Partial<Step>, boolean][] = [
    [{ dependencies: ["a"] }, false],
    [inject("a"), true],
    [inject("a", true), false],
    [{ workspace: { kind: "shared", step: "a" } }, true],
    [{ definition: '{"script":"echo {{ steps.a.output }}"}' }, true],
    [{ definition: '{"script":"echo a {{ input }} {{ steps.ab.output }}"}' }, false],
  ];
  for (const [parts, expected] of cases) {
    assert.equal(needsResultOf(step("z", parts), "a"), expected, JSON.stringify(parts));
  }
  // `b` comes before `c` in order alone; of `a` it has an artifact, though it does not wait for it.
  const needs = neededOf(
    pipeline([step("a"), step("b"), step("c", { dependencies: ["b", "a"], ...inject("a") })]),
    new Set(["a", "b"]),
  );
  assert.deepEqual([...needs], [["a", ["c"]]]);
});

Deno.test("withoutSteps() keeps the order through what is left out, and no way back to it", () => {
  const gate = step("gate", {
    dependencies: ["c"],
    action: {
      ...{ kind: "gate", gate: "approval", auto: false, timeoutMs: null, message: "ok?" },
      ...{ defaultChoice: null, freeform: false },
      choices: [
        { key: "go", label: "Go", target: { kind: "next" } },
        { key: "back", label: "Back", target: { kind: "step", step: "b" } },
      ],
    },
  });
  const { steps } = withoutSteps(pipeline([...FLOW.steps, gate]), new Set(["b", "round"]));
  assert.deepEqual(
    steps.map(({ id, dependencies }) => `${id} < ${dependencies.join()}`),
    ["a < ", "c < a", "mend < ", "gate < c"],
  );
  const action = steps.at(-1)?.action;
  assert(action?.kind === "gate");
  assert.deepEqual(action.choices.map(({ target }) => target.kind), ["next", "fail"]);
});

Deno.test("withoutSteps() lets edges lead to nothing that is left out", () => {
  const position = { line: 1, column: 1 };
  const test = step("test", {
    edges: [
      {
        ...{ position, target: { kind: "step", step: "fix" } },
        condition: { kind: "outcome", outcome: "failure" },
      },
      { position, target: { kind: "step", step: "ship" }, condition: null },
    ],
  });
  const ship = step("ship", { dependencies: ["test"], entries: ["test", "fix"] });
  const { steps } = withoutSteps(pipeline([test, step("fix"), ship]), new Set(["fix"]));
  assert.deepEqual(steps[0]?.edges.map(({ target }) => target), [
    { kind: "fail" },
    { kind: "step", step: "ship" },
  ]);
  assert.deepEqual(steps[1]?.entries, ["test"]);
  const [, , alone] = withoutSteps(pipeline([step("a"), step("b"), test]), new Set(["ship"])).steps;
  assert.deepEqual(alone?.edges.map(({ target }) => target.kind), ["step", "next"]);
});
