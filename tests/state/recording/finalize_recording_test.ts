import assert from "node:assert/strict";
import { exists } from "../../../event/files.ts";
import { readCancelRequest, requestCancel } from "../../../state/live/cancel_request.ts";
import { inspectOwner } from "../../../state/live/owner_lock.ts";
import {
  type FinalizeOptions,
  finalizeRecording,
} from "../../../state/recording/finalize_recording.ts";
import { startRecording } from "../../../state/recording/start_recording.ts";
import type { RunIndex } from "../../../state/records/run_index.ts";
import { foldWhole } from "../../../state/trace/trace_fold.ts";
import { planned, START, tokens } from "../../events.ts";
import { type Project, project } from "../projects.ts";
import { completed, recordRun, running, startOptions, traced } from "../recordings.ts";

const DAY = 86_400_000;

/** Records a run that is interrupted at its step `a`, in its second attempt, and returns its id. */
async function interrupted(made: Project): Promise<string> {
  const steps = ["a", "b", "c"].map((id) => planned(id));
  await using recording = await startRecording({ ...startOptions(made), steps });
  recording.emit(running("a"));
  recording.emit({
    ...{ step_id: "a", attempt: 1, state: "retrying", tokens_used: 4, message: "no" },
    data: { delay_ms: 1 },
  });
  recording.emit(running("a", 2));
  recording.emit({ step_id: "a", attempt: 2, state: "tool", data: { tokens: tokens(10, 5) } });
  recording.emit(running("b"));
  recording.emit(completed("b"));
  return recording.runId;
}

function options(made: Project, runId: string): FinalizeOptions {
  return {
    ...startOptions(made),
    now: () => START + DAY,
    runId,
    status: "failed",
    message: () => "its process is gone",
    prepare: () => null,
  };
}

Deno.test("finalizeRecording() leaves a run alone that has its process", async () => {
  using made = project();
  await using recording = await startRecording(startOptions(made));
  const { runId } = recording;
  assert.equal(await finalizeRecording(options(made, runId)), null);
  assert.deepEqual(traced(made, runId).map(({ state }) => state), ["started"]);
});

Deno.test("finalizeRecording() records that a run failed when it was interrupted", async () => {
  using made = project();
  const runId = await interrupted(made);
  const before = foldWhole(made.paths, runId).record;
  const record = await finalizeRecording({
    ...options(made, runId),
    message: ({ currentSteps }) => `interrupted at ${currentSteps.join(", ")}`,
  });
  assert(record?.status === "failed");
  // A day later it still ended with its last event, and so did its steps.
  assert.equal(record.completedAt, before.lastEventAt);
  assert.equal(record.errorMessage, "interrupted at a");
  assert.deepEqual(record.currentSteps, ["a"]);
  assert.deepEqual(record.steps.map(({ status }) => status), ["failed", "completed", "pending"]);
  const [a] = record.steps;
  assert(a?.status === "failed");
  assert.equal(a.completedAt, before.lastEventAt);
  assert.equal(a.errorMessage, "interrupted: the run's process is gone");
  // Its first attempt used 4, the second at least 15, and the other step 15.
  assert.deepEqual(a.tokens, { input: 10, output: 5, total: 19, at_least: true });
  assert.equal(record.tokens.total, 34);

  const [step, run, ...more] = traced(made, runId).slice(7);
  assert.deepEqual(more, []);
  assert(step?.state === "failed" && step.step_id === "a");
  assert.deepEqual(step.data.tokens, { ...tokens(10, 5), at_least: true });
  assert.deepEqual([step.tokens_used, step.attempt], [15, 2]);
  assert(run?.state === "failed" && run.step_id === null);
  assert.equal(run.data.interrupted, true);
  assert.equal(run.duration_ms, before.lastEventAt - before.startedAt);
  assert.deepEqual(foldWhole(made.paths, runId).record, record);
  assert.equal(inspectOwner(made.paths, runId).kind, "missing");
});

Deno.test("finalizeRecording() ends a step that waited for its next attempt", async () => {
  using made = project();
  const recording = await startRecording(startOptions(made));
  recording.emit(running("a"));
  recording.emit({ step_id: "a", attempt: 1, state: "retrying", data: { delay_ms: 1 } });
  await recording[Symbol.asyncDispose]();
  const record = await finalizeRecording(options(made, recording.runId));
  assert.deepEqual(record?.steps.map(({ status }) => status), ["failed", "pending"]);
  assert.deepEqual(record?.currentSteps, ["a"]);
});

Deno.test("finalizeRecording() of a cancelled run records its end as of now", async () => {
  using made = project();
  const runId = await interrupted(made);
  requestCancel(made.paths, runId, true, START);
  const record = await finalizeRecording({ ...options(made, runId), status: "cancelled" });
  assert(record?.status === "cancelled");
  assert.equal(record.completedAt, START + DAY);
  assert.deepEqual(record.steps.map(({ status }) => status), ["cancelled", "completed", "pending"]);
  assert.equal(readCancelRequest(made.paths, runId), null);
});

Deno.test("finalizeRecording() records nothing of a run that has ended", async () => {
  using made = project();
  const runId = await recordRun(made, 1);
  const { record } = foldWhole(made.paths, runId);
  // A request that came too late is used up.
  requestCancel(made.paths, runId, false, START);
  const prepare = () => assert.fail("nothing is left running");
  assert.deepEqual(await finalizeRecording({ ...options(made, runId), prepare }), record);
  assert.equal(traced(made, runId).at(-1)?.seq, record.lastSeq);
  assert.equal(readCancelRequest(made.paths, runId), null);
  assert.equal(inspectOwner(made.paths, runId).kind, "missing");
});

Deno.test("finalizeRecording() ends what was left running first, with the run locked", async () => {
  using made = project();
  const runId = await interrupted(made);
  const lines = traced(made, runId).length;
  const prepare = async () => {
    await Promise.resolve();
    assert.equal(inspectOwner(made.paths, runId).kind, "locked");
    assert.equal(traced(made, runId).length, lines);
    throw new Error("its processes would not end");
  };
  const refused = finalizeRecording({ ...options(made, runId), prepare });
  await assert.rejects(refused, /would not end/);
  assert.equal(traced(made, runId).length, lines);
  assert.equal(inspectOwner(made.paths, runId).kind, "missing");
});

Deno.test("finalizeRecording() brings the database up to date, or marks that it is not", async () => {
  using made = project();
  const seen: number[] = [];
  const index: RunIndex = {
    append: ({ events }) => void seen.push(...events.map(({ seq }) => seq)),
    catchUp() {},
  };
  const first = await interrupted(made);
  assert.equal(exists(made.paths.unindexed(first)), true);
  await finalizeRecording({ ...options(made, first), index });
  assert.deepEqual(seen, [8, 9]);
  assert.equal(exists(made.paths.unindexed(first)), false);
  const second = await interrupted(made);
  await finalizeRecording(options(made, second));
  assert.equal(exists(made.paths.unindexed(second)), true);
});

Deno.test("finalizeRecording() refuses a run without a trace that can be read", async () => {
  using made = project();
  const runId = "demo-1";
  await assert.rejects(finalizeRecording(options(made, runId)), {
    code: "trace_damaged",
    message: /its trace is missing/,
  });
  Deno.writeTextFileSync(made.paths.trace(runId), "no event\n");
  await assert.rejects(finalizeRecording(options(made, runId)), {
    code: "trace_damaged",
    message: /its trace has no beginning/,
  });
});
