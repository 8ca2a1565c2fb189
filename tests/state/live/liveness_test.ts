import assert from "node:assert/strict";
import { NO_TOKENS } from "../../../event/tokens.ts";
import type { Owner, RunEvent } from "../../../event/event.ts";
import { fold } from "../../../state/records/fold.ts";
import { livenessOf, observe, STALLED_AFTER_MS } from "../../../state/live/liveness.ts";
import { acquireOwner, inspectOwner } from "../../../state/live/owner_lock.ts";
import type { RunRecord } from "../../../state/records/records.ts";
import { foldWhole } from "../../../state/trace/trace_fold.ts";
import { thisProcess } from "../../../event/identity.ts";
import { anyRun, eventOf, OWNER, planned, START, started } from "../../events.ts";
import { project, writeTrace } from "../projects.ts";
import { holdRun, recordRun, running } from "../recordings.ts";
import fc from "fast-check";

const HERE = thisProcess(null);

function runningRecord(owner: Owner): { events: RunEvent[]; record: RunRecord } {
  const begun = started([planned("a"), planned("b")]);
  assert(begun.state === "started");
  const data = { ...begun.data, owner };
  const events = [eventOf({ ...begun, data }, 1), eventOf(running("a"), 2)];
  const record = events.reduce(fold, null as RunRecord | null);
  assert(record);
  return { events, record };
}

const CASES = [
  { host: HERE.host, file: "locked", age: 0, liveness: "alive" },
  { host: HERE.host, file: "locked", age: STALLED_AFTER_MS, liveness: "alive" },
  { host: HERE.host, file: "locked", age: STALLED_AFTER_MS + 1, liveness: "stalled" },
  { host: HERE.host, file: "locked", age: -STALLED_AFTER_MS - 1, liveness: "stalled" },
  { host: HERE.host, file: "locked", age: -1000, liveness: "alive" },
  { host: HERE.host, file: "free", age: 0, liveness: "interrupted" },
  { host: HERE.host, file: "missing", age: 0, liveness: "interrupted" },
  { host: HERE.host, file: "link", age: 0, liveness: "interrupted" },
  { host: "elsewhere", file: "free", age: 0, liveness: "alive" },
  { host: "elsewhere", file: "free", age: STALLED_AFTER_MS, liveness: "alive" },
  { host: "elsewhere", file: "free", age: STALLED_AFTER_MS + 1, liveness: "unknown" },
  { host: "elsewhere", file: "free", age: -STALLED_AFTER_MS - 1, liveness: "alive" },
  { host: "elsewhere", file: "missing", age: 0, liveness: "unknown" },
] as const;

for (const { host, file, age, liveness } of CASES) {
  const where = host === HERE.host ? "here" : host;
  Deno.test(`livenessOf() of an owner ${where}, ${file}, ${age} ms: ${liveness}`, async () => {
    using made = project();
    const { paths } = made;
    const { record } = runningRecord({ ...OWNER, host });
    const path = paths.owner(record.id);
    await using held = file === "locked" ? await acquireOwner(paths, record.id, HERE) : null;
    assert.equal(held !== null, file === "locked");
    if (file === "free") Deno.writeTextFileSync(path, "{}");
    if (file === "link") Deno.symlinkSync("/dev/zero", path);
    const info = file === "locked" || file === "free" ? Deno.statSync(path) : null;
    const now = (info?.mtime?.getTime() ?? START) + age;
    assert.equal(livenessOf(paths, record, now), liveness);
    const observed = observe(paths, record, now);
    assert.equal(observed.liveness, liveness);
    assert.equal(observed.status, liveness === "interrupted" ? "failed" : "running");
    // Nobody knows what the agent used besides what it had told.
    const cut = liveness === "interrupted";
    assert.deepEqual(observed.record.tokens, cut ? { ...NO_TOKENS, at_least: true } : NO_TOKENS);
    if (!cut) assert.equal(observed.record, record);
  });
}

Deno.test("observe() tells where and when an interrupted run stopped, and stores nothing", () => {
  using made = project();
  const { events, record } = runningRecord(HERE);
  writeTrace(made.paths, events);
  const observed = observe(made.paths, record, START + 1e9);
  assert.match(observed.errorMessage ?? "", /^interrupted at a: its process \(pid \d+\) is gone$/);
  assert.equal(observed.completedAt, record.lastEventAt);
  assert.equal(observed.elapsedMs, 250);
  assert.deepEqual(observed.steps.map((step) => step.status), ["failed", "pending"]);
  assert.deepEqual(observed.steps.map((step) => step.elapsedMs), [0, null]);
  assert.deepEqual(foldWhole(made.paths, record.id).record, record);
});

Deno.test("observe() does not take a run for interrupted that ended after it was read", async () => {
  using made = project();
  const runId = await recordRun(made, 3);
  const { record } = foldWhole(made.paths, runId);
  const { completedAt: _, ...facts } = { completedAt: 0, ...record };
  const before: RunRecord = { ...facts, lastSeq: record.lastSeq - 1, status: "running" };
  const observed = observe(made.paths, before, START);
  assert.equal(observed.liveness, "finished");
  assert.deepEqual(observed.record, record);
});

Deno.test("observe() never tells a negative time", () => {
  using made = project();
  fc.assert(fc.property(anyRun(), fc.integer({ min: -1e6, max: 1e6 }), (events, shift) => {
    const record = events.reduce(fold, null as RunRecord | null);
    assert(record);
    const observed = observe(made.paths, record, START + shift);
    assert(observed.elapsedMs >= 0);
    assert(observed.steps.every((step) => (step.elapsedMs ?? 0) >= 0));
  }));
});

Deno.test("a run whose process was killed is interrupted at once, though a child lives on", async () => {
  using made = project();
  await using held = await holdRun(made);
  const { record } = foldWhole(made.paths, held.runId);
  assert.equal(livenessOf(made.paths, record, Date.now()), "alive");
  assert.equal(await acquireOwner(made.paths, held.runId, HERE), null);
  await held.kill();
  assert.equal(inspectOwner(made.paths, held.runId).kind, "free");
  assert.equal(livenessOf(made.paths, record, Date.now()), "interrupted");
  await using taken = await acquireOwner(made.paths, held.runId, HERE);
  assert(taken);
});

Deno.test("acquireOwner() succeeds although readers test the lock all the time", async () => {
  using made = project();
  let reading = true;
  const read = (async () => {
    while (reading) {
      inspectOwner(made.paths, "demo-1");
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  })();
  for (let n = 0; n < 50; n++) {
    await using lock = await acquireOwner(made.paths, "demo-1", HERE);
    assert(lock);
  }
  reading = false;
  await read;
});
