import assert from "node:assert/strict";
import type { RunEvent } from "../../event/event.ts";
import { thisProcess } from "../../event/identity.ts";
import { openReader } from "../../state/open_reader.ts";
import { checkDatabase } from "../../state/sqlite/rebuild_database.ts";
import { startRecording } from "../../state/recording/start_recording.ts";
import { openStore } from "../../state/sqlite/sqlite_store.ts";
import { planned, tokens } from "../events.ts";
import { project } from "./projects.ts";

const owner = thisProcess(null);
const HOUR = 3_600_000;

Deno.test("readers see a run that is being recorded as it is, from either place", async () => {
  using home = project();
  using database = await openStore(home.root, { owner, busyTimeoutMs: 0 });
  const told: RunEvent[] = [];
  const recording = await startRecording({
    ...{ paths: home.paths, owner, env: {}, now: Date.now, index: database },
    ...{ pipeline: "demo", input: "go", mock: false, steps: [planned("plan")] },
    listener: (event) => told.push(event),
    warn: (message) => assert.fail(message),
  });
  const { runId } = recording;
  using sqlite = openReader(home.root, { now: () => Date.now() });
  using traces = openReader(home.root, { now: () => Date.now(), forceTraces: true });
  const look = () => {
    const [indexed, whole] = [sqlite, traces].map((reader) => reader.run(runId));
    assert.deepEqual(indexed?.record, whole?.record);
    assert.deepEqual(indexed?.record, recording.record);
    assert.deepEqual(sqlite.artifacts(runId), recording.artifacts);
    assert.equal(sqlite.provenance.source, "state.db");
    return indexed;
  };
  {
    await using _recording = recording;
    const step = { step_id: "plan", attempt: 1 };
    assert.equal(look()?.liveness, "alive");
    recording.emit({ ...step, state: "running", data: { nonce: "n", workspace: "w" } });
    assert.deepEqual(look()?.record.currentSteps, ["plan"]);
    // Not yet in the database: these go there in groups.
    recording.emit({ ...step, state: "tool", data: { tokens: tokens(30, 12) } });
    assert.equal(look()?.record.tokens.total, 42);
    recording.emit({ ...step, state: "output", message: "text", data: { stream: "stdout" } });
    const artifact = {
      ...{ name: "report", type: null, path: "w/report.md", size_bytes: 1, sha256: "ab" },
      modified_at: new Date().toISOString(),
    };
    recording.emit({ ...step, state: "artifact", data: { artifact } });
    look();
    assert.equal(sqlite.runs({ statuses: ["running"] }).total, 1);
    assert.equal(sqlite.runs({ statuses: ["failed"] }).total, 0);
    // Text that not every storage takes as it is.
    const message = "half \ud83d\ude00 of a \ud83d, and a \0 within";
    recording.emit({ ...step, state: "failed", message, data: { tokens: tokens(30, 12) } });
    await recording.end("failed", message);
  }
  assert.equal(look()?.liveness, "finished");
  assert.equal(sqlite.runs({ statuses: ["failed"] }).total, 1);
  assert.deepEqual(checkDatabase(home.root, Date.now()), []);
  assert.deepEqual(
    database.getEvents(runId),
    told.filter((event) => event.state !== "output"),
  );
});

Deno.test("readers show a run whose process is gone as failed, and never as running", async () => {
  using home = project();
  using database = await openStore(home.root, { owner, busyTimeoutMs: 0 });
  const recording = await startRecording({
    ...{ paths: home.paths, owner, env: {}, now: Date.now, index: database },
    ...{ pipeline: "demo", input: "go", mock: false, steps: [planned("plan")] },
    ...{ listener: () => {}, warn: (message: string) => assert.fail(message) },
  });
  await recording[Symbol.asyncDispose]();
  for (const forceTraces of [false, true]) {
    using reader = openReader(home.root, { now: () => Date.now() + HOUR, forceTraces });
    assert.equal(reader.runs({ statuses: ["running"] }).total, 0);
    const [run] = reader.runs({ statuses: ["failed"] }).runs;
    assert.equal(run?.liveness, "interrupted");
    assert.equal(run.record.status, "running");
    assert.ok(run.elapsedMs < HOUR);
  }
});
