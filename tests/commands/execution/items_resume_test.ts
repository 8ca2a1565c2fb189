/** A resumed step with items repeats none that had completed. */
import assert from "node:assert/strict";
import { type Project, project } from "../../cli.ts";

const SECRET = "hunter2-hunter2";
const PIPELINE = `
steps:
  - id: list
    type: command
    script: |
      printf '%s' '["a", "b", "c"]' > l
    output_artifacts: [{ name: l, path: l }]
  - id: each
    type: command
    iterate: { over: "{{ list.output }}", mode: MODE }
    script: |
      echo {{ item }} >> "$WAVE_PROJECT/log"
      test -e "$WAVE_PROJECT/ok" || test {{ item }} != b || exit 1
      printf 'out-%s' {{ item }} > o
    output_artifacts: [{ name: o, path: o }]
  - id: show
    type: command
    script: printf '%s' {{ each.output }}
`;

const log = async ({ root }: Project) =>
  (await Deno.readTextFile(`${root}/log`)).trimEnd().split("\n").sort().join(" ");

async function failed(mode = "sequential", pipeline = PIPELINE): Promise<Project> {
  const place = await project({ ".wave/pipelines/p.yaml": pipeline.replace("MODE", mode) });
  assert.equal((await place.wave(["run", "p"])).code, 1);
  await place.write("ok", "");
  return place;
}

Deno.test("resume runs only the items that had not completed, and has the results of all", async () => {
  await using place = await failed();
  const resumed = await place.wave(["resume", "@latest", "-v"]);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.match(resumed.stdout, /item 1 of 3 \(.*\) had completed/);
  assert.equal(await log(place), "a b b c");
  assert.match(resumed.stdout, /"out-a",\n.*"out-b",\n.*"out-c"/);
  const { artifacts } = (await place.wave(["artifacts", "--step", "each", "--format", "json"]))
    .json();
  assert.deepEqual(
    (artifacts as { name: string; state: string }[]).map(({ name, state }) => `${name} ${state}`),
    ["collected-output ok", "o-0 ok", "o-1 ok", "o-2 ok"],
  );
});

Deno.test("items that completed stand over several resumes", async () => {
  await using place = await failed("parallel");
  await Deno.remove(`${place.root}/ok`);
  assert.equal((await place.wave(["resume", "@latest"])).code, 1);
  await place.write("ok", "");
  assert.equal((await place.wave(["resume", "@latest"])).code, 0);
  assert.equal(await log(place), "a b b b c");
});

Deno.test("items run again when they or the step changed, their files did, or it is asked for", async () => {
  const again = async (change: (place: Project) => Promise<string[]>) => {
    await using place = await failed();
    const args = await change(place);
    const resumed = await place.wave(["resume", "@latest", ...args]);
    assert.equal(resumed.code, 0, resumed.stderr);
    return await log(place);
  };
  const edit = (from: string, to: string) => async (place: Project) => {
    const file = ".wave/pipelines/p.yaml";
    const text = await Deno.readTextFile(`${place.root}/${file}`);
    await place.write(file, text.replace(from, to));
    return [];
  };
  const found = async ({ root }: Project) => {
    for await (const { name } of Deno.readDir(`${root}/.wave/workspaces`)) {
      return `${root}/.wave/workspaces/${name}/each/0/o`;
    }
    throw new Error("no run");
  };
  assert.equal(await again(edit("printf 'out-", "printf 'new-")), "a a b b c");
  assert.equal(await again(edit('"a"', '"x"')), "a b b c x");
  assert.equal(await again(() => Promise.resolve(["--from-step", "each"])), "a a b b c");
  assert.equal(
    await again(async (place) => {
      await Deno.writeTextFile(await found(place), "other");
      return [];
    }),
    "a a b b c",
  );
});

Deno.test("what items said is kept, but for secrets: such an item runs again", async () => {
  const saying = (what: string) =>
    PIPELINE.replace("printf 'out-%s' {{ item }} > o", `echo ${what}`)
      .replace("    output_artifacts: [{ name: o, path: o }]\n", "");
  await using place = await failed("sequential", saying("said-{{ item }}"));
  const resumed = await place.wave(["resume", "@latest", "-v"]);
  assert.match(resumed.stdout, /"said-a",\n.*"said-b",\n.*"said-c"/);
  assert.equal(await log(place), "a b b c");

  const env = { MY_SECRET: SECRET };
  await using other = await project({
    ".wave/pipelines/p.yaml": saying(SECRET).replace("MODE", "sequential"),
  });
  await other.wave(["run", "p"], { env });
  await other.write("ok", "");
  assert.equal((await other.wave(["resume", "@latest"], { env })).code, 0);
  assert.equal(await log(other), "a a b b c");
});
