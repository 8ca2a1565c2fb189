import assert from "node:assert/strict";
import type { Pipeline, Step } from "../../../executor/language/model/pipeline.ts";
import { requireVariables } from "../../../executor/planning/missing_variables.ts";
import { pipeline, script, step } from "../fixture.ts";

const names = (...envNames: string[]): Partial<Step> => ({ envNames });
const prompt: Partial<Step> = {
  action: { kind: "prompt", source: "hi", sourcePath: null },
  persona: "writer",
};
const inner: Partial<Step> = {
  action: {
    ...{ kind: "pipeline", pipeline: "inner", input: null, inject: null, extract: null },
    ...{ timeoutMs: null, env: {} },
  },
};
const loop = (...steps: Step[]): Partial<Step> => ({
  action: { kind: "loop", maxIterations: 1, until: null, onLimit: "fail", steps },
});

function refusal(
  steps: readonly Step[],
  { mock = false, inner = null }: { readonly mock?: boolean; readonly inner?: Pipeline | null } =
    {},
): string {
  const environment = { SET: "x", EMPTY: "" };
  try {
    requireVariables("p", { steps, environment, mock, load: () => inner });
    return "";
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message.replace("Cannot run p: these variables are not set: ", "");
  }
}

Deno.test("requireVariables() tells all variables that are not set, with the steps that name them", () => {
  const within = pipeline([script("x", "true", names("B")), step("again", inner)]);
  const table: readonly (readonly [string, string])[] = [
    [refusal([script("a", "true")]), ""],
    [refusal([script("a", "true", names("SET", "EMPTY"))]), ""],
    [
      refusal([script("a", "true", names("A", "B")), script("b", "true", names("A"))]),
      "A (a, b), B (a)",
    ],
    [
      refusal(["a", "b", "c", "d"].map((id) => script(id, "true", names("A")))),
      "A (a, b, c and 1 more)",
    ],
    [refusal([step("l", loop(script("a", "true", names("A"))))]), "A (a)"],
    [refusal([step("i", inner)], { inner: within }), "B (inner/x)"],
    [refusal([step("a", { ...prompt, ...names("A") })]), "A (a)"],
    [refusal([step("a", { ...prompt, ...names("A") })], { mock: true }), ""],
    [refusal([step("a", { ...prompt, ...names("A"), when: "true" })], { mock: true }), "A (a)"],
    [refusal([script("a", "true", names("A"))], { mock: true }), "A (a)"],
    [refusal([script("a", "true", names("toString"))]), "toString (a)"],
  ];
  for (const [told, expected] of table) assert.equal(told, expected);
});
