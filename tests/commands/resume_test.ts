import assert from "node:assert/strict";
import { exists } from "../../event/files.ts";
import { type Project, project } from "../cli.ts";

/** `b` fails until the file `ok` stands in the project. */
const PIPELINE = `
steps:
  - id: a
    type: command
    script: echo a > a.txt
    output_artifacts: [{ name: a, path: a.txt, type: text }]
  - id: b
    type: command
    dependencies: [a]
    script: test -e "$WAVE_PROJECT/ok" && echo "{{ input }}" > b.txt
    output_artifacts: [{ name: b, path: b.txt, type: text }]
  - id: c
    type: command
    dependencies: [b]
    script: echo done
`;

async function failed(input = "hi"): Promise<{ place: Project; id: string }> {
  const place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  const { code, stderr } = await place.wave(["run", "p", input]);
  assert.equal(code, 1, stderr);
  assert.match(
    stderr,
    /error: p-\S+ failed: step b failed: .*\nafter [\dm ]*\ds\n(artifact: .*\n)*hint: wave why p-\S+; wave resume/,
  );
  const id = (await place.wave(["status", "-q", "@latest"])).stdout.trim();
  return { place, id };
}

async function plan(place: Project, ...args: string[]): Promise<string[]> {
  const { plan } = (await place.wave([...args, "--format", "json"])).json();
  return (plan as { id: string; action: string }[]).map(({ id, action }) => `${id} ${action}`);
}

Deno.test("resume goes on after the last completed step, in the same run", async () => {
  const { place, id } = await failed();
  await using _place = place;
  assert.deepEqual(await plan(place, "resume", "@latest", "--plan"), ["a reuse", "b run", "c run"]);
  await place.write("ok", "");
  const result = await place.wave(["resume", "@latest", "--format", "json"]);
  assert.equal(result.code, 0, result.stderr);
  const events = result.jsonLines();
  assert.deepEqual(new Set(events.map(({ run_id }) => run_id)), new Set([id]));
  const attempts = events.filter(({ state }) => state === "running").map(
    ({ step_id, attempt }) => `${step_id} ${attempt}`,
  );
  assert.deepEqual(attempts, ["null null", "b 2", "c 1"]);
  const { logs } = (await place.wave(["logs", "-n", "all", "--format", "json"])).json();
  const seqs = (logs as { seq: number }[]).map(({ seq }) => seq);
  assert.deepEqual(seqs, seqs.map((_, index) => index + 1));
  const artifact = `${place.root}/.wave/workspaces/${id}/b.2/b.txt`;
  assert.equal(await Deno.readTextFile(artifact), "hi\n");

  const again = await place.wave(["resume", id]);
  assert.deepEqual([again.code, again.stdout], [0, ""]);
  assert.match(again.stderr, /has completed; nothing to run again/);
});

Deno.test("resume runs what changed in the pipeline, and what depends on it", async () => {
  const { place } = await failed();
  await using _place = place;
  await place.write("ok", "");
  await place.write(".wave/pipelines/p.yaml", PIPELINE.replace("echo a >", "echo A >"));
  assert.deepEqual(await plan(place, "resume", "@latest", "--plan"), ["a run", "b run", "c run"]);
  assert.equal((await place.wave(["resume", "@latest"])).code, 0);
  assert.deepEqual(
    await plan(place, "resume", "@latest", "--plan", "--from-step", "b"),
    ["a reuse", "b run", "c run"],
  );
});

Deno.test("resume refuses an artifact that changed on disk, and names it", async () => {
  const { place, id } = await failed();
  await using _place = place;
  await place.write("ok", "");
  await place.write(`.wave/workspaces/${id}/a/a.txt`, "other");
  const refused = await place.wave(["resume", id, "--format", "json"]);
  const { code, message } = refused.json()["error"] as { code: string; message: string };
  assert.deepEqual([refused.code, code], [1, "artifact_changed"]);
  assert.match(message, /a\/a/);
  const { pipelines } = (await place.wave(["status", id, "--format", "json"])).json();
  assert.equal((pipelines as { status: string }[])[0]?.status, "failed");
  assert.equal((await place.wave(["resume", id, "--accept-changed"])).code, 0);
});

Deno.test("resume wants a redacted input again, and refuses another input", async () => {
  const secret = "hunter2-hunter2";
  const place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  await using _place = place;
  const env = { MY_SECRET: secret };
  await place.wave(["run", "p", secret], { env });
  await place.write("ok", "");
  const error = async (...args: string[]) => {
    const result = await place.wave(["resume", "@latest", ...args, "--format", "json"], { env });
    return (result.json()["error"] as { code: string }).code;
  };
  assert.equal(await error(), "input_redacted");
  assert.equal((await place.wave(["resume", "@latest", "--input", secret], { env })).code, 0);
  await place.wave(["run", "p", "plain", "--from-step", "a"], { env });
  await Deno.remove(`${place.root}/ok`);
  await place.wave(["run", "p", "plain"], { env });
  assert.equal(await error("--input", "other"), "input_is_recorded");
});

Deno.test("resume refuses a running run, and takes over an interrupted one", async () => {
  await using place = await project({
    ".wave/pipelines/w.yaml": `
steps:
  - id: wait
    type: command
    script: |
      echo waiting
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
`,
  });
  await using run = place.spawn(["run", "w", "-v"]);
  await run.waitForLine(/ waiting$/);
  const refused = await place.wave(["resume", "@latest", "--format", "json"]);
  assert.equal((refused.json()["error"] as { code: string }).code, "run_is_running");
  run.kill("SIGKILL");
  await run.result();
  await place.write("go", "");
  const resumed = await place.wave(["resume", "@latest"]);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.match(resumed.stdout, /failed +w .*interrupted at wait/);
  assert.match(resumed.stdout, /running +wait attempt 2/);
});

Deno.test("run --from-step reuses the latest run that completed the steps before", async () => {
  const { place, id } = await failed();
  await using _place = place;
  await place.write("ok", "");
  assert.deepEqual(await plan(place, "run", "p", "--dry-run"), ["a run", "b run", "c run"]);
  const from = ["run", "p", "hi", "--from-step", "b"];
  assert.deepEqual(await plan(place, ...from, "--dry-run"), ["a reuse", "b run", "c run"]);
  const { stdout } = await place.wave([...from, "--dry-run"]);
  assert.match(stdout, /^Step +Kind +Persona +After +Action +Why\n/);
  const result = await place.wave([...from, "--format", "json"]);
  assert.equal(result.code, 0, result.stderr);
  const [started] = result.jsonLines();
  assert.equal((started?.["data"] as { reused_run: string }).reused_run, id);
  const nothing = await place.wave(["run", "p", "--from-step", "nope", "--format", "json"]);
  assert.equal((nothing.json()["error"] as { code: string }).code, "step_not_found");
  await place.write(".wave/pipelines/p.yaml", PIPELINE.replace("echo a >", "echo A >"));
  const changed = await place.wave([...from, "--format", "json"]);
  assert.equal((changed.json()["error"] as { code: string }).code, "nothing_to_reuse");
});

/** Every path below a folder, with its size and time. */
function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    const { size, mtime } = Deno.lstatSync(path);
    return [`${path} ${size} ${mtime?.getTime()}`, ...isDirectory ? filesBelow(path) : []];
  }).sort();
}

Deno.test("a preview changes nothing, and makes no database where it is missing", async () => {
  const { place, id } = await failed();
  await using _place = place;
  for (const suffix of ["", "-wal", "-shm"]) {
    const file = `${place.root}/.wave/state.db${suffix}`;
    if (exists(file)) await Deno.remove(file);
  }
  const before = filesBelow(place.root);
  for (
    const args of [
      ["run", "p", "--dry-run"],
      ["run", "p", "--from-step", "b", "--dry-run"],
      ["resume", id, "--plan"],
    ]
  ) {
    const { code, stdout, stderr } = await place.wave(args);
    assert.deepEqual([code, /^b .*run/m.test(stdout)], [0, true], stderr);
    assert.deepEqual(filesBelow(place.root), before, args.join(" "));
  }
});

Deno.test("resume without a run id takes the newest run that did not complete", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml":
      "steps: [{ id: try, type: command, script: 'test -e \"$WAVE_PROJECT/ok\"' }]\n",
    ".wave/pipelines/fine.yaml": "steps: [{ id: say, type: command, script: echo hi }]\n",
  });
  const none = await place.wave(["resume"]);
  assert.deepEqual([none.code, none.stderr], [
    3,
    "error: Cannot resume: no run failed or was cancelled\nhint: wave list runs\n",
  ]);
  await place.wave(["run", "p"]);
  await place.wave(["run", "p"]);
  await place.wave(["run", "fine"]);
  const ids = (await place.wave(["list", "runs", "--pipeline", "p", "-q"])).stdout.split("\n");
  await place.write("ok", "");
  const newest = await place.wave(["resume"]);
  assert.deepEqual([newest.code, newest.stderr.replace(/in [\dm ]*\ds/, "in 0s")], [
    0,
    `resuming ${ids[0]}\n${ids[0]} completed in 0s\n`,
  ]);
  const older = await place.wave(["resume", "-q"]);
  assert.deepEqual([older.code, older.stderr], [0, ""]);
  assert.equal((await place.wave(["status", ids[1] ?? "", "-q"])).stdout, `${ids[1]}\n`);
  assert.equal((await place.wave(["resume"])).code, 3);
});
