import assert from "node:assert/strict";
import { project } from "../../cli.ts";

const PIPELINE = `steps:
  - { id: a, persona: reviewer, exec: { type: prompt, source: look } }
  - { id: b, persona: reviewer, dependencies: [a], exec: { type: prompt, source: look again } }
`;

/** A program that is called `codex`, and answers as it does. */
const CODEX = `#!/bin/sh
cat >/dev/null
echo '{"type":"item.completed","item":{"type":"agent_message","text":"fine"}}'
echo '{"type":"turn.completed","usage":{"input_tokens":3,"output_tokens":4}}'
`;

const manifest = (runtime: string) =>
  `adapters: { codex: { binary: ./codex } }
personas:
  reviewer: { adapter: codex, permissions: { deny: ["Bash(git push*)", Write] } }
runtime: { ${runtime} }
`;

async function made(runtime = "") {
  const one = await project({
    "wave.yaml": manifest(runtime),
    ".wave/pipelines/p.yaml": PIPELINE,
    codex: CODEX,
  });
  Deno.chmodSync(`${one.root}/codex`, 0o755);
  return one;
}

Deno.test("a rule that an agent cannot enforce is a warning of validate, list and the run, once", async () => {
  await using one = await made();
  const validated = await one.wave(["validate"]);
  assert.equal(validated.code, 0);
  assert.match(validated.stdout, /warning: codex cannot enforce deny Bash\(git push\*\)/);
  assert.match((await one.wave(["list", "personas"])).stdout, /not: deny Bash\(git push\*\)/);
  const { code, stdout } = await one.wave(["run", "p", "--format", "json"]);
  assert.equal(code, 0);
  const warnings = stdout.trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ state }) => state === "warning");
  assert.deepEqual(warnings.map(({ message }) => message), [
    "not enforced: reviewer: codex cannot enforce deny Bash(git push*)",
  ]);
});

Deno.test("runtime.strict_permissions refuses what is not enforced, before anything starts", async () => {
  await using one = await made("strict_permissions: true");
  assert.equal((await one.wave(["validate"])).code, 2);
  const { code, stderr } = await one.wave(["run", "p"]);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /strict_permissions: reviewer: codex cannot enforce deny Bash\(git push\*\)/,
  );
  assert.equal((await one.wave(["run", "p", "--mock"])).code, 0);
});
