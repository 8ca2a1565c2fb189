/** A resumed run goes on with the runs within it: what their steps cost is not paid twice. */
import assert from "node:assert/strict";
import { type Project, project } from "../../cli.ts";

const INNER = `
steps:
  - { id: costly, type: command, script: 'echo "costly {{ input }}" >> "$WAVE_PROJECT/log"' }
  - id: flaky
    type: command
    dependencies: [costly]
    script: 'test -e "$WAVE_PROJECT/ok-{{ input }}"'
`;

async function made(step: string, more: Record<string, string> = {}): Promise<Project> {
  return await project({
    ".wave/pipelines/inner.yaml": INNER,
    ".wave/pipelines/outer.yaml": `
steps:
  - { id: first, type: command, script: echo 1 > f, output_artifacts: [{ name: f, path: f }] }
  - { id: sub, dependencies: [first], ${step} }
  - id: tell
    optional: true
    type: command
    script: 'while [ ! -e "$WAVE_PROJECT/up" ]; do sleep 0.02; done; echo up'
`,
    up: "",
    ...more,
  });
}

const log = async (place: Project) =>
  (await Deno.readTextFile(`${place.root}/log`)).trimEnd().split("\n").sort();
const runs = async (place: Project, pipeline: string) =>
  (await place.wave(["list", "runs", "--pipeline", pipeline, "-q"])).stdout.trim().split("\n");
const SUB = "pipeline: inner, input: a";

Deno.test("resume goes on with the inner run of a step that failed", async () => {
  await using place = await made(SUB);
  assert.equal((await place.wave(["run", "outer"])).code, 1);
  const before = await runs(place, "inner");
  assert.equal((await place.wave(["resume", "@latest"])).code, 1);
  await place.write("ok-a", "");
  const resumed = await place.wave(["resume", "@latest"]);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(await log(place), ["costly a"]);
  assert.deepEqual(await runs(place, "inner"), before);
});

Deno.test("resume goes on with an inner run whose process was killed", async () => {
  await using place = await made(SUB, {
    ".wave/pipelines/inner.yaml": INNER.replace(
      `'test -e "$WAVE_PROJECT/ok-{{ input }}"'`,
      // Within the outer run somebody tells of it.
      `'touch "$WAVE_PROJECT/up"; while [ ! -e "$WAVE_PROJECT/ok-{{ input }}" ]; do sleep 0.02; done'`,
    ),
  });
  await Deno.remove(`${place.root}/up`);
  await using run = place.spawn(["run", "outer", "-v"]);
  await run.waitForLine(/ up$/);
  run.kill("SIGKILL");
  await run.result();
  await place.write("ok-a", "");
  const resumed = await place.wave(["resume", "@latest"]);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(await log(place), ["costly a"]);
});

Deno.test("resume goes on with the inner runs of all items, and repeats none that completed", async () => {
  await using place = await made(
    `pipeline: inner, input: "{{ item }}", iterate: { over: '["a", "b", "c"]' }`,
  );
  await place.write("ok-a", "");
  await place.write("ok-c", "");
  assert.equal((await place.wave(["run", "outer"])).code, 1);
  await place.write("ok-b", "");
  const resumed = await place.wave(["resume", "@latest"]);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(await log(place), ["costly a", "costly b", "costly c"]);
});

Deno.test("resume begins an inner run anew when it is asked to, or when it was given other things", async () => {
  const failing = async (change: (place: Project) => Promise<string[]>) => {
    await using place = await made(SUB);
    await place.wave(["run", "outer"]);
    await place.write("ok-a", "");
    await place.write("ok-b", "");
    const resumed = await place.wave(["resume", "@latest", ...await change(place)]);
    assert.equal(resumed.code, 0, resumed.stderr);
    return (await log(place)).length;
  };
  assert.equal(await failing(() => Promise.resolve(["--from-step", "sub"])), 2);
  assert.equal(
    await failing(async (place) => {
      const file = ".wave/pipelines/outer.yaml";
      const text = await Deno.readTextFile(`${place.root}/${file}`);
      await place.write(file, text.replace("echo 1", "echo 2"));
      return [];
    }),
    2,
  );
  // What changed in the inner pipeline runs again there.
  assert.equal(
    await failing(async (place) => {
      await place.write(".wave/pipelines/inner.yaml", INNER.replace("test -e", "true; test -e"));
      return [];
    }),
    1,
  );
});

Deno.test("an inner run that completed and was found wanting is not taken again", async () => {
  const check =
    `handover: { contract: { type: test_suite, command: "test -e $WAVE_PROJECT/good" } }`;
  await using place = await made(`${SUB}, ${check}`, { "ok-a": "" });
  assert.equal((await place.wave(["run", "outer"])).code, 1);
  await place.write("good", "");
  assert.equal((await place.wave(["resume", "@latest"])).code, 0);
  assert.deepEqual(await log(place), ["costly a", "costly a"]);
});
