import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeEvent } from "../../../event/codec.ts";
import type { EventDraft, RunEvent } from "../../../event/event.ts";
import { fold, foldArtifacts } from "../../../state/records/fold.ts";
import { openReader } from "../../../state/open_reader.ts";
import {
  checkDatabase,
  fillLogs,
  rebuildDatabase,
} from "../../../state/sqlite/rebuild_database.ts";
import type { ArtifactRecord, RunRecord } from "../../../state/records/records.ts";
import { Database } from "../../../state/sqlite/database.ts";
import { openForWriting } from "../../../state/sqlite/write_connection.ts";
import { snapshotOf } from "../../../state/records/snapshot.ts";
import { anyRun, eventOf } from "../../events.ts";
import { REPOSITORY, sourceCommand } from "../../start_program.ts";
import { type Project, project, store, writeTrace } from "../projects.ts";

const NOW = Date.UTC(2026, 1, 3);
const RUNS = ["demo-1", "demo-2", "demo-3"];
const samples = RUNS.map((id, index) => {
  const [events] = fc.sample(anyRun(id), { numRuns: 1, seed: index + 9 });
  if (events === undefined) throw new Error("no sample");
  return events;
});

function filled(): Project {
  const home = project();
  for (const events of samples) writeTrace(home.paths, events);
  openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  return home;
}

/** Every row of every table. */
function rows({ paths }: Project) {
  using database = openForWriting(paths, { busyTimeoutMs: 0 });
  return ["pipeline_state", "pipeline_run", "step_state", "artifact", "event_log", "cancellation"]
    .map((table) => database.all(`SELECT * FROM ${table}`));
}

const kinds = (home: Project) =>
  checkDatabase(home.root, NOW).map(({ kind, runId }) => [kind, runId]);

Deno.test("rebuildDatabase() gives what was there before anything broke", async () => {
  using home = filled();
  const expected = rows(home);
  assert.deepEqual(checkDatabase(home.root, NOW), []);
  const bytes = Deno.readFileSync(home.paths.database);
  bytes.fill(7, 4096, 20_000);
  for (
    const broken of [bytes, new Uint8Array(), new TextEncoder().encode("garbage ".repeat(999))]
  ) {
    Deno.writeFileSync(home.paths.database, broken);
    await rebuildDatabase(home.root);
    assert.deepEqual(rows(home), expected);
    assert.deepEqual(checkDatabase(home.root, NOW), []);
    assert.equal((Deno.statSync(home.paths.database).mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("rebuildDatabase() is finished by the next writer when it dies, whatever files are left", () => {
  for (const gone of [[], ["-wal"], ["-wal", "-shm"], ["-wal", "-shm", ""]]) {
    using home = filled();
    const expected = rows(home);
    {
      // Something that only the -wal holds, as after a crash of a writer.
      using _open = openForWriting(home.paths, { busyTimeoutMs: 0 });
      Deno.writeTextFileSync(`${home.paths.wave}/rebuild`, "");
      for (const suffix of gone) Deno.removeSync(home.paths.database + suffix);
      using reader = openReader(home.root, { now: () => NOW });
      assert.deepEqual(reader.idsWithPrefix("", 9).toSorted(), RUNS);
      assert.equal(reader.provenance.source, "traces");
    }
    assert.deepEqual(rows(home), expected);
    using reader = openReader(home.root, { now: () => NOW });
    assert.equal(reader.runs({}).total, RUNS.length);
    assert.equal(reader.provenance.source, "state.db");
  }
});

Deno.test("rebuildDatabase() loses nothing of a run that is recorded meanwhile", async () => {
  using home = project();
  const [events = []] = samples;
  using live = await store(home);
  let record: RunRecord | null = null;
  let artifacts: readonly ArtifactRecord[] = [];
  let traceBytes = 0;
  const told: RunEvent[] = [];
  for (const event of events) {
    told.push(event);
    record = fold(record, event);
    artifacts = foldArtifacts(artifacts, event);
    traceBytes += new TextEncoder().encode(encodeEvent(event)).length + 1;
    writeTrace(home.paths, told);
    if (record === null) continue;
    if (event.seq % 3 === 0) await rebuildDatabase(home.root);
    live.append({ record, artifacts, traceBytes, events: [event] });
    using fresh = await store(home);
    assert.deepEqual(fresh.getRun(event.run_id), record);
    assert.deepEqual(fresh.getEvents(event.run_id), told.filter((one) => one.state !== "output"));
    assert.deepEqual(fresh.getArtifacts(event.run_id), artifacts);
  }
});

Deno.test("checkDatabase() finds what is wrong", () => {
  using home = filled();
  Deno.removeSync(home.paths.trace("demo-1"));
  Deno.writeTextFileSync(home.paths.unindexed("demo-2"), "");
  const [events = []] = fc.sample(anyRun("demo-4"), { numRuns: 1, seed: 1 });
  writeTrace(home.paths, events);
  const late = eventOf({ step_id: null, state: "warning", message: "late" }, 9_999, "demo-3");
  Deno.writeTextFileSync(home.paths.trace("demo-3"), `${encodeEvent(late)}\n`, { append: true });
  assert.deepEqual(
    new Set(kinds(home).map(([kind, id]) => `${id} ${kind}`)),
    new Set([
      "demo-1 trace_missing",
      "demo-2 behind",
      "demo-3 behind",
      "demo-4 incomplete",
    ]),
  );
  Deno.writeTextFileSync(home.paths.database, "");
  assert.deepEqual(kinds(home), [["absent", null]]);
  Deno.removeSync(home.paths.database);
  assert.deepEqual(kinds(home), [["absent", null]]);
  Deno.writeTextFileSync(home.paths.database, "garbage ".repeat(999));
  assert.deepEqual(kinds(home), [["unusable", null]]);
  using empty = project();
  assert.deepEqual(kinds(empty), []);
});

Deno.test("openStore() brings marked runs up to date whose owners are gone", async () => {
  using home = filled();
  const [events = []] = samples;
  using database = openForWriting(home.paths, { busyTimeoutMs: 0 });
  const expected = rows(home);
  database.run("DELETE FROM pipeline_run WHERE run_id = 'demo-1'");
  Deno.writeTextFileSync(home.paths.unindexed("demo-1"), "");
  Deno.writeTextFileSync(home.paths.unindexed("nothing"), "");
  assert.equal(events[0]?.run_id, "demo-1");
  (await store(home)).close();
  assert.deepEqual(rows(home), expected);
  assert.deepEqual(
    [...Deno.readDirSync(home.paths.wave)].filter((entry) => entry.name.startsWith("unindexed")),
    [],
  );
});

Deno.test("openForWriting() shows a new database whole or not at all", async () => {
  using home = project();
  for (let n = 0; n < 150; n++) {
    writeTrace(home.paths, (samples[0] ?? []).map((event) => ({ ...event, run_id: `run-${n}` })));
  }
  const [deno = "", ...words] = sourceCommand(
    `${REPOSITORY}tests/fixtures/read_until_filled.ts`,
  );
  const reading = new Deno.Command(deno, {
    args: [...words, home.root],
    stdout: "piped",
  }).spawn();
  const output = reading.stdout.getReader();
  await output.read();
  openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  const { value } = await output.read();
  assert.equal(new TextDecoder().decode(value), "150\n");
  await output.cancel();
  assert.equal((await reading.status).code, 0);
});

Deno.test("openForWriting() refuses a database of a newer wave, and leaves it as it is", async () => {
  using home = filled();
  {
    using database = openForWriting(home.paths, { busyTimeoutMs: 0 });
    database.script("PRAGMA user_version = 99; CREATE TABLE future (a)");
  }
  assert.throws(() => openForWriting(home.paths, { busyTimeoutMs: 0 }), {
    reason: "written by a newer wave (version 99)",
    busy: false,
  });
  {
    using database = new Database(home.paths.database, { readOnly: true }, "");
    assert.deepEqual(database.all("SELECT * FROM future"), []);
  }
  // Who makes it anew all the same loses nothing that the newer one wrote.
  await rebuildDatabase(home.root);
  using copy = new Database(`${home.paths.database}.v99`, { readOnly: true }, "");
  assert.deepEqual(copy.all("SELECT * FROM future"), []);
});

Deno.test("rebuildDatabase() leaves no half copy of a newer database that cannot be copied", async () => {
  using home = filled();
  {
    using database = openForWriting(home.paths, { busyTimeoutMs: 0 });
    database.script("PRAGMA user_version = 99");
  }
  const bytes = Deno.readFileSync(home.paths.database);
  // The copy cannot be made safe against a crash.
  Deno.mkdirSync(`${home.paths.database}.v99-journal`);
  await assert.rejects(rebuildDatabase(home.root), { name: "DatabaseError" });
  assert.deepEqual(Deno.readFileSync(home.paths.database), bytes);
  const names = [...Deno.readDirSync(home.paths.wave)].map(({ name }) => name);
  assert.deepEqual(names.filter((name) => name.endsWith(".v99")), []);
});

Deno.test("fillLogs() adds the logs for which there was no time when the database was made", async () => {
  using home = project();
  const { root, paths } = home;
  for (const [index, id] of ["long-1", "long-2"].entries()) {
    writeTrace(paths, longRun(id, 9_000 + index));
  }
  for (const events of samples) writeTrace(paths, events);
  openForWriting(paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  const logs = () => {
    using database = openForWriting(paths, { busyTimeoutMs: 0 });
    return Object.fromEntries(
      database.all("SELECT run_id, count(*) AS n FROM event_log GROUP BY run_id").map((row) => [
        row["run_id"],
        row["n"],
      ]),
    );
  };
  // Everything but the long logs is there at once, and says so.
  assert.deepEqual(Object.keys(logs()).toSorted(), RUNS);
  assert.deepEqual(kinds(home), [["log_missing", null]]);
  const [, steps] = rows(home).slice(1, 3);
  // A run that goes on adds its new events to a log without a beginning.
  using live = await store(home);
  live.catchUp("long-1");
  const done = await fillLogs(root);
  assert.deepEqual(done.toSorted(), ["long-1", "long-2"]);
  assert.deepEqual(kinds(home), []);
  assert.deepEqual(rows(home)[2], steps);
  assert.deepEqual([logs()["long-1"], logs()["long-2"]], [9_002, 9_003]);
  assert.deepEqual(await fillLogs(root), []);
});

/** A completed run with `count` warnings of 400 bytes each. */
function longRun(id: string, count: number): RunEvent[] {
  const story = fc.sample(anyRun(id), { numRuns: 1, seed: 2 })[0] ?? [];
  const [first] = story;
  assert(first?.state === "started");
  const events: RunEvent[] = [first];
  let record = fold(null, first);
  const tell = (draft: EventDraft) => {
    const event = eventOf(draft, events.length + 1, id);
    events.push(event);
    record = fold(record, event);
  };
  const message = "careful ".repeat(50);
  for (let n = 0; n < count; n++) tell({ step_id: null, state: "warning", message });
  assert(record !== null);
  const data = { snapshot: snapshotOf(record, 0, "completed") };
  tell({ step_id: null, state: "completed", data });
  return events;
}
