import assert from "node:assert/strict";
import { assertSchema } from "../../json_schema.ts";
import { type Project, project } from "../../cli.ts";

/** The limit is reached in an inner run; it resets long after the test. */
const FILES = {
  "wave.yaml": "adapters: { mock: { binary: mock } }\npersonas: { p: { adapter: mock } }\n",
  ".wave/pipelines/outer.yaml": `
steps:
  - { id: inner, pipeline: inner, input: hi }
  - { id: beside, type: command, script: echo beside }
`,
  ".wave/pipelines/inner.yaml": `
steps:
  - id: paid
    persona: p
    exec: { type: prompt, source: first }
  - id: ask
    persona: p
    dependencies: [paid]
    exec: { type: prompt, source: 'ask @@mock {"limit_seconds": 7200}@@' }
`,
};

interface Run {
  readonly pipeline: string;
  readonly status: string;
  readonly paused_until: string | null;
  readonly pause_reason: string | null;
  readonly pauses: readonly unknown[];
  readonly error_message: string | null;
}

async function runs(place: Project, ...args: string[]): Promise<readonly Run[]> {
  const json = (await place.wave(["status", ...args, "--format", "json"])).json();
  assertSchema("status", json);
  return json["pipelines"] as readonly Run[];
}

Deno.test("a run pauses for a usage limit, is told so everywhere, and knows of it after kill -9", async () => {
  await using place = await project(FILES);
  await using run = place.spawn(["run", "outer"]);
  await run.waitForLine(/paused +outer until .*: mock usage limit/);
  const paused = await runs(place);
  assert.deepEqual(paused.map(({ pipeline }) => pipeline).sort(), ["inner", "outer"]);
  for (const { status, paused_until, pause_reason, pauses } of paused) {
    assert.deepEqual([status, pause_reason, pauses.length], ["running", "mock usage limit", 1]);
    assert.ok(Date.parse(paused_until ?? "") > Date.now() + 3_600_000);
  }
  const { stdout } = await place.wave(["status"]);
  assert.match(stdout, /running \(paused until (\d{4}-\d\d-\d\d )?\d\d:\d\d: mock usage limit\)/);

  run.kill("SIGKILL");
  await run.result();
  const [killed] = await runs(place, "--pipeline", "outer");
  assert.deepEqual([killed?.status, killed?.paused_until, killed?.pauses.length], [
    "failed",
    null,
    1,
  ]);
  const fromDatabase = await runs(place, "--all");
  await place.shell("rm .wave/state.db*");
  const steady = (all: readonly Run[]) => all.map(({ status, pauses }) => ({ status, pauses }));
  assert.deepEqual(steady(await runs(place, "--all")), steady(fromDatabase));

  const outer = "outer";
  const refused = await place.wave(["resume", outer, "--no-wait"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /mock usage limit, which resets at .* \(--no-wait\)/);
  assert.doesNotMatch(refused.stdout, /running +(paid|ask)/, "nothing is asked again");

  await using resumed = place.spawn(["resume", outer]);
  await resumed.waitForLine(/paused +outer until/);
  assert.equal((await place.wave(["cancel", outer, "--wait"])).code, 0);
  assert.equal((await resumed.result()).code, 4);
});
