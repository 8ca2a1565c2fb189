import assert from "node:assert/strict";
import {
  loadManifest,
  loadPipeline,
  pipelineNames,
} from "../../../executor/language/load_definitions.ts";
import { validateProject } from "../../../executor/language/validate_project.ts";
import { TestProject } from "./project.ts";

const PIPELINE = "steps: [{ id: a, script: 'true' }]\n";

Deno.test("pipelineNames() passes over hidden companions of files", () => {
  const hidden = ["._a.yaml", ".#a.yaml", ".a.yaml.swp", ".yaml"];
  using project = new TestProject(
    Object.fromEntries(["a.yaml", ...hidden].map((name) => [`.wave/pipelines/${name}`, PIPELINE])),
  );
  assert.deepEqual([...pipelineNames(project.root).keys()], ["a"]);
});

Deno.test("loadPipeline() says what was meant by a name", () => {
  using project = new TestProject({
    ".wave/pipelines/hello.yaml": PIPELINE,
    ".wave/pipelines/grüße.yaml": PIPELINE,
    ".wave/pipelines/a..b.yaml": PIPELINE,
  });
  const manifest = loadManifest(project.root);
  const table: Record<string, object> = {
    "hello.yaml": { code: "pipeline_not_found", hint: 'its name is "hello"' },
    ".wave/pipelines/hello.yaml": { code: "pipeline_not_found", hint: 'its name is "hello"' },
    "helo": { code: "pipeline_not_found", hint: 'did you mean "hello"?' },
    "toString": { code: "pipeline_not_found", hint: "wave list pipelines" },
    "grüße": { code: "invalid_pipeline", message: /"grüße" is no name: a name has letters/ },
    "a..b": { code: "invalid_pipeline", message: /"a\.\.b" is no name: a name has letters/ },
  };
  for (const [name, error] of Object.entries(table)) {
    assert.throws(() => loadPipeline(project.root, name, manifest), error, name);
  }
  // The same message, whoever tells it.
  const told = validateProject(project.root, "").diagnostics.map(({ message }) => message);
  assert.equal(told.filter((message) => / is no name: a name has letters/.test(message)).length, 2);
});

Deno.test("a program that is there and may not be executed is told as such", () => {
  using project = new TestProject({
    "wave.yaml": "adapters: { own: { binary: tools/agent }, gone: { binary: tools/none } }\n",
    "tools/agent": "#!/bin/sh\n",
    ".wave/pipelines/a.yaml": `requires: { tools: [./tools/agent] }\n${PIPELINE}`,
  });
  const told = validateProject(project.root, "/usr/bin").diagnostics
    .map(({ code, message }) => `${code}: ${message}`);
  assert.deepEqual(told, [
    `tool_not_found: "./tools/agent" may not be executed (chmod +x ${project.root}/./tools/agent), ` +
    "and the pipeline requires it",
    `binary_not_found: "tools/agent" may not be executed (chmod +x ${project.root}/tools/agent): ` +
    "steps of this adapter will fail",
    'binary_not_found: there is no program "tools/none": steps of this adapter will fail',
  ]);
});

Deno.test("what a broken step would have been is not missed by others", () => {
  using project = new TestProject();
  const { diagnostics } = project.resolve(`steps:
  - id: ask
    gate: { choices: [{ key: y, label: Yes, target: go }] }
  - id: use
    dependencies: [ask]
    script: echo {{ gate.ask.choice }} {{ steps.ask.artifacts.x }} {{ ask.output }}
    memory: { inject_artifacts: [{ step: ask, artifact: gate }] }
    retry: { on_failure: rework, rework_step: ask }
    workspace: { ref: ask }
`);
  assert.deepEqual(diagnostics.map(({ code, line }) => `${code} ${line}`), ["missing_key 3"]);
});

/** One of everything that a pipeline may have. */
const RICH = `metadata: { name: p, description: All of it }
input: { source: cli, example: x }
pipeline_outputs: { out: { step: one, artifact: x } }
steps:
  - id: one
    script: "true"
    output_artifacts: [{ name: x, path: x.json }]
    outcomes: [{ type: pr, extract_from: x.json, json_path: .url }]
    handover: { contract: { type: json_schema, source: x.json, schema_path: .wave/contracts/good.json } }
  - id: two
    persona: navigator
    exec: { type: prompt, source: hi }
    memory: { inject_artifacts: [{ step: one, artifact: x, as: x }] }
    workspace: { mount: [{ source: ./, target: /project, mode: readonly }] }
    retry: { on_failure: rework, rework_step: mend }
    handover: { contracts: [{ type: agent_review, persona: navigator, criteria: [good] }] }
  - { id: mend, rework_only: true, script: "true" }
  - id: three
    gate: { type: approval, message: ok, choices: [{ key: y, label: Yes, target: go }], default: y }
  - { id: wait, gate: { type: timer, timeout: 1s } }
  - id: four
    loop: { max_iterations: 2, steps: [{ id: in, script: "true" }] }
  - { id: five, branch: { on: x, cases: { x: other } } }
  - { id: six, aggregate: { from: "{{ one.output }}", into: all.json, strategy: concat } }
  - { id: seven, script: "true", strategy: { type: matrix, items_source: one/x } }
  - { id: eight, pipeline: other, iterate: { over: [1] }, config: { env: { A: b } } }
`;

Deno.test("a key that is missing is told once", async (t) => {
  using project = new TestProject();
  assert.deepEqual(project.resolve(RICH).diagnostics, []);
  const keys = [...RICH.matchAll(/(?<=[{ ])[a-z_]+: (?:\[[^[\]{}]*\]|[^{}[\],\n]+)(?:, )?/g)];
  assert.ok(keys.length > 50);
  for (const { 0: text, index } of keys) {
    await t.step(`${index} ${text}`, () => {
      const yaml = RICH.slice(0, index) + RICH.slice(index + text.length);
      const errors = project.resolve(yaml).diagnostics.filter(({ severity }) =>
        severity === "error"
      );
      const places = errors.map(({ line, column }) => `${line}:${column}`);
      assert.equal(new Set(places).size, errors.length, JSON.stringify(errors, null, 1));
    });
  }
});
