import assert from "node:assert/strict";
import { MISTAKES } from "./mistakes.ts";
import { errorsOf, TestProject } from "./project.ts";

Deno.test("a pipeline file with a mistake is told with line and column", async (t) => {
  using project = new TestProject();
  assert.ok(Object.keys(MISTAKES).length >= 40);
  for (const [name, mistake] of Object.entries(MISTAKES)) {
    await t.step(name, () => {
      const before = mistake.yaml.slice(0, mistake.yaml.indexOf("§"));
      const { diagnostics, pipeline } = project.resolve(mistake.yaml.replace("§", ""));
      const found = diagnostics.find(({ code }) => code === mistake.code);
      assert.ok(found !== undefined, JSON.stringify(diagnostics, null, 1));
      const { severity, file, line, column } = found;
      assert.deepEqual({ severity, file, line, column }, {
        severity: mistake.severity ?? "error",
        file: ".wave/pipelines/p.yaml",
        line: before.split("\n").length,
        column: before.length - before.lastIndexOf("\n"),
      }, JSON.stringify(found));
      if (mistake.suggests !== undefined) {
        assert.ok(found.suggestion?.includes(mistake.suggests), String(found.suggestion));
      }
      assert.equal(pipeline === null, mistake.severity === undefined);
      // One mistake is told once.
      if (mistake.code !== "yaml_syntax") {
        assert.ok(errorsOf(diagnostics).length <= 1, JSON.stringify(diagnostics));
      }
    });
  }
});

Deno.test("a mistake in a prompt file is told with the place in that file", () => {
  using project = new TestProject();
  const { diagnostics } = project.resolve(
    "steps:\n  - { id: a, persona: navigator, exec: { source_path: .wave/prompts/wrong.md } }\n",
  );
  assert.deepEqual(
    diagnostics.map(({ file, line, column, code }) => ({ file, line, column, code })),
    [{ file: ".wave/prompts/wrong.md", line: 2, column: 8, code: "unknown_variable" }],
  );
});

Deno.test("of a step whose work is wrong the rest is checked, and those that use it are not blamed", () => {
  using project = new TestProject();
  const { diagnostics, pipeline } = project.resolve(`steps:
  - id: a
    type: command
    dependencies: [nope]
    scrpt: "true"
    handover: { contract: { type: non_empty, source: x } }
  - id: g
    type: gate
  - id: b
    dependencies: [g]
    script: "echo {{ gate.g.choice }} {{ steps.a.artifacts.unknown }}"
    memory: { inject_artifacts: [{ step: a, artifact: unknown }] }
pipeline_outputs: { out: { step: a, artifact: unknown } }
`);
  assert.equal(pipeline, null);
  assert.deepEqual(
    errorsOf(diagnostics).map(({ line, code }) => `${line} ${code}`).sort(),
    ["4 unknown_step", "5 unknown_key", "6 unknown_contract", "7 no_action"],
  );
});

Deno.test("all mistakes of a file are told at once", () => {
  using project = new TestProject();
  const { diagnostics } = project.resolve(`steps:
  - id: a
    type: comand
    script: "echo {{ inptu }}"
    retry: { max_attempts: 0, policy: eager }
  - id: b
    dependencies: [c]
    pipeline: nope
`);
  assert.deepEqual(
    errorsOf(diagnostics).map(({ line, code }) => `${line} ${code}`).sort(),
    [
      "3 wrong_value",
      "4 unknown_variable",
      "5 wrong_value",
      "5 wrong_value",
      "7 unknown_step",
      "8 unknown_pipeline",
    ],
  );
});
