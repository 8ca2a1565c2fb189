import assert from "node:assert/strict";
import { type Project, projectInProcess as project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";

const PIPELINE = `
steps:
  - id: plan
    type: command
    script: mkdir docs && printf '0123456789' > docs/plan.md && printf x > plan.txt
    output_artifacts:
      - { name: plan.md, path: docs/plan.md, type: markdown }
      - { name: plan.txt, path: plan.txt, type: text }
  - id: build
    type: command
    dependencies: [plan]
    script: printf built > out.bin
    output_artifacts: [{ name: out, path: out.bin }]
`;

async function made(): Promise<Project> {
  const place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  const { code, stderr } = await place.wave(["run", "p"]);
  assert.equal(code, 0, stderr);
  return place;
}

interface Artifact {
  step_id: string;
  name: string;
  state: string;
  exists: boolean;
  path: string;
}

async function states(place: Project, ...args: string[]): Promise<string[]> {
  const { artifacts } = (await place.wave(["artifacts", ...args, "--format", "json"])).json();
  return (artifacts as Artifact[]).map(({ step_id, name, state }) => `${step_id}/${name} ${state}`);
}

Deno.test("artifacts lists what a run declared, by step and by name", async () => {
  await using place = await made();
  const all = ["plan/plan.md ok", "plan/plan.txt ok", "build/out ok"];
  assert.deepEqual(await states(place), all);
  assert.deepEqual(await states(place, "p", "--step", "plan"), all.slice(0, 2));
  assert.deepEqual(await states(place, "--name", "plan.*"), all.slice(0, 2));
  assert.deepEqual(await states(place, "--step", "build", "--name", "plan*"), []);
  const { stdout } = await place.wave(["artifacts", "--name", "plan.md"]);
  assert.match(
    stdout,
    /^Step +Artifact +Type +Size +Path\nplan +plan\.md +markdown +10B +\.wave\/workspaces\/p-\S+\/plan\/docs\/plan\.md\n$/,
  );
  await Deno.remove(`${place.root}/.wave/state.db`);
  assert.deepEqual(await states(place), all);
  const unknown = await place.wave(["artifacts", "--step", "nope", "--format", "json"]);
  assert.deepEqual([unknown.code, unknown.json()["error"]], [3, {
    code: "step_not_found",
    message: (unknown.json()["error"] as { message: string }).message,
    hint: "its steps are plan, build",
  }]);
});

Deno.test("artifacts --export refuses a folder without a name", async () => {
  await using place = await project();
  const { code, stderr } = await place.wave(["artifacts", "--export", ""]);
  assert.deepEqual([code, stderr.split("\n")[0]], [
    2,
    'error: Cannot use "" as --export: expected a folder',
  ]);
});

Deno.test("artifacts tells what is missing or changed; --verify and --export then fail", async () => {
  await using place = await made();
  assert.equal((await place.wave(["artifacts", "--verify"])).code, 0);
  const [id = ""] = (await place.wave(["list", "runs", "-q"])).stdout.split("\n");
  const workspace = `${place.root}/.wave/workspaces/${id}`;
  await Deno.writeTextFile(`${workspace}/plan/docs/plan.md`, "9876543210");
  await Deno.remove(`${workspace}/build/out.bin`);
  const expected = ["plan/plan.md changed", "plan/plan.txt ok", "build/out missing"];
  assert.deepEqual(await states(place), expected);
  assert.equal((await place.wave(["artifacts"])).code, 0);
  assert.equal((await place.wave(["artifacts", "--verify"])).code, 1);
  const exported = await place.wave(["artifacts", "--export", "out"]);
  assert.deepEqual([exported.code, exported.stdout], [1, "out/plan/plan.txt\n"]);
  assert.match(exported.stderr, /Cannot export plan\/plan\.md: it is not what its step recorded/);
  assert.match(exported.stderr, /Cannot export build\/out: it is gone/);
});

Deno.test("artifacts says so when there are none", async () => {
  await using place = await project();
  const none = await place.wave(["artifacts"]);
  assert.deepEqual([none.code, none.stdout, none.stderr], [
    0,
    "",
    "no runs yet, see wave list pipelines\n",
  ]);
  assert.deepEqual((await place.wave(["artifacts", "--format", "json"])).json()["artifacts"], []);
});

Deno.test("artifacts says when no name matches, and what names there are", async () => {
  await using place = await made();
  const run = (await place.wave(["list", "runs", "-q"])).stdout.trim();
  const told = `no artifact matches "*.zip" in ${run}; there are plan.md, plan.txt, out\n`;
  for (const more of [[], ["--export", "out"], ["--verify"]]) {
    const { code, stdout, stderr } = await place.wave(["artifacts", "--name", "*.zip", ...more]);
    assert.deepEqual([code, stdout, stderr], [0, "", told]);
  }
  const step = await place.wave(["artifacts", "--name", "*.zip", "--step", "build"]);
  assert.equal(step.stderr, `no artifact matches "*.zip" in ${run}/build; there are out\n`);
});

Deno.test("artifacts that cannot be read hide no other, and fail", async () => {
  await using place = await made();
  const [trace = ""] = [...Deno.readDirSync(`${place.root}/.wave/traces`)].map(({ name }) => name);
  const path = `${place.root}/.wave/traces/${trace}`;
  // No file can have such a name.
  const damaged = Deno.readTextFileSync(path).replaceAll("docs/plan.md", "x".repeat(300));
  Deno.writeTextFileSync(path, damaged);
  await Deno.remove(`${place.root}/.wave/state.db`);
  const { code, stdout, stderr } = await place.wave(["artifacts", "--format", "json"]);
  assert.equal(code, 1);
  assert.match(stderr, /error: Cannot read plan\/plan\.md: File name too long/);
  const { artifacts } = JSON.parse(stdout);
  assertSchema("artifacts", JSON.parse(stdout));
  assert.deepEqual(artifacts.map(({ name, state }: Artifact) => [name, state]), [
    ["plan.md", "changed"],
    ["plan.txt", "ok"],
    ["out", "ok"],
  ]);
});
