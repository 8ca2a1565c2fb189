import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";

const PIPELINE = `steps:
  - { id: a, persona: p, exec: { type: prompt, source: '@@mock {"say":"first\\nof two"}@@' } }
  - { id: b, persona: p, dependencies: [a], exec: { type: prompt, source: '@@mock {"say":"second"}@@' } }
  - { id: c, dependencies: [b], script: echo printed }
`;

Deno.test("wave answer prints the answer of an agent as it was, and nothing else", async () => {
  await using made = await project({
    "wave.yaml": "personas: { p: { adapter: mock } }\n",
    ".wave/pipelines/p.yaml": PIPELINE,
  });
  assert.equal((await made.wave(["run", "p", "-q"])).code, 0);
  assert.equal((await made.wave(["answer"])).stdout, "second");
  assert.equal((await made.wave(["answer", "@latest", "--step", "a"])).stdout, "first\nof two");
  const json = (await made.wave(["answer", "--format", "json"])).json();
  assertSchema("answer", json);
  const answers = JSON.parse(JSON.stringify(json["answers"]));
  assert.deepEqual({ ...answers[0], run_id: "" }, {
    ...{ run_id: "", step_id: "b", attempt: 1, text: "second" },
  });
});

Deno.test("wave answer names the list where the items of a step answered", async () => {
  await using made = await project({
    "wave.yaml": "personas: { p: { adapter: mock } }\n",
    ".wave/pipelines/p.yaml":
      "steps: [{ id: a, persona: p, iterate: { over: [x, y] }, exec: { type: prompt, source: Hi } }]\n",
  });
  assert.equal((await made.wave(["run", "p", "-q"])).code, 0);
  const { code, stderr } = await made.wave(["answer"]);
  assert.equal(code, 3);
  assert.match(stderr, /hint: what the items of a delivered is listed in \S+collected-output.json/);
});

Deno.test("wave answer ends with 3 where there is none", async () => {
  await using made = await project({
    ".wave/pipelines/p.yaml": "steps: [{ id: a, script: 'exit 1' }]\n",
  });
  assert.equal((await made.wave(["answer"])).code, 3);
  await made.wave(["run", "p"]);
  const { code, stdout, stderr } = await made.wave(["answer"]);
  assert.equal(code, 3);
  assert.equal(stdout, "");
  assert.match(stderr, /There is no answer of any agent/);
});
