import assert from "node:assert/strict";
import { type Project, project, type Running } from "../../cli.ts";
import { REPOSITORY, sourceCommand } from "../../start_program.ts";
import { WAITING } from "../../waiting_pipeline.ts";

/** Gives processes little time to end. */
const IMPATIENT = { program: sourceCommand(`${REPOSITORY}tests/fixtures/impatient_wave.ts`) };

/** Waits for the owner of a run to act, however long that takes. */
const PATIENT = { program: sourceCommand(`${REPOSITORY}tests/fixtures/patient_wave.ts`) };

const OUTER = `
steps:
  - id: inner
    pipeline: waiting
`;

const FAILING = `
steps:
  - id: wait
    type: command
    script: |
      echo waiting
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
      exit 3
  - id: after
    type: command
    dependencies: [wait]
    script: echo never
`;

interface RunJson {
  readonly id: string;
  readonly pipeline: string;
  readonly status: string;
  readonly error_message: string | null;
}

async function runs(place: Project): Promise<RunJson[]> {
  return (await place.wave(["list", "runs", "--format", "json"])).json()["runs"] as RunJson[];
}

type End = (place: Project, run: Running) => Promise<void>;

const byCancel: End = async (place) => {
  const { code, stderr } = await place.wave(["cancel", "--force"], {
    ...PATIENT,
    env: { USER: "ann" },
  });
  assert.equal(code, 0, stderr);
};
const bySignal = (signal: Deno.Signal): End => async (_place, run) => {
  run.kill(signal);
  await run.result();
};
const byCtrlC: End = async (place, run) => {
  run.kill("SIGINT");
  await run.waitForLine("cancelling");
  await place.write("go", "");
};

for (
  const [title, end, reason] of [
    [
      "wave cancel --force",
      byCancel,
      /^cancelled by wave cancel \(by ann, pid \d+\); cut short: wait; not started: after$/,
    ],
    ["SIGTERM", bySignal("SIGTERM"), /^cancelled by SIGTERM; cut short: wait; not started: after$/],
    ["a closed terminal", bySignal("SIGHUP"), /^cancelled by SIGHUP; cut short: wait; not/],
    ["Ctrl-C", byCtrlC, /^cancelled by Ctrl-C; not started: after$/],
  ] as const
) {
  Deno.test(`a run that ${title} ends says so, and what that prevented`, async () => {
    await using place = await project({ ".wave/pipelines/waiting.yaml": WAITING });
    await using run = place.spawn(["run", "waiting", "-v"], IMPATIENT);
    await run.waitForLine(/ waiting$/);
    await end(place, run);
    const { stderr } = await run.result();
    const [ended] = await runs(place);
    assert.equal(ended?.status, "cancelled");
    assert.match(ended?.error_message ?? "", reason);
    assert.match(stderr, /waiting-\S+ was cancelled by /);
  });
}

Deno.test("a run within a run says that the end of the run around it ended it", async () => {
  await using place = await project({
    ".wave/pipelines/waiting.yaml": WAITING,
    ".wave/pipelines/outer.yaml": OUTER,
  });
  await using run = place.spawn(["run", "outer", "-v"], IMPATIENT);
  await run.waitForLine(/run waiting-\S+ started/);
  run.kill("SIGTERM");
  await run.result();
  const [inner, outer] = (await runs(place)).toSorted((a, b) => b.pipeline < a.pipeline ? -1 : 1);
  assert.equal(inner?.pipeline, "waiting");
  const words = `cancelled by the end of the run around it (${outer?.id})`;
  assert.ok(inner?.error_message?.startsWith(words), inner?.error_message ?? "");
  assert.match(outer?.error_message ?? "", /^cancelled by SIGTERM; cut short: inner/);
});

Deno.test("a cancel that prevented nothing is no cancel: the run failed", async () => {
  await using place = await project({ ".wave/pipelines/failing.yaml": FAILING });
  await using run = place.spawn(["run", "failing", "-v"]);
  await run.waitForLine(/ waiting$/);
  assert.equal((await place.wave(["cancel"])).code, 0);
  await place.write("go", "");
  assert.equal((await run.result()).code, 1);
  const [ended] = await runs(place);
  assert.equal(ended?.status, "failed");
  assert.match(ended?.error_message ?? "", /step wait failed: exit code 3/);
});

Deno.test("a forced end leaves a receipt in the trace: who asked, what was signalled, nothing left", async () => {
  await using place = await project({ ".wave/pipelines/waiting.yaml": WAITING });
  await using run = place.spawn(["run", "waiting", "--format", "json"], IMPATIENT);
  await run.waitForLine('"message":"waiting"');
  await byCancel(place, run);
  const events = (await run.result()).jsonLines() as {
    state: string;
    step_id: string | null;
    timestamp: string;
    data?: { receipt?: Record<string, unknown> };
  }[];
  const end = events.find(({ state, step_id }) => state === "cancelled" && step_id === "wait");
  const receipt = end?.data?.receipt;
  assert.match(String(receipt?.["asked_by"]), /^cancelled by wave cancel \(by ann, pid \d+\)$/);
  assert.deepEqual([receipt?.["left"], receipt?.["proven"]], [[], true]);
  const [first] = receipt?.["signalled"] as { signal: string; processes: number; pids: number[] }[];
  assert.equal(first?.signal, "SIGTERM");
  assert.equal(first?.pids.length, first?.processes);
  assert.ok(String(receipt?.["looked_at"]) <= (end?.timestamp ?? ""));
});
