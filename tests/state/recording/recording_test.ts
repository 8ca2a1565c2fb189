import assert from "node:assert/strict";
import { OperationError } from "../../../event/errors.ts";
import { requestCancel } from "../../../state/live/cancel_request.ts";
import { fold } from "../../../state/records/fold.ts";
import type { RunRecord } from "../../../state/records/records.ts";
import { resumeRecording, startRecording } from "../../../state/recording/start_recording.ts";
import {
  type IndexBatch,
  IndexBusyError,
  type RunIndex,
} from "../../../state/records/run_index.ts";
import { foldWhole, readRecord } from "../../../state/trace/trace_fold.ts";
import { openTrace } from "../../../state/trace/trace_scan.ts";
import { planned } from "../../events.ts";
import {
  completed,
  type Heard,
  output,
  recordRun,
  running,
  startOptions,
  traced,
} from "../recordings.ts";
import { project as makeProject } from "../projects.ts";

const names = (path: string) => [...Deno.readDirSync(path)].map((entry) => entry.name).sort();

/** An index that keeps what it is given, after failing as often as told. */
function fakeIndex(failures: Error[] = []) {
  const batches: IndexBatch[] = [];
  const caughtUp: string[] = [];
  const fail = () => {
    const error = failures.shift();
    if (error !== undefined) throw error;
  };
  const index: RunIndex = {
    append(batch) {
      fail();
      batches.push(batch);
    },
    catchUp(runId) {
      fail();
      caughtUp.push(runId);
    },
  };
  return { index, batches, caughtUp };
}

Deno.test("startRecording() leaves a trace that folds to what was recorded, and nothing else", async () => {
  using project = makeProject();
  const heard: Heard = { events: [], warnings: [] };
  const { index, batches } = fakeIndex();
  let runId: string;
  let record: RunRecord;
  {
    await using recording = await startRecording({ ...startOptions(project, heard), index });
    runId = recording.runId;
    assert.match(runId, /^demo-\d{8}-\d{6}$/);
    assert.deepEqual(names(project.paths.traces), [`owner-${runId}`, `trace-${runId}.log`]);
    assert(names(project.paths.wave).includes(`unindexed-${runId}`));
    recording.emit(running("a"));
    recording.emit(output("a", "hello"));
    recording.emit(completed("a"));
    requestCancel(project.paths, runId, false, Date.now());
    record = await recording.end("completed", "");
    assert.throws(() => recording.emit(output("a", "late")), /is over/);
  }
  assert.deepEqual(names(project.paths.traces), [`trace-${runId}.log`]);
  assert(!names(project.paths.wave).includes(`unindexed-${runId}`));
  const events = traced(project, runId);
  assert.deepEqual(events, heard.events);
  assert.deepEqual(events.map((event) => event.seq), [1, 2, 3, 4, 5]);
  assert.deepEqual(events.reduce(fold, null as RunRecord | null), record);
  assert.deepEqual(foldWhole(project.paths, runId).record, record);
  using file = openTrace(project.paths.trace(runId));
  assert(file);
  assert.deepEqual(readRecord(file), record);
  const indexed = batches.flatMap((batch) => batch.events);
  assert.deepEqual(indexed, events.filter((event) => event.state !== "output"));
  assert.equal(batches.at(-1)?.traceBytes, Deno.statSync(project.paths.trace(runId)).size);
  assert.deepEqual(batches.at(-1)?.record, record);
  for (const name of ["traces", "workspaces", "trash"] as const) {
    assert.equal((Deno.statSync(project.paths[name]).mode ?? 0) & 0o777, 0o700);
  }
  assert.equal((Deno.statSync(project.paths.trace(runId)).mode ?? 0) & 0o777, 0o600);
});

Deno.test("startRecording() gives each run an id of its own", async () => {
  using project = makeProject();
  const first = await recordRun(project, 1);
  const [second, third] = await Promise.all([recordRun(project, 1), recordRun(project, 1)]);
  assert.deepEqual([second, third].sort(), [`${first}-2`, `${first}-3`]);
  Deno.mkdirSync(project.paths.trashed(`${first}-4`));
  assert.equal(await recordRun(project, 1), `${first}-5`);
});

Deno.test("startRecording() redacts before anything is recorded", async () => {
  using project = makeProject();
  const heard: Heard = { events: [], warnings: [] };
  const options = { ...startOptions(project, heard), env: { API_KEY: "hunter2hunter2" } };
  await using recording = await startRecording({ ...options, input: "use hunter2hunter2" });
  recording.emit(output("a", "I found hunter2hunter2!"));
  recording.emit({
    step_id: "a",
    state: "tool",
    data: { tool: "Bash", "hunter2hunter2": ["echo hunter2hunter2"] },
  });
  assert.equal(recording.record.input, "use [redacted]");
  assert.equal(recording.record.inputRedacted, true);
  assert.doesNotMatch(Deno.readTextFileSync(project.paths.trace(recording.runId)), /hunter2/);
});

Deno.test("a recording goes on when the database is broken, and says so once", async () => {
  using project = makeProject();
  const heard: Heard = { events: [], warnings: [] };
  const { index, batches, caughtUp } = fakeIndex([new Error("file is not a database")]);
  await using recording = await startRecording({ ...startOptions(project, heard), index });
  recording.emit(running("a"));
  recording.emit(completed("a"));
  await recording.end("completed", "");
  assert.deepEqual(heard.warnings, ["file is not a database"]);
  assert.equal(heard.events.length, 4);
  assert.deepEqual(batches, []);
  assert.deepEqual(caughtUp, [recording.runId]);
  assert(!names(project.paths.wave).includes(`unindexed-${recording.runId}`));
});

Deno.test("a recording keeps its mark when the database stays broken", async () => {
  using project = makeProject();
  const heard: Heard = { events: [], warnings: [] };
  const { index } = fakeIndex([new Error("disk I/O error"), new Error("disk I/O error")]);
  await using recording = await startRecording({ ...startOptions(project, heard), index });
  await recording.end("failed", "it broke");
  assert.equal(heard.warnings.length, 1);
  assert(names(project.paths.wave).includes(`unindexed-${recording.runId}`));
});

Deno.test("a recording waits for a busy database without blocking, and shows what it committed", async () => {
  using project = makeProject();
  const heard: Heard = { events: [], warnings: [] };
  const { index, batches } = fakeIndex([new IndexBusyError("busy"), new IndexBusyError("busy")]);
  await using recording = await startRecording({ ...startOptions(project, heard), index });
  recording.emit(running("a"));
  recording.emit(output("a", "while busy"));
  assert.equal(heard.events.length, 0);
  await recording.end("completed", "");
  assert.deepEqual(heard.events.map((event) => event.seq), [1, 2, 3, 4]);
  assert.deepEqual(batches.flatMap((batch) => batch.events.map((event) => event.seq)), [1, 2, 4]);
  assert.deepEqual(heard.warnings, []);
});

Deno.test("resumeRecording() goes on with the trace of a run that was killed", async () => {
  using project = makeProject();
  const first = await startRecording(startOptions(project));
  const { runId } = first;
  first.emit(running("a"));
  first.emit(completed("a"));
  first.emit(running("b"));
  await first[Symbol.asyncDispose]();
  Deno.writeTextFileSync(project.paths.trace(runId), '{"schema_version":1,"se', { append: true });
  requestCancel(project.paths, runId, true, Date.now());

  const steps = [planned("a"), planned("b", ["a"])];
  const options = { ...startOptions(project), runId };
  await assert.rejects(
    resumeRecording({
      ...options,
      prepare() {
        throw new OperationError("artifact_changed", "refused");
      },
    }),
    { code: "artifact_changed" },
  );
  const seen: RunRecord[] = [];
  await using second = await resumeRecording({
    ...options,
    prepare(record) {
      seen.push(record);
      return { steps, rerun: ["b"] };
    },
  });
  assert.equal(seen[0]?.steps[1]?.nonce, "nonce-b");
  await assert.rejects(resumeRecording({ ...options, prepare: () => ({ steps, rerun: [] }) }), {
    code: "run_is_running",
  });
  assert.equal(second.control.graceful.aborted, false);
  assert.deepEqual(second.record.steps.map((step) => step.status), ["completed", "pending"]);
  assert.equal(second.record.steps[1]?.attempt, 1);
  second.emit(running("b", 2));
  second.emit(completed("b", 2));
  const record = await second.end("completed", "");
  const events = traced(project, runId);
  assert.deepEqual(events.map((event) => event.seq), events.map((_, index) => index + 1));
  const told = events.map((event) => `${event.step_id ?? "run"} ${event.state}`);
  assert.deepEqual(told.slice(4), [
    ...["b failed", "run failed", "run running", "b running", "b completed", "run completed"],
  ]);
  assert.deepEqual(foldWhole(project.paths, runId).record, record);
});

Deno.test("startRecording() leaves nothing of a run whose start could not be recorded", async () => {
  using made = makeProject();
  let asked = 0;
  const now = () => {
    if (asked++ > 0) throw new Error("the clock is gone");
    return Date.now();
  };
  await assert.rejects(startRecording({ ...startOptions(made), now }), /the clock is gone/);
  assert.deepEqual(names(made.paths.traces), []);
  assert.deepEqual(names(made.paths.wave).filter((name) => name.startsWith("unindexed")), []);
});
