/** In which order a recording does things: that is what survives a crash. */
import assert from "node:assert/strict";
import { exists } from "../../../event/files.ts";
import { TraceWriter } from "../../../event/trace_writer.ts";
import { requestCancel } from "../../../state/live/cancel_request.ts";
import { openRecording, type RecordingOptions } from "../../../state/recording/open_recording.ts";
import type { RunIndex } from "../../../state/records/run_index.ts";
import { NOTHING } from "../../../state/trace/trace_fold.ts";
import { planned, START, started } from "../../events.ts";
import { FakeTraceFile } from "../../trace_file.ts";
import { type Project, project } from "../projects.ts";
import { completed, running, startOptions } from "../recordings.ts";

const ID = "demo-1";

/** An index that takes everything. */
const INDEX: RunIndex = { append() {}, catchUp() {} };

function open(
  made: Project,
  file: FakeTraceFile,
  options: Partial<RecordingOptions> = {},
  begin: () => void = () => {},
) {
  const lock = { runId: ID, async [Symbol.asyncDispose]() {} };
  const trace = new TraceWriter(file, "trace", 0);
  const parts = { runId: ID, pipeline: "demo", lock, trace, from: NOTHING };
  return openRecording(parts, { ...startOptions(made), ...options }, (recording) => {
    begin();
    recording.emit(started([planned("a")]));
  });
}

Deno.test("a recording marks its run as not in the database before it records anything", async () => {
  using made = project();
  const file = new FakeTraceFile();
  const seen: boolean[] = [];
  const look = () => seen.push(exists(made.paths.unindexed(ID)));
  await using recording = await open(made, file, { listener: look }, () => {
    assert.deepEqual(file.calls, []);
    look();
  });
  assert.deepEqual(seen, [true, true]);
  assert.equal(recording.record.lastSeq, 1);
});

Deno.test("a recording has the disk take its trace a moment after it changed", async () => {
  using made = project();
  const file = new FakeTraceFile();
  const synced = Promise.withResolvers<void>();
  file.onSync = () => Promise.resolve(synced.resolve());
  await using _ = await open(made, file, { syncMs: 1 });
  assert.deepEqual(file.calls, ["write"]);
  await synced.promise;
  assert.deepEqual(file.calls, ["write", "sync"]);
});

Deno.test("a recording that the disk does not take stops at the next event", async () => {
  using made = project();
  const file = new FakeTraceFile();
  const failed = Promise.withResolvers<void>();
  file.onSync = () => {
    failed.resolve();
    throw new Error("Input/output error");
  };
  await using recording = await open(made, file, { syncMs: 1 });
  await failed.promise;
  // The rejection reaches the recording within the same turn.
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.throws(() => recording.emit(running("a")), { code: "trace_write_failed" });
});

Deno.test("a run has ended when its end is on the disk, and only then its marks go", async () => {
  using made = project();
  const { paths } = made;
  const file = new FakeTraceFile();
  const log: string[] = [];
  file.onSync = async () => {
    log.push(`sync after ${file.text.trim().split("\n").length} lines`);
    await new Promise((resolve) => setTimeout(resolve, 0));
    log.push(`synced, ${exists(paths.unindexed(ID)) ? "marked" : "unmarked"}`);
  };
  await using recording = await open(made, file, { index: INDEX });
  requestCancel(paths, ID, false, START);
  recording.emit(running("a"));
  recording.emit(completed("a"));
  await recording.end("completed", "");
  log.push(`ended, ${exists(paths.unindexed(ID)) ? "marked" : "unmarked"}`);
  assert.deepEqual(log, ["sync after 4 lines", "synced, marked", "ended, unmarked"]);
  assert.equal(exists(paths.cancel(ID)), false);
  assert.throws(
    () => recording.emit(running("a")),
    /run demo-1 is over and takes no running event/,
  );
});

Deno.test("a run whose end the disk does not take keeps its mark", async () => {
  using made = project();
  const file = new FakeTraceFile();
  await using recording = await open(made, file, { index: INDEX });
  file.isWell = false;
  await assert.rejects(recording.end("completed", ""), { code: "trace_write_failed" });
  assert.equal(exists(made.paths.unindexed(ID)), true);
});
