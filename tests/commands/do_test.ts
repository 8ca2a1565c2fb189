import assert from "node:assert/strict";
import { project } from "../cli.ts";

Deno.test("do prints what the agent answered, and keeps it", async () => {
  await using place = await project({
    "wave.yaml": `
adapters: { echo: { binary: tools/agent } }
personas: { echo: { adapter: echo } }
`,
    "tools/agent": "#!/bin/sh\nprintf 'You asked: '; cat; printf '\\033[31mred'\n",
  });
  await Deno.chmod(`${place.root}/tools/agent`, 0o755);
  const root = await Deno.realPath(place.root);
  const { code, stdout, stderr } = await place.wave(["do", "what is {{ this }}?"]);
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `You asked: what is {{ this }}?\n\nThe project is in the folder ${root}.\n\\e[31mred\n`,
  );
  assert.match(
    stderr,
    /^\[..:..:..\] started +do run=do-\S+ input=[^]*completed +do [\d.]+s tokens and cost unknown\ndo-\S+ completed in [\dm ]*\ds, tokens and cost unknown\nartifact: \S+answer.md\nnext: wave artifacts do-\S+\n$/,
  );
  const piped = await place.wave(["do", "-"], { stdin: "from a pipe" });
  assert.match(piped.stdout, /^You asked: from a pipe\n/);
  const { artifacts } = (await place.wave(["artifacts", "--verify", "--format", "json"])).json();
  assert.deepEqual(
    (artifacts as { name: string; state: string }[]).map(({ name, state }) => `${name} ${state}`),
    ["answer ok"],
  );
  assert.match((await place.wave(["do", "x", "-q"])).stdout, /^do-\S+\n$/);
  const last = (await place.wave(["do", "x", "--format", "json"])).jsonLines().at(-1);
  assert.equal(last?.["state"], "completed");
});

const MOCK = `
adapters: { mock: { binary: mock } }
personas: { first: { adapter: mock, system_prompt_file: p.md }, second: { adapter: mock, system_prompt_file: p.md } }
`;

Deno.test("resume goes on with a task: the same one, for the same persona", async () => {
  await using place = await project({ "wave.yaml": MOCK, "p.md": "Work.\n" });
  const failing = `explain @@mock {"fail_attempts": 1, "say": "It is so."}@@`;
  const failed = await place.wave(["do", failing, "--persona", "second"]);
  assert.equal(failed.code, 1);
  const [, id = ""] = /hint: .* wave resume (\S+)/.exec(failed.stderr) ?? [];
  const { plan } = (await place.wave(["resume", id, "--plan", "--format", "json"])).json();
  assert.deepEqual((plan as { persona: string }[]).map(({ persona }) => persona), ["second"]);
  // A pipeline of that name is another thing.
  const file = "steps: [{ id: do, persona: first, exec: { type: prompt, source: other } }]\n";
  await place.write(".wave/pipelines/do.yaml", file);
  const { code, stdout, stderr } = await place.wave(["resume", id]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /running +do \(second\) attempt 2/);
  assert.equal(stdout, "It is so.\n");
  assert.equal((await place.wave(["status", "@latest", "-q"])).stdout, `${id}\n`);
  const again = await place.wave(["resume", id]);
  assert.deepEqual([again.code, again.stdout], [0, ""]);
  const other = await place.wave(["resume", id, "--from-step", "do", "--input", "x"]);
  assert.match(other.stderr, /hint: wave do "…" starts a new run/);
  const pipeline = (await place.wave(["run", "do", "-q"])).stdout.trim();
  const rerun = await place.wave(["resume", pipeline, "--from-step", "do"]);
  assert.match(rerun.stdout, /running +do \(first\) attempt 2/);
});

Deno.test("resume says when the persona of a task is gone", async () => {
  await using place = await project({ "wave.yaml": MOCK, "p.md": "Work.\n" });
  await place.wave(["do", 'x @@mock {"fail": "no"}@@', "--persona", "second"]);
  await place.write("wave.yaml", MOCK.replace("second:", "third:"));
  const { code, stderr } = await place.wave(["resume", "@latest"]);
  assert.deepEqual([code, stderr], [
    3,
    'error: Cannot find persona "second"\nhint: there are first, third\n',
  ]);
});
