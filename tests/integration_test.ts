/** The four workflows of the plan's chapter 5.2, with the real program as a subprocess. */
import assert from "node:assert/strict";
import { type Project, project, type Result } from "./cli.ts";
import { WAITING } from "./waiting_pipeline.ts";

const REPORT = `
steps:
  - id: count
    type: command
    script: mkdir -p out && printf '%s\\n' "{{ input }}" > out/count.txt
    output_artifacts:
      - { name: count, path: out/count.txt, type: text }
  - id: report
    type: command
    dependencies: [count]
    memory:
      inject_artifacts:
        - { step: count, artifact: count, as: count.txt }
    script: |
      printf '# Report\\n' > report.md
      cat artifacts/count.txt >> report.md
    output_artifacts:
      - { name: report, path: report.md, type: markdown }
`;

interface RunView {
  id: string;
  status: string;
  liveness: string;
  current_step: string | null;
  elapsed_ms: number;
  steps: { id: string; status: string }[];
}

async function runs(project: Project, ...args: string[]): Promise<RunView[]> {
  const { pipelines } = (await project.wave(["status", ...args, "--format", "json"])).json();
  return pipelines as RunView[];
}

function good(result: Result): Result {
  assert.equal(result.code, 0, result.stderr);
  return result;
}

const PIPELINES = {
  ".wave/pipelines/waiting.yaml": WAITING,
  ".wave/pipelines/report.yaml": REPORT,
};

Deno.test("status shows a running pipeline, its step and growing time", async () => {
  await using place = await project(PIPELINES);
  await using run = place.spawn(["run", "waiting"]);
  await run.waitForLine("waiting");

  const [first] = await runs(place);
  assert.deepEqual([first?.status, first?.liveness, first?.current_step], [
    "running",
    "alive",
    "wait",
  ]);
  const [second] = await runs(place);
  assert.ok((second?.elapsed_ms ?? 0) > (first?.elapsed_ms ?? 0));
  const text = good(await place.wave(["status"])).stdout;
  assert.match(
    text,
    /^Run +Pipeline +Status +Step +Elapsed +Tokens +Cost\n.* waiting +running +wait +\d+s +0 +-\n$/,
  );

  await place.write("go", "");
  assert.equal((await run.result()).code, 0);
  assert.deepEqual(await runs(place), []);
  const [ended] = await runs(place, "@latest");
  assert.deepEqual([ended?.status, ended?.liveness, ended?.current_step], [
    "completed",
    "finished",
    null,
  ]);
});

Deno.test("logs hold every event of a completed run, with and without the database", async () => {
  await using place = await project(PIPELINES);
  const streamed = good(await place.wave(["run", "report", "seven", "-v", "--format", "json"]))
    .jsonLines();
  const read = async () => (await place.wave(["logs", "--format", "json"])).json();
  const indexed = await read();
  const logs = indexed["logs"] as { seq: number; state: string; step_id: string | null }[];
  assert.deepEqual(logs, streamed);
  assert.deepEqual(logs.map(({ seq }) => seq), logs.map((_, index) => index + 1));
  assert.deepEqual([logs[0]?.state, logs.at(-1)?.state], ["started", "completed"]);
  for (const step of ["count", "report"]) {
    const states = logs.filter(({ step_id }) => step_id === step).map(({ state }) => state);
    for (const state of ["running", "artifact", "completed"]) assert.ok(states.includes(state));
  }
  const text = good(await place.wave(["logs"])).stdout;
  assert.match(text, /^\[\d\d:\d\d:\d\d\] started +report input="seven" steps=2$/m);
  assert.match(text, /^\[\d\d:\d\d:\d\d\] completed +count \d+\.\ds/m);

  await Deno.remove(`${place.root}/.wave/state.db`);
  const traced = await read();
  assert.deepEqual(traced["logs"], logs);
  assert.equal(good(await place.wave(["logs"])).stdout, text);
});

Deno.test("cancel lets the running step finish, and stops the rest", async () => {
  await using place = await project(PIPELINES);
  await using run = place.spawn(["run", "waiting"]);
  await run.waitForLine("waiting");

  assert.equal((await place.wave(["cancel"])).code, 0);
  await run.waitForLine("cancelling");
  // Not cancelled before it has stopped.
  assert.deepEqual((await runs(place)).map(({ status }) => status), ["running"]);
  await place.write("go", "");
  assert.equal((await run.result()).code, 4);

  const [ended] = await runs(place, "@latest");
  assert.equal(ended?.status, "cancelled");
  const steps = ended?.steps.map(({ id, status }) => `${id} ${status}`);
  assert.equal(steps?.[0], "wait completed");
  assert.notEqual(steps?.[1], "after completed");
});

Deno.test("artifacts --export writes what a run declared", async () => {
  await using place = await project(PIPELINES);
  good(await place.wave(["run", "report", "seven"]));
  const result = good(await place.wave(["artifacts", "--export", "test-output"]));
  assert.deepEqual(result.stdout.split("\n").sort(), [
    "",
    "test-output/count/out/count.txt",
    "test-output/report/report.md",
  ]);
  const read = (path: string) => Deno.readTextFileSync(`${place.root}/test-output/${path}`);
  assert.equal(read("count/out/count.txt"), "seven\n");
  assert.equal(read("report/report.md"), "# Report\nseven\n");

  await Deno.remove(`${place.root}/.wave/state.db`);
  const again = good(await place.wave(["artifacts", "--export", "again"]));
  assert.equal(again.stdout, result.stdout.replaceAll("test-output", "again"));
});
