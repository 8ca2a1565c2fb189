import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";

const AGENT = `#!/bin/sh
echo '{"type":"result","subtype":"success","is_error":false,"result":"fine"}'
`;

const MANIFEST = (model: string) => `
metadata: { name: test }
adapters: { claude: { binary: ./agent } }
personas: { dev: { adapter: claude, model: ${model} } }
`;

const FILES = {
  agent: AGENT,
  "wave.yaml": MANIFEST("small"),
  ".wave/pipelines/made.yaml": `
steps:
  - { id: ask, persona: dev, exec: { type: prompt, source: hello } }
  - id: build
    type: command
    dependencies: [ask]
    script: 'echo "no such name" >&2; test -e "$WAVE_PROJECT/good"'
  - { id: ship, type: command, dependencies: [build], script: echo shipped }
`,
  ".wave/pipelines/outer.yaml": `
steps:
  - { id: call, type: pipeline, pipeline: made }
`,
};

Deno.test("why follows a failure to its cause, and compares with the run that completed", async () => {
  await using place = await project({ ...FILES, good: "" });
  await Deno.chmod(`${place.root}/agent`, 0o755);
  const good = await place.wave(["run", "made", "-q"]);
  assert.equal(good.code, 0, good.stderr);
  await Deno.remove(`${place.root}/good`);
  await place.write("wave.yaml", MANIFEST("large"));
  const failed = await place.wave(["run", "outer", "-q"]);
  const outer = failed.stdout.trim();
  const text = (await place.wave(["why"])).stdout;
  const inner = /inner run (made-\S+) failed/.exec(text)?.[1] ?? "";
  assert.ok(
    text.startsWith(`${outer}: step build of the inner run ${inner} failed: exit code 1`),
    text,
  );
  assert.match(text, /^ {2}\[..:..:..\] build stderr: no such name$/m);
  assert.match(text, /^only because of it:\n {2}call failed: pipeline made failed: /m);
  assert.ok(text.endsWith(`\nnext: wave resume ${outer}\n`), text);

  const own = await place.wave(["why", inner]);
  assert.match(own.stdout, /^only because of it:\n {2}ship skipped: /m);
  assert.match(own.stdout, /^compared with made-\S+, which completed:$/m);
  assert.match(own.stdout, /^ {2}changed since: the definition of ask$/m);
  assert.match(own.stdout, /^ {2}another model at ask: large instead of small$/m);
  assert.ok(own.stdout.endsWith(`\nnext: wave resume ${outer}\n`), own.stdout);

  const json = (await place.wave(["why", inner, "--format", "json"])).json();
  assertSchema("why", json);
  assert.deepEqual(Object(json["cause"]).kind, "script");
  assert.deepEqual(Object(json["cause"]).step_id, "build");

  // Without the database the answer is the same.
  await Deno.remove(`${place.root}/.wave/state.db`);
  assert.equal((await place.wave(["why"])).stdout, text);
});
