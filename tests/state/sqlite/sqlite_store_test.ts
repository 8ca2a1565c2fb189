import assert from "node:assert/strict";
import fc from "fast-check";
import type { RunEvent, RunStarted } from "../../../event/event.ts";
import { encodeEvent } from "../../../event/codec.ts";
import { fold, foldArtifacts } from "../../../state/records/fold.ts";
import { IndexBusyError } from "../../../state/records/run_index.ts";
import type { ArtifactRecord, RunRecord } from "../../../state/records/records.ts";
import { Database } from "../../../state/sqlite/database.ts";
import { anyRun, eventOf, planned, START, started, tokens } from "../../events.ts";
import { project, store, writeTrace } from "../projects.ts";

const RUN = "demo-20260202-143022";

function start(runId = RUN, seq = 1): RunStarted {
  const event = eventOf(started([planned("plan"), planned("fix", ["plan"])]), seq, runId);
  if (event.state !== "started") throw new Error("not the start");
  return event;
}

Deno.test("the store creates and retrieves runs", async () => {
  using home = project();
  using db = await store(home);
  assert.equal(db.getRun(RUN), null);
  assert.equal(db.getRunningRun(), null);

  const record = db.createRun(start());
  assert.equal(record.status, "running");
  assert.deepEqual(db.getRun(RUN), record);
  assert.deepEqual(db.getRunningRun(), record);
  assert.deepEqual(db.getStepStates(RUN).map((step) => step.id), ["plan", "fix"]);

  const snapshot = {
    ...{ tokens: tokens(40, 2), current_steps: ["fix"], artifacts: 0, steps: [] },
    owner: record.owner,
  };
  const end = eventOf({ step_id: null, state: "failed", message: "no", data: { snapshot } }, 2);
  assert.ok(end.state === "failed" && end.step_id === null);
  const ended = db.updateRunStatus(end);
  assert.ok(ended.status === "failed" && ended.errorMessage === "no");
  assert.deepEqual(db.getRun(RUN), ended);
  assert.equal(db.getRunningRun(), null);
});

Deno.test("the store lists runs, newest first, and deletes them with all they have", async () => {
  using home = project();
  using db = await store(home);
  for (const [index, id] of ["a", "b", "c"].entries()) db.createRun(start(id, index + 1));
  const ids = (runs: readonly RunRecord[]) => runs.map((run) => run.id);
  assert.deepEqual(ids(db.listRuns()), ["c", "b", "a"]);
  assert.deepEqual(ids(db.listRuns({ limit: 1, status: "running" })), ["c"]);
  assert.deepEqual(ids(db.listRuns({ startedBefore: START + 750 })), ["b", "a"]);
  assert.deepEqual(ids(db.listRuns({ pipeline: "other" })), []);
  assert.deepEqual(db.listRecentPipelines(5), [
    { name: "demo", firstSeenAt: START + 250, lastSeenAt: START + 750 },
  ]);

  assert.equal(db.deleteRun("b"), true);
  assert.equal(db.deleteRun("b"), false);
  assert.deepEqual(ids(db.listRuns()), ["c", "a"]);
  assert.deepEqual(db.getEvents("b"), []);
  for (const id of ["a", "c"]) db.deleteRun(id);
  assert.deepEqual(db.listRecentPipelines(5), []);
});

Deno.test("the store logs events and finds them again", async () => {
  using home = project();
  using db = await store(home);
  const step = { step_id: "plan", attempt: 1 };
  const events: RunEvent[] = [
    start(),
    eventOf({ ...step, state: "running", data: { nonce: "n", workspace: "w" } }, 2),
    eventOf({ ...step, state: "output", message: "text", data: { stream: "stdout" } }, 3),
    eventOf({ ...step, state: "warning", message: "odd\0text 𝄞" }, 4),
    eventOf({ ...step, state: "failed", message: "no", data: { tokens: tokens(1, 2) } }, 5),
  ];
  for (const event of events) db.logEvent(event);
  // Again: nothing happens.
  for (const event of events) db.logEvent(event);

  const kept = events.filter((event) => event.state !== "output");
  assert.deepEqual(db.getEvents(RUN), kept);
  assert.deepEqual(db.getEvents(RUN, { stepId: "plan" }), kept.slice(1));
  assert.deepEqual(db.getEvents(RUN, { errorsOnly: true }), kept.slice(3));
  assert.deepEqual(db.getEvents(RUN, { limit: 2, offset: 1 }), kept.slice(1, 3));
  assert.deepEqual(db.getEvents("nobody"), []);
  assert.throws(() => db.logEvent(eventOf({ step_id: null, state: "warning" }, 1, "nobody")));
});

Deno.test("the store registers artifacts, the newest of a name in the place of the older", async () => {
  using home = project();
  using db = await store(home);
  db.createRun(start());
  for (const [seq, size] of [[2, 10], [3, 20]] as const) {
    const artifact = {
      ...{ name: "report", type: null, path: "w/report.md", size_bytes: size, sha256: "ab" },
      modified_at: new Date(START).toISOString(),
    };
    const event = eventOf({ step_id: "plan", state: "artifact", data: { artifact } }, seq);
    assert.ok(event.state === "artifact");
    db.registerArtifact(event);
  }
  assert.deepEqual(db.getArtifacts(RUN).map((one) => [one.name, one.sizeBytes]), [["report", 20]]);
  assert.equal(db.getArtifacts(RUN, "plan").length, 1);
  assert.deepEqual(db.getArtifacts(RUN, "fix"), []);
});

Deno.test("the store keeps cancel requests until their runs are over", async () => {
  using home = project();
  using db = await store(home);
  const request = { runId: RUN, requestedAt: START, force: false };
  assert.equal(db.requestCancellation(request), false);
  const record = db.createRun(start());
  assert.equal(db.checkCancellation(RUN), null);
  assert.equal(db.requestCancellation(request), true);
  assert.deepEqual(db.checkCancellation(RUN), request);
  db.requestCancellation({ ...request, force: true });
  db.requestCancellation(request);
  assert.deepEqual(db.checkCancellation(RUN), { ...request, force: true });
  db.clearCancellation(RUN);
  assert.equal(db.checkCancellation(RUN), null);

  db.requestCancellation(request);
  const ended: RunRecord = {
    ...record,
    ...{ status: "cancelled", completedAt: START, errorMessage: "by hand", lastSeq: 2 },
  };
  db.append({ record: ended, events: [], artifacts: [], traceBytes: 10 });
  assert.equal(db.checkCancellation(RUN), null);
  assert.equal(db.requestCancellation(request), false);
});

Deno.test("append() stores exactly what the fold says, in batches of any size, any number of times", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyRun(RUN),
      fc.array(fc.integer({ min: 1, max: 6 })),
      fc.boolean(),
      async (events, sizes, twice) => {
        using home = project();
        using db = await store(home);
        let record: RunRecord | null = null;
        let artifacts: readonly ArtifactRecord[] = [];
        let at = 0;
        let traceBytes = 0;
        while (at < events.length) {
          const batch = events.slice(at, at + (sizes.shift() ?? 3));
          at += batch.length;
          for (const event of batch) {
            record = fold(record, event);
            artifacts = foldArtifacts(artifacts, event);
            traceBytes += new TextEncoder().encode(encodeEvent(event)).length + 1;
          }
          writeTrace(home.paths, events.slice(0, at));
          if (record === null) continue;
          const told = { record, artifacts, traceBytes };
          for (let n = twice ? 2 : 1; n > 0; n--) db.append({ ...told, events: batch });
        }
        assert.deepEqual(db.getRun(RUN), record);
        assert.deepEqual(db.getArtifacts(RUN), artifacts);
        const kept = events.filter((event) => event.state !== "output");
        assert.deepEqual(db.getEvents(RUN), kept);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("append() never waits for another writer", async () => {
  using home = project();
  using db = await store(home);
  const record = db.createRun(start());
  const batch = { record, events: [], artifacts: [], traceBytes: 1 };
  using other = new Database(home.paths.database, { readOnly: false }, "BEGIN IMMEDIATE");
  assert.throws(() => db.append(batch), IndexBusyError);
  assert.throws(() => db.catchUp(RUN), IndexBusyError);
  other.script("ROLLBACK");
  db.append(batch);
});

Deno.test("append() goes over to the new file when the database is removed", async () => {
  using home = project();
  using db = await store(home);
  const events = [start(), eventOf({ step_id: null, state: "warning", message: "odd" }, 2)];
  const record = db.createRun(start());
  writeTrace(home.paths, events);
  Deno.removeSync(home.paths.database);
  const folded = events.reduce<RunRecord | null>(fold, null) ?? record;
  db.append({ record: folded, events: events.slice(1), artifacts: [], traceBytes: 10_000 });
  using fresh = await store(home);
  assert.deepEqual(fresh.getRun(RUN), folded);
  assert.deepEqual(fresh.getEvents(RUN), events);
});
