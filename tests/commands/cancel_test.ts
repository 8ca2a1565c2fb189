import assert from "node:assert/strict";
import { type Project, project, type RunOptions } from "../cli.ts";
import { REPOSITORY, sourceCommand } from "../start_program.ts";
import { WAITING } from "../waiting_pipeline.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { holdOwner, seedRuns } from "../seed.ts";

/** Processes whose command line holds `mark`. */
async function processesWith(mark: string): Promise<string[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid=,stat=,args="] }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line.includes(mark));
}

/** A step whose processes do what they can to survive; `mark` stands in all their command lines. */
function hostile(mark: string): string {
  return `
steps:
  - id: hostile
    type: command
    script: |
      sh -c 'sleep 600; : ${mark}' &
      sh -c 'sh -c "sleep 600; : ${mark}" & wait; : ${mark}' &
      sh -c 'trap "" TERM; while :; do sleep 0.05; done; : ${mark}' &
      setsid sh -c 'sleep 600; : ${mark}' &
      (setsid sh -c 'trap "" TERM HUP; (while :; do sleep 0.05; done; : ${mark}) & wait; : ${mark}' &)
      echo partial > kept.txt
      echo ready
      sh -c 'sleep 600; : ${mark}'
  - id: after
    type: command
    dependencies: [hostile]
    script: echo never
`;
}

/** Gives processes little time to end. One that acts in time is left to the patient program. */
const IMPATIENT = { program: sourceCommand(`${REPOSITORY}tests/fixtures/impatient_wave.ts`) };

/** Waits for the owner of a run to act, however long that takes. */
const PATIENT = { program: sourceCommand(`${REPOSITORY}tests/fixtures/patient_wave.ts`) };

const newMark = () => `mark-${crypto.randomUUID()}`;

interface CancelJson {
  runs: { id: string; status: string; outcome: string; requested: boolean; force: boolean }[];
}

async function cancel(place: Project, ...args: string[]) {
  return await cancelBy(place, {}, ...args);
}

async function cancelBy(place: Project, options: RunOptions, ...args: string[]) {
  const result = await place.wave(["cancel", ...args, "--format", "json"], options);
  return { code: result.code, runs: (result.json() as unknown as CancelJson).runs };
}

async function latest(place: Project) {
  const { pipelines } = (await place.wave(["status", "@latest", "--format", "json"])).json();
  const [run] = pipelines as {
    id: string;
    status: string;
    liveness: string;
    error_message: string | null;
    elapsed_ms: number;
    completed_at: string;
    steps: { id: string; status: string }[];
  }[];
  return run;
}

Deno.test("cancel --force leaves no process of the run, however they hide", async () => {
  const mark = newMark();
  await using place = await project({ ".wave/pipelines/hostile.yaml": hostile(mark) });
  await using run = place.spawn(["run", "hostile", "-v"], IMPATIENT);
  await run.waitForLine("ready");
  assert.ok((await processesWith(mark)).length >= 6);

  const { code, runs } = await cancelBy(place, PATIENT, "--force");
  assert.deepEqual(await processesWith(mark), []);
  assert.equal(code, 0);
  assert.deepEqual(runs.map(({ status, outcome }) => [status, outcome]), [[
    "cancelled",
    "stopped",
  ]]);
  assert.equal((await run.result()).code, 4);

  const ended = await latest(place);
  assert.equal(ended?.status, "cancelled");
  assert.equal(ended?.steps[0]?.status, "cancelled");
  const kept = `${place.root}/.wave/workspaces/${ended?.id}/hostile/kept.txt`;
  assert.equal(await Deno.readTextFile(kept), "partial\n");
});

Deno.test("cancel --force ends a run whose process does not act, and records it", async () => {
  const mark = newMark();
  await using place = await project({ ".wave/pipelines/hostile.yaml": hostile(mark) });
  await using run = place.spawn(["run", "hostile", "-v"]);
  await run.waitForLine("ready");
  run.kill("SIGSTOP");

  const { code, runs } = await cancelBy(place, IMPATIENT, "--force");
  assert.equal(code, 0);
  assert.deepEqual(await processesWith(mark), []);
  assert.deepEqual(runs.map(({ status, outcome }) => [status, outcome]), [[
    "cancelled",
    "stopped",
  ]]);
  assert.equal((await run.result()).signal, "SIGKILL");
  assert.equal((await latest(place))?.status, "cancelled");
});

Deno.test("cancel finalizes a run whose process is gone, and ends what it left", async () => {
  const mark = newMark();
  await using place = await project({ ".wave/pipelines/hostile.yaml": hostile(mark) });
  await using run = place.spawn(["run", "hostile", "-v"]);
  await run.waitForLine("ready");
  run.kill("SIGKILL");
  await run.result();
  const interrupted = await latest(place);
  assert.deepEqual([interrupted?.status, interrupted?.liveness], ["failed", "interrupted"]);
  assert.ok((await processesWith(mark)).length > 0);

  const { code, runs } = await cancelBy(place, IMPATIENT, "@latest");
  assert.equal(code, 0);
  assert.equal(runs[0]?.outcome, "settled");
  assert.deepEqual(await processesWith(mark), []);
  const finalized = await latest(place);
  assert.deepEqual([finalized?.status, finalized?.liveness], ["failed", "finished"]);
  for (const key of ["error_message", "elapsed_ms", "completed_at"] as const) {
    assert.equal(finalized?.[key], interrupted?.[key], key);
  }
});

Deno.test("cancel --wait waits for the running step, at most for --timeout", async () => {
  await using place = await project({ ".wave/pipelines/waiting.yaml": WAITING });
  await using run = place.spawn(["run", "waiting", "-v"]);
  await run.waitForLine(/ waiting$/);

  const late = await cancel(place, "--wait", "--timeout", "1s");
  assert.equal(late.code, 1);
  assert.equal(late.runs[0]?.outcome, "timed_out");
  await using waiting = place.spawn(["cancel", "--wait"]);
  await waiting.waitForLine("waiting for", "stderr");
  await place.write("go", "");
  const result = await waiting.result();
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^waiting-\S+ cancelled\n$/);
  assert.equal((await run.result()).code, 4);
});

Deno.test("cancel takes no argument, ids, selectors or --all", async () => {
  await using place = await project({
    ".wave/pipelines/waiting.yaml": WAITING,
    ".wave/pipelines/other.yaml": WAITING,
  });
  await using first = place.spawn(["run", "waiting", "-v"]);
  await first.waitForLine(/ waiting$/);
  await using second = place.spawn(["run", "other", "-v"]);
  await second.waitForLine(/ waiting$/);

  assert.deepEqual((await cancel(place, "--pipeline", "nothing*")).runs, []);
  assert.deepEqual((await cancel(place, "--status", "failed")).runs, []);
  const one = await cancel(place, "--pipeline", "wait*", "--force");
  assert.deepEqual(one.runs.map(({ id }) => id.replace(/-\d.*/, "")), ["waiting"]);
  assert.equal((await first.result()).code, 4);
  const all = await cancel(place, "--all", "--force");
  assert.deepEqual(all.runs.map(({ id }) => id.replace(/-\d.*/, "")), ["other"]);
  assert.equal((await second.result()).code, 4);
});

Deno.test("cancel says so when there is nothing to cancel", async () => {
  await using place = await project();
  await seedRuns(place.root, [{ id: "demo-20260202-143022", startedAt: Date.now() - 60_000 }]);
  const none = await place.wave(["cancel"]);
  assert.deepEqual([none.code, none.stdout, none.stderr.includes("nothing running")], [
    0,
    "",
    true,
  ]);
  assert.deepEqual((await cancel(place)).runs, []);
  const over = await place.wave(["cancel", "demo"]);
  assert.equal(over.code, 0);
  assert.equal(over.stdout, "demo-20260202-143022 is over: completed\n");
  const unknown = await place.wave(["cancel", "nope", "--format", "json"]);
  assert.equal(unknown.code, 3);
  assert.equal((unknown.json()["error"] as { code: string }).code, "run_not_found");
});

Deno.test("cancel does not promise that a stalled run finishes its steps", async () => {
  await using place = await project();
  const id = "demo-20260202-143022";
  await seedRuns(place.root, [{ id, status: "running", startedAt: Date.now() - 60_000 }]);
  await using _lock = await holdOwner(place.root, id);
  const silent = new Date(Date.now() - 30_000);
  await Deno.utime(wavePaths(place.root).owner(id), silent, silent);
  const { code, stdout } = await place.wave(["cancel"]);
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `${id} was asked to stop, but its process does nothing; wave cancel ${id} --force ends it\n`,
  );
});

Deno.test("cancel and wait say what was left out, in the order of the list", async () => {
  await using place = await project();
  const ids = ["b-20260202-143024", "a-20260202-143023", "c-20260202-143022"];
  await using stack = new AsyncDisposableStack();
  for (const [index, id] of ids.entries()) {
    const startedAt = Date.now() - 60_000 - index * 1000;
    await seedRuns(place.root, [{ id, pipeline: id.slice(0, 1), status: "running", startedAt }]);
    stack.use(await holdOwner(place.root, id));
  }
  const said = (stderr: string) => stderr.replace(/^warning: state\.db: .*\n/, "");
  const none = await place.wave(["cancel", "--pipeline", "d"]);
  assert.deepEqual([none.code, said(none.stderr)], [0, "no running run matches\n"]);
  const other = await place.wave(["cancel", "a", "--pipeline", "d"]);
  assert.deepEqual([other.code, said(other.stderr)], [0, "no run matches\n"]);

  const cut = await place.wave(["cancel", "--limit", "2", "--offset", "1", "-q"]);
  assert.deepEqual([cut.code, cut.stdout, said(cut.stderr)], [0, `${ids[1]}\n${ids[2]}\n`, ""]);
  const left = "1 of 3 runs; --limit and --offset left out the others\n";
  assert.equal(said((await place.wave(["cancel", "--limit", "1"])).stderr), left);
  const waited = await place.wave(["wait", "--limit", "1", "--timeout", "1s"]);
  assert.deepEqual([waited.code, said(waited.stderr)], [1, `1 of 1 is still running\n${left}`]);
  for (const command of [["cancel"], ["wait", "--timeout", "1s"]]) {
    const json = await place.wave([...command, "--limit", "2", "--format", "json"]);
    const { total, truncated, runs } = json.json();
    assert.deepEqual([total, truncated], [3, true]);
    assert.deepEqual((runs as { id: string }[]).map(({ id }) => id), ids.slice(0, 2));
  }
});
