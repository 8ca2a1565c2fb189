import assert from "node:assert/strict";
import { loadManifest, loadPipeline } from "../../../../executor/language/load_definitions.ts";
import { resolveManifest } from "../../../../executor/language/resolve/resolve_manifest.ts";
import { validateProject } from "../../../../executor/language/validate_project.ts";
import { readSource } from "../../../../executor/language/source/yaml_source.ts";
import { errorsOf, TestProject } from "../project.ts";

function resolved(yaml: string, files?: Readonly<Record<string, string>>) {
  using project = new TestProject(files);
  const { pipeline, diagnostics } = project.resolve(yaml);
  assert.deepEqual(errorsOf(diagnostics), []);
  assert.ok(pipeline !== null);
  return { pipeline, diagnostics };
}

Deno.test("a step has its defaults", () => {
  const { pipeline } = resolved("steps: [{ id: a, script: 'true' }]\n");
  const { definition, position, ...step } = pipeline.steps[0] ?? assert.fail();
  assert.deepEqual(position, { line: 1, column: 15 });
  assert.equal(definition, '{"id":"a","script":"true"}');
  assert.deepEqual(step, {
    id: "a",
    action: { kind: "command", script: "true" },
    persona: null,
    adapter: null,
    model: null,
    dependencies: [],
    timeoutMs: null,
    optional: false,
    reworkOnly: false,
    maxVisits: 10,
    edges: [],
    entries: [],
    routes: false,
    injectArtifacts: [],
    workspace: { kind: "folder", mounts: [] },
    outputArtifacts: [],
    outcomes: [],
    contracts: [],
    retry: {
      maxAttempts: 1,
      backoff: "linear",
      baseDelayMs: 1000,
      maxDelayMs: 30_000,
      onFailure: { kind: "fail" },
    },
    thread: null,
    skills: [],
    maxConcurrentAgents: null,
    silenceMs: null,
    compaction: null,
    each: null,
  });
});

Deno.test("results that a step uses are dependencies of it", () => {
  const { pipeline } = resolved(`steps:
  - { id: a, script: "true", output_artifacts: [{ name: x, path: x }] }
  - { id: b, script: "true", output_artifacts: [{ name: y, path: y }] }
  - { id: c, script: "true", output_artifacts: [{ name: tasks, path: out/tasks.json }] }
  - { id: d, script: "true" }
  - id: e
    dependencies: [d]
    script: echo {{ b.output }}
    memory: { inject_artifacts: [{ step: a, artifact: x }] }
    strategy: { type: matrix, items_source: c/tasks.json, item_key: list }
`);
  const step = pipeline.steps.at(-1);
  assert.deepEqual(step?.dependencies, ["d", "a", "c", "b"]);
  assert.deepEqual(step?.each?.source, {
    kind: "artifact",
    step: "c",
    artifact: "tasks",
    key: "list",
  });
});

Deno.test("a loop waits for what its steps need, and is waited for in their place", () => {
  const { pipeline } = resolved(`steps:
  - { id: a, script: "true", output_artifacts: [{ name: x, path: x }] }
  - id: l
    loop:
      max_iterations: 3
      until: "{{ c.output }}"
      steps:
        - { id: b, script: "echo {{ iteration }} {{ a.output }}" }
        - { id: c, script: "true", dependencies: [b], output_artifacts: [{ name: y, path: y }] }
  - { id: d, script: "echo {{ c.output }}" }
`);
  const [, loop, last] = pipeline.steps;
  assert.deepEqual(loop?.dependencies, ["a"]);
  assert.deepEqual(last?.dependencies, ["l"]);
  assert.ok(loop?.action.kind === "loop");
  assert.deepEqual(loop.action.steps.map(({ dependencies }) => dependencies), [[], ["b"]]);
});

Deno.test("the older way of retries is understood", () => {
  const { pipeline } = resolved(`steps:
  - id: a
    script: "true"
    handover: { contract: { type: non_empty_file, on_failure: retry, max_retries: 4 } }
  - id: b
    script: "true"
    handover: { contract: { type: non_empty_file, on_failure: retry, must_pass: false } }
  - id: c
    script: "true"
    retry: { policy: aggressive }
    handover: { contract: { type: non_empty_file, on_failure: warn } }
  - id: d
    script: "true"
    retry: { max_attempts: 1 }
    handover: { contract: { type: non_empty_file, on_failure: retry } }
`);
  assert.deepEqual(pipeline.steps.map(({ retry }) => retry.maxAttempts), [5, 3, 5, 1]);
  assert.deepEqual(
    pipeline.steps.map(({ contracts }) => [contracts[0]?.onFailure.kind, contracts[0]?.retries]),
    [["fail", true], ["warn", true], ["warn", false], ["fail", true]],
  );
});

Deno.test("a gate has choices, and mounts and paths are tidied", () => {
  const { pipeline } = resolved(`steps:
  - { id: a, gate: { type: approval, timeout: 1h30m } }
  - id: b
    script: "true"
    workspace: { mount: [{ source: ./, target: /project }, { source: ./docs//x/, target: d }] }
`);
  const [gate, mounts] = pipeline.steps;
  assert.ok(gate?.action.kind === "gate" && mounts?.workspace.kind === "folder");
  assert.deepEqual(gate.action.choices.map(({ key }) => key), ["approve", "reject"]);
  assert.equal(gate.action.timeoutMs, 5_400_000);
  assert.deepEqual(
    mounts.workspace.mounts.map(({ source, target }) => [source, target]),
    [[".", "project"], ["docs/x", "d"]],
  );
});

Deno.test("the persona of a step follows the forge", () => {
  const personas = (forge: string) =>
    `metadata: { name: t, forge: ${forge} }
adapters: { mock: { binary: mock } }
personas: { gitlab-analyst: { adapter: mock }, github-analyst: { adapter: mock } }
`;
  const yaml = 'steps: [{ id: a, persona: "{{ forge.type }}-analyst", exec: { source: hi } }]\n';
  for (const forge of ["gitlab", "github"]) {
    const { pipeline } = resolved(yaml, { "wave.yaml": personas(forge) });
    assert.equal(pipeline.steps[0]?.persona, `${forge}-analyst`);
  }
});

Deno.test("loadPipeline() names the nearest pipeline, and the first problems", () => {
  using project = new TestProject({
    ".wave/pipelines/review.yaml": "steps: [{ id: a, script: 'true' }]\n",
    ".wave/pipelines/bad.yaml": `steps:\n${"  - { id: '-', foo: 1 }\n".repeat(8)}`,
  });
  const manifest = loadManifest(project.root);
  const load = (name: string) => loadPipeline(project.root, name, manifest);
  assert.equal(load("review").name, "review");
  assert.throws(() => load("reveiw"), {
    code: "pipeline_not_found",
    exitCode: 3,
    hint: 'did you mean "review"?',
  });
  assert.throws(() => load("../../etc/passwd"), { code: "pipeline_not_found" });
  assert.throws(() => load("bad"), {
    name: "UsageError",
    code: "invalid_pipeline",
    exitCode: 2,
    message: /bad\.yaml:2:5: error: .*\n(.*\n){4}and 18 more$/,
  });
});

Deno.test("loadManifest() does without a file, and refuses a wrong one", () => {
  using project = new TestProject({ "wave.yaml": "personas: { a: { adapter: nope } }\n" });
  assert.throws(() => loadManifest(project.root), {
    code: "invalid_manifest",
    message: /wave.yaml:1:27: error: there is no adapter "nope"/,
  });
  Deno.removeSync(`${project.root}/wave.yaml`);
  assert.deepEqual(Object.keys(loadManifest(project.root).personas), []);
  assert.equal(loadManifest(project.root).runtime.maxConcurrentWorkers, 5);
});

Deno.test("a folder among the project files is a mistake", () => {
  using project = new TestProject({
    "wave.yaml":
      "adapters: { claude: { binary: claude, project_files: [CLAUDE.md, .wave/personas] } }\n",
  });
  const { diagnostics } = validateProject(project.root, "");
  const found = diagnostics.filter(({ code }) => code === "bad_file");
  assert.deepEqual(found.map(({ line, message }) => [line, message]), [
    [1, '".wave/personas" is a folder, and project_files are files'],
  ]);
});

Deno.test("what a manifest asks for and wave does not do is a warning", () => {
  using project = new TestProject({
    "wave.yaml": `adapters: { claude: { binary: claude, mode: interactive } }
personas:
  a:
    adapter: claude
    hooks: { PreToolUse: [{ matcher: Bash, command: check }] }
runtime:
  relay: { token_threshold_percent: 50 }
  audit: { log_all_file_operations: true }
  meta_pipeline: { max_depth: 2, max_total_steps: 9, max_total_tokens: 9, timeout_minutes: 9 }
`,
  });
  const { diagnostics } = resolveManifest(readSource(project.root, "wave.yaml"));
  assert.deepEqual(diagnostics.map(({ code, line }) => `${line} ${code}`).sort(), [
    "1 not_built",
    "5 not_built",
    "7 not_built",
    "8 not_built",
    "9 not_built",
    "9 not_built",
    "9 not_built",
  ]);
});

Deno.test("what is too little, and a file of several documents, are told as what they are", () => {
  const table: [string, string][] = [
    ["steps: []", '"steps" must have at least 1'],
    [
      "steps: [{ id: a, type: command, script: x, timeout_minutes: 0 }]",
      '"timeout_minutes" must be more than 0',
    ],
    [
      "steps: [{ id: a, type: command, script: x, retry: { max_attempts: 0 } }]",
      '"max_attempts" must be at least 1',
    ],
    ["---\nsteps: []\n---\nsteps: []", "the file holds several documents, and wave reads one"],
  ];
  using project = new TestProject();
  for (const [yaml, expected] of table) {
    const messages = project.resolve(yaml).diagnostics.map(({ message }) => message);
    assert.ok(messages.includes(expected), JSON.stringify(messages));
  }
});
