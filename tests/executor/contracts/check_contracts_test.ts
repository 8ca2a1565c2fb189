import assert from "node:assert/strict";
import { join } from "@std/path";
import { judgementIn, reasonIn } from "../../../executor/contracts/review_verdict.ts";
import { violations } from "../../../executor/files/json_schema.ts";
import type { Contract, ContractFailure } from "../../../executor/language/model/contract.ts";
import type { Manifest } from "../../../executor/language/model/manifest.ts";
import type { Step } from "../../../executor/language/model/pipeline.ts";
import {
  artifact,
  manifest,
  PERMISSIONS,
  POSITION_OF_TESTS as position,
  type Project,
  project,
  script,
  step,
} from "../fixture.ts";

const base = (kind: Exclude<ContractFailure["kind"], "rework">, retries = false) => ({
  position,
  onFailure: { kind },
  retries,
});

const SCHEMA = JSON.stringify({
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" }, level: { enum: ["low", "high"] } },
  additionalProperties: false,
});

const json = (source: string, schema = SCHEMA) =>
  ({ type: "json_schema", source, schemaPath: null, schema }) as const;

/** A manifest whose one adapter is a shell script: it logs its prompts and then does what `body` says. */
function withAgent(it: Project, body: string): Manifest {
  const binary = join(it.root, "agent.sh");
  Deno.writeTextFileSync(
    binary,
    `#!/bin/sh\nprompt=$(cat)\nprintf '%s\\n=====\\n' "$prompt" >> "$WAVE_PROJECT/prompts"\n${body}\n`,
    { mode: 0o755 },
  );
  const adapter = {
    name: "fake",
    position,
    binary,
    args: [],
    mode: "headless",
    outputFormat: "text",
    defaultModel: null,
    tierModels: {},
    defaultPermissions: PERMISSIONS,
    projectFiles: [],
    env: ["ALSO_ALLOWED"],
  };
  const persona = (name: string) => ({
    name,
    position,
    description: "",
    adapter: "fake",
    systemPromptFile: null,
    temperature: null,
    model: null,
    permissions: PERMISSIONS,
    silenceMs: null,
    hooks: {},
  });
  return manifest({
    adapters: { fake: adapter },
    personas: { worker: persona("worker"), reviewer: persona("reviewer") },
  });
}

function prompt(id: string, source: string, parts: Partial<Step> = {}): Step {
  return step(id, {
    persona: "worker",
    action: { kind: "prompt", source, sourcePath: null },
    ...parts,
  });
}

const twice = { ...step("x").retry, maxAttempts: 2 };

Deno.test("violations() names each violation with its path", async () => {
  const table: [string, string | null][] = [
    ['{"name": "a", "level": "low"}', null],
    [
      '{"level": 1}',
      `the whole must have required property 'name'; /level must be equal to one of the allowed values ("low", "high")`,
    ],
    ['{"name": "a", "x": 1}', 'the whole must NOT have additional properties ("x")'],
  ];
  for (const [text, expected] of table) assert.equal(await violations(text, SCHEMA), expected);
  assert.match(await violations("no", SCHEMA) ?? "", /^it is no JSON: /);
  const newer =
    '{"$schema":"https://json-schema.org/draft/2020-12/schema","prefixItems":[{"type":"string"}]}';
  assert.equal(await violations("[1]", newer), "/0 must be string");
  await assert.rejects(violations("1", '{"type": "nothing"}'), /JSON Schema cannot be used/);
});

Deno.test("a failed contract's reason is told to the next attempt", async () => {
  using it = project();
  const body = `case "$prompt" in
    *"last attempt failed"*) echo '{"name":"ok"}' > out.json;;
    *) echo '{"level":"high"}' > out.json;; esac`;
  const result = await it.run([
    prompt("a", "Write {{ input }}", {
      retry: twice,
      outputArtifacts: [artifact("out.json")],
      contracts: [{ ...base("fail", true), ...json("out.json") }],
    }),
  ], { manifest: withAgent(it, body), input: "it" });
  assert.equal(result.status, "completed", result.message);
  const [first, second] = it.read("prompts").split("=====\n");
  assert.match(first ?? "", /^Write it\n\n## Files you must write\n\n- out.json\n/);
  assert.match(
    second ?? "",
    /## The last attempt failed\n\ncontract json_schema failed: out.json: the whole must have required property 'name'/,
  );
  assert.deepEqual(
    it.of("a").map(({ state }) => state).filter((state) => state !== "output" && state !== "tool"),
    [
      "running",
      "validating",
      "contract_failed",
      "retrying",
      "running",
      "validating",
      "contract_passed",
      "artifact",
      "completed",
    ],
  );
});

Deno.test("a contract that still fails at the last attempt fails the run", async () => {
  using it = project();
  const result = await it.run([
    script("a", "echo '{}' > out.json", {
      retry: twice,
      contracts: [{ ...base("fail", true), ...json("out.json") }],
    }),
    script("b", "true", { dependencies: ["a"] }),
  ]);
  assert.equal(
    result.message,
    "step a failed: contract json_schema failed: out.json: the whole must have required property 'name' (in each of 2 attempts)",
  );
  assert.deepEqual(it.transitions(), [
    "a running",
    "a retrying",
    "a running",
    "a failed",
    "b skipped",
  ]);
});

Deno.test("a failed contract leads to what it says", async () => {
  const second: Contract = { ...base("fail"), type: "non_empty_file", source: "never" };
  const table: [Exclude<ContractFailure["kind"], "rework">, Contract[], string][] = [
    ["warn", [], "completed"],
    ["continue", [], "completed"],
    ["continue", [second], "failed"],
    ["skip", [second], "completed"],
    ["fail", [], "failed"],
    ["rejected", [], "failed"],
  ];
  for (const [kind, more, status] of table) {
    using it = project();
    const contracts = [{ ...base(kind), ...json("out.json") }, ...more];
    const result = await it.run([script("a", "echo '{}' > out.json", { contracts })]);
    assert.equal(result.status, status, `${kind} ${more.length}`);
    const failed = it.of("a").find(({ state }) => state === "contract_failed");
    // An error whether or not the run bears it: `logs --errors` shows every violation.
    assert.equal(failed?.level, undefined);
    if (kind === "rejected") assert.match(result.message, /^step a failed: rejected: contract/);
  }
});

Deno.test("a rework step takes over for a failed one", async () => {
  using it = project();
  const contract = { ...json("out.json"), position, retries: false };
  const result = await it.run([
    prompt("a", "first", {
      outputArtifacts: [artifact("out.json", "out")],
      contracts: [{ ...contract, onFailure: { kind: "rework", step: "fix" } }],
    }),
    prompt("fix", "mend", { reworkOnly: true, outputArtifacts: [artifact("out.json", "out")] }),
    script("b", "cat artifacts/out > seen", {
      dependencies: ["a"],
      injectArtifacts: [{
        ...{ position, step: "a", pipeline: null, artifact: "out", as: "out" },
        ...{ schemaPath: null, optional: false },
      }],
      outputArtifacts: [artifact("seen")],
    }),
    prompt("unused", "never", { reworkOnly: true }),
  ], {
    manifest: withAgent(
      it,
      `case "$prompt" in mend*) echo mended;; *) echo '[]';; esac > out.json`,
    ),
  });
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read(".wave/workspaces/test-run/b/seen"), "mended\n");
  assert.match(
    it.read("prompts"),
    /mend[^]*## The last attempt failed\n\ncontract json_schema failed/,
  );
  assert.equal(it.of("unused").at(-1)?.message, "not needed");
});

Deno.test("a test suite's exit code decides, and its last lines are the reason", async () => {
  const suite = { type: "test_suite", args: [], directory: "workspace", timeoutMs: null } as const;
  using it = project();
  const command = `[ -e made ] && echo "2 tests failed" && exit 1`;
  const result = await it.run([
    script("a", "touch made", { contracts: [{ ...base("fail"), ...suite, command }] }),
  ]);
  assert.match(result.message, /contract test_suite failed: .*: exit code 1\n2 tests failed$/);
  using other = project();
  const passed = await other.run([
    script("a", "true", {
      contracts: [
        { ...base("fail"), ...suite, command: "test", args: ["-d", ".wave"], directory: "project" },
      ],
    }),
  ]);
  assert.equal(passed.status, "completed", passed.message);
});

Deno.test("a reviewer's verdict decides", async () => {
  for (const [verdict, status] of [["pass", "completed"], ["fail", "failed"]] as const) {
    using it = project();
    const body = `case "$prompt" in
      *Review*) printf 'Well.\\n{"verdict":"${verdict}","reasons":["too short"]}\\n';;
      *) echo text > out.md;; esac`;
    const result = await it.run([
      prompt("a", "Write", {
        outputArtifacts: [artifact("out.md")],
        contracts: [{
          ...base("fail"),
          type: "agent_review",
          threshold: null,
          persona: "reviewer",
          model: null,
          source: null,
          criteria: ["It is long."],
          criteriaPath: null,
          context: [],
          timeoutMs: null,
        }],
      }),
    ], { manifest: withAgent(it, body) });
    assert.equal(result.status, status, result.message);
    assert.match(it.read("prompts"), /- It is long\.[^]*## out\.md\n\n~~~\ntext\n~~~/);
    if (status === "failed") assert.match(result.message, /reviewer disapproves: too short/);
  }
});

Deno.test("reasonIn() finds a verdict among prose", () => {
  const table: [string, boolean, string | null][] = [
    ['```json\n{"pass": true}\n```', false, null],
    ['{"verdict":"APPROVED"}', false, null],
    ['{"verdict":"fail","reasons":["a","b"]}', false, "r disapproves: a; b"],
    ['{"verdict":"pass","reasons":[]}\n\nI ran `func main() {}` too.', false, null],
    ['The draft says {x}: {"verdict":"fail","reasons":["{"]} {', false, "r disapproves: {"],
    ['{"verdict":"fail","issues":[{"line":3}]}', false, 'r disapproves: {"line":3}'],
    ["Looks good", false, "r gave no verdict: Looks good"],
    ["mock answer", true, null],
  ];
  for (const [answer, mock, expected] of table) assert.equal(reasonIn(answer, "r", mock), expected);
});

Deno.test("an agent gets a filtered environment, a script all of it", async () => {
  using it = project();
  const body = 'env | cut -d= -f1 | sort > "$WAVE_PROJECT/agent-env"; echo done';
  const result = await it.run([
    prompt("a", "x"),
    script("b", 'env > "$WAVE_PROJECT/script-env"'),
  ], {
    manifest: withAgent(it, body),
    environment: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: "/h",
      SECRET_KEY: "s",
      ALSO_ALLOWED: "x",
    },
  });
  assert.equal(result.status, "completed", result.message);
  const names = it.read("agent-env").trim().split("\n").filter((name) =>
    !/^(_|PWD|SHLVL|OLDPWD)$/.test(name)
  );
  assert.deepEqual(names, [
    "ALSO_ALLOWED",
    "HOME",
    "PATH",
    "TMPDIR",
    "WAVE_NONCE",
    "WAVE_PROJECT",
    "WAVE_RUN_ID",
    "WAVE_STEP_ID",
    "WAVE_WORKSPACE",
  ]);
  assert.match(it.read("script-env"), /^SECRET_KEY=s$/m);
  assert.match(it.read("script-env"), /^TMPDIR=.*\/\.wave\/workspaces\/test-run\/\.tmp$/m);
});

Deno.test("the mock writes what schemas ask for, for every persona", async () => {
  using it = project();
  const result = await it.run([
    prompt("a", "anything", {
      outputArtifacts: [artifact("out.json"), artifact("notes.md")],
      contracts: [{ ...base("fail"), ...json("out.json") }],
    }),
  ], { manifest: withAgent(it, "exit 9"), mock: true });
  assert.equal(result.status, "completed", result.message);
  assert.ok(result.tokens.total > 0);
  assert.deepEqual(it.of("a").at(-1)?.data, {
    ...{ tokens: result.tokens, exit_code: 0, cost_from: ["mock"] },
  });
});

Deno.test("judgementIn() counts the criteria that are met, and wants all of them judged", () => {
  const judge = { persona: "judge", criteria: ["short", "true"], threshold: 1 };
  const answer = (...results: unknown[]) =>
    `So:\n\`\`\`json\n${JSON.stringify({ results })}\n\`\`\``;
  const good = { pass: true, reason: "yes" };
  const bad = { pass: false, reason: "too long" };
  const table: [string, string, number, boolean, string | null][] = [
    ["all", answer(good, good), 1, false, null],
    ["half, where half is enough", answer(bad, good), 0.5, false, null],
    [
      ...["one too few", answer(bad, good), 0.6, false] as const,
      "judge finds 1 of 2 criteria met, where 60% must be: short (too long)",
    ],
    ["one was passed over", answer(good), 0.5, false, "judge judged 1 of 2 criteria"],
    ["no answer", "fine", 1, false, "judge gave no judgement: fine"],
    ["the mock", "fine", 1, true, null],
    [
      "a verdict of another kind",
      '{"verdict": "pass"}',
      1,
      false,
      'judge gave no judgement: {"verdict": "pass"}',
    ],
  ];
  for (const [name, text, threshold, mock, expected] of table) {
    assert.equal(judgementIn(text, { ...judge, threshold }, mock), expected, name);
  }
});
