import assert from "node:assert/strict";
import { project } from "../../cli.ts";

/** A program that is called `codex`, and answers as it does. */
const CODEX = `#!/bin/sh
cat >/dev/null
echo '{"type":"thread.started"}'
echo '{"type":"item.completed","item":{"id":"i","type":"command_execution","command":"npm test"}}'
echo '{"type":"item.completed","item":{"type":"agent_message","text":"All tests pass."}}'
echo '{"type":"turn.completed","usage":{"input_tokens":3,"output_tokens":4}}'
echo chatter >&2
`;

Deno.test("wave logs shows what an agent says and does; --raw also its program's stream", async () => {
  await using made = await project({
    "wave.yaml": "adapters: { codex: { binary: ./codex } }\npersonas: { p: { adapter: codex } }\n",
    ".wave/pipelines/p.yaml": "steps: [{ id: a, persona: p, exec: { type: prompt, source: x } }]\n",
    codex: CODEX,
  });
  Deno.chmodSync(`${made.root}/codex`, 0o755);
  const run = await made.wave(["run", "p", "-v"]);
  assert.equal(run.code, 0, run.stderr);
  assert(!run.stdout.includes("thread.started"), run.stdout);
  const text = await made.wave(["logs", "-n", "2"]);
  assert.match(text.stdout, /^\[[\d:]+\] completed {2}a /);
  const all = await made.wave(["logs"]);
  assert.match(all.stdout, /tool {7}a \(p\) Bash npm test: ok\n/);
  assert.match(all.stdout, /output {5}a \(p\) All tests pass\.\n/);
  assert(!all.stdout.includes("{") && !all.stdout.includes("chatter"), all.stdout);
  const shown = all.stdout.trim().split("\n").length;
  const json = (await made.wave(["logs", "--format", "json"])).json();
  assert.equal(json["total"], shown);
  assert.equal(json["truncated"], false);
  const raw = (await made.wave(["logs", "--raw", "-n", "all"])).stdout;
  assert.match(raw, /output {5}a \(p\) \{"type":"thread\.started"\}\n/);
  assert.match(raw, /chatter/);
  const follow = await made.wave(["logs", "-f", "-n", "all"]);
  assert.equal(follow.stdout, all.stdout);
});
