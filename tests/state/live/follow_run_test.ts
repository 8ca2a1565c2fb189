import assert from "node:assert/strict";
import { encodeEvent } from "../../../event/codec.ts";
import { followRun, waitForRun } from "../../../state/live/follow_run.ts";
import { readLog } from "../../../state/trace/read_log.ts";
import { acquireOwner } from "../../../state/live/owner_lock.ts";
import { resumeRecording, startRecording } from "../../../state/recording/start_recording.ts";
import { eventOf, OWNER, planned, started } from "../../events.ts";
import { type Project, project, writeTrace } from "../projects.ts";
import { completed, holdRun, output, recordRun, running, startOptions } from "../recordings.ts";

const forever = new AbortController().signal;

async function follow(made: Project, runId: string, after: number, signal = forever) {
  const followed = followRun(made.paths, runId, { query: { after }, signal });
  const seqs: number[] = [];
  for await (const { event } of followed) seqs.push(event.seq);
  return { seqs, outcome: followed.outcome };
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

Deno.test("followRun() gives each of 5,000 events once and in order, whenever it begins", async () => {
  using made = project();
  await using held = await holdRun(made, 5_000);
  const path = made.paths.trace(held.runId);
  const follows = [follow(made, held.runId, 0)];
  const begins = [0];
  for (let n = 0; n < 12; n++) {
    // As `logs --follow` does it: what is there first, then what comes after it.
    const entries = [...readLog(path, {}, { last: 10 })?.entries ?? []];
    const after = entries.at(-1)?.event.seq ?? 0;
    begins.push(after);
    follows.push(follow(made, held.runId, after));
    await new Promise((resolve) => setTimeout(resolve, 5 * n));
  }
  const all = await Promise.all(follows);
  await held.done;
  const total = readLog(path, {}, { last: 1 })?.total ?? 0;
  assert.equal(total, 5_004);
  for (const [index, { seqs, outcome }] of all.entries()) {
    assert.deepEqual(seqs, range((begins[index] ?? 0) + 1, total));
    assert(typeof outcome === "object" && outcome?.state === "completed");
  }
});

Deno.test("followRun() waits for the rest of a torn line, and passes over one that stays torn", async () => {
  using made = project();
  await using lock = await acquireOwner(made.paths, "demo-1", OWNER);
  assert(lock);
  const events = [
    eventOf(started([planned("a")]), 1, "demo-1"),
    ...range(2, 40).map((seq) => eventOf(output("a", "日本🌊".repeat(seq)), seq, "demo-1")),
  ];
  const text = events.map((event) => `${encodeEvent(event)}\n{"torn\n`).join("");
  const bytes = new TextEncoder().encode(text);
  const path = made.paths.trace("demo-1");
  using file = Deno.openSync(path, { createNew: true, append: true });
  file.writeSync(bytes.subarray(0, 5));
  const stop = new AbortController();
  const followed = followRun(made.paths, "demo-1", { signal: stop.signal });
  const seen: number[] = [];
  const done = (async () => {
    for await (const { event } of followed) {
      seen.push(event.seq);
      if (event.seq === 40) stop.abort();
    }
  })();
  // Pieces that cut lines and characters anywhere.
  for (let at = 5; at < bytes.length; at += 37) {
    file.writeSync(bytes.subarray(at, at + 37));
    if (at % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await done;
  assert.deepEqual(seen, range(1, 40));
  assert.equal(followed.outcome, null);
});

Deno.test("followRun() passes over a line that stands in the trace twice", async () => {
  using made = project();
  const events = [1, 1, 2, 2, 3].map((seq) =>
    eventOf(seq === 1 ? started([planned("a")]) : output("a", "x"), seq, "demo-1")
  );
  writeTrace(made.paths, events);
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const { event } of followRun(made.paths, "demo-1", { signal: stop.signal })) {
    seen.push(event.seq);
    if (event.seq === 3) stop.abort();
  }
  assert.deepEqual(seen, [1, 2, 3]);
});

Deno.test("followRun() ends when the owner is gone, and says so", async () => {
  using made = project();
  await using held = await holdRun(made);
  const following = follow(made, held.runId, 0);
  await held.kill();
  assert.deepEqual(await following, { seqs: [1, 2], outcome: "interrupted" });
  assert.deepEqual(await follow(made, held.runId, 2), { seqs: [], outcome: "interrupted" });
});

Deno.test("followRun() goes on through a resume, and ends at the last end", async () => {
  using made = project();
  const runId = await recordRun(made, 3);
  const total = readLog(made.paths.trace(runId), {}, { last: 1 })?.total ?? 0;
  assert.deepEqual((await follow(made, runId, total)).seqs, []);
  const steps = [planned("a")];
  await using recording = await resumeRecording({
    ...startOptions(made),
    runId,
    prepare: () => ({ steps, rerun: ["a"] }),
  });
  const following = follow(made, runId, 0);
  await Promise.resolve();
  recording.emit(running("a", 2));
  await new Promise((resolve) => setTimeout(resolve, 0));
  recording.emit(completed("a", 2));
  const record = await recording.end("failed", "late");
  const { seqs, outcome } = await following;
  assert.deepEqual(seqs, range(1, record.lastSeq));
  assert(typeof outcome === "object" && outcome?.state === "failed");
});

Deno.test("followRun() fails when there is no such run, or it is removed", async () => {
  using made = project();
  await assert.rejects(follow(made, "demo-1", 0), { code: "run_not_found", exitCode: 3 });
  await using recording = await startRecording(startOptions(made));
  const followed = followRun(made.paths, recording.runId, { signal: forever });
  await assert.rejects(async () => {
    for await (const _ of followed) Deno.removeSync(made.paths.trace(recording.runId));
  }, { code: "run_removed", exitCode: 3 });
});

Deno.test("waitForRun() hears of the next run, also in a project that never had one", async () => {
  using made = project();
  Deno.removeSync(made.paths.traces);
  const waiting = waitForRun(made.paths, { known: new Set(), signal: forever });
  const first = await recordRun(made, 1);
  assert.equal(await waiting, first);
  const next = waitForRun(made.paths, { known: new Set([first]), signal: forever });
  const second = await recordRun(made, 1);
  assert.equal(await next, second);
  const stop = new AbortController();
  const never = waitForRun(made.paths, { known: new Set([first, second]), signal: stop.signal });
  stop.abort();
  assert.equal(await never, null);
});
