import assert from "node:assert/strict";
import { openReader } from "../../state/open_reader.ts";
import { clearIndexMark } from "../../state/records/index_mark.ts";
import type { RunQuery, RunReader } from "../../state/records/run_reader.ts";
import { openForWriting } from "../../state/sqlite/write_connection.ts";
import { holdDatabase } from "../hold_database.ts";
import { ordinaryUser } from "../ordinary_user.ts";
import { eventOf, planned, START, started, tokens } from "../events.ts";
import { type Project, project, writeTrace } from "./projects.ts";
import { recordRun } from "./recordings.ts";

const NOW = Date.UTC(2026, 1, 3);
const RUNS = ["demo-1", "demo-2"];

function filled(): Project {
  const home = project();
  for (const id of RUNS) {
    const step = { step_id: "plan", attempt: 1 };
    writeTrace(home.paths, [
      eventOf(started([planned("plan")]), 1, id),
      eventOf({ ...step, state: "running", data: { nonce: "n", workspace: "w" } }, 2, id),
      eventOf({ ...step, state: "completed", data: { tokens: tokens(3, 4) } }, 3, id),
    ]);
  }
  openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  return home;
}

function answers(reader: RunReader) {
  return [
    reader.runs({}),
    reader.run("demo-1"),
    reader.idsWithPrefix("demo", 5),
    reader.artifacts("demo-1"),
  ];
}

/** Breaks the database of a project; what it returns undoes that. */
type Break = (home: Project, sound: RunReader) => Promise<AsyncDisposable> | void;

const FAULTS: Readonly<Record<string, { reason: RegExp; breakIt: Break }>> = {
  "missing": { reason: /^missing$/, breakIt: ({ paths }) => Deno.removeSync(paths.database) },
  "zero bytes": {
    reason: /^empty$/,
    breakIt: ({ paths }) => Deno.writeFileSync(paths.database, new Uint8Array()),
  },
  "random bytes": {
    reason: /^not a database$/,
    breakIt: ({ paths }) =>
      Deno.writeFileSync(paths.database, crypto.getRandomValues(new Uint8Array(20_000))),
  },
  "a folder": {
    reason: /^not a database$/,
    breakIt: ({ paths }) => {
      Deno.removeSync(paths.database);
      Deno.mkdirSync(paths.database);
    },
  },
  "page headers flipped": {
    reason: /^damaged$/,
    breakIt: ({ paths }) => {
      const bytes = Deno.readFileSync(paths.database);
      for (let page = 4096; page < bytes.length; page += 4096) {
        for (let at = page; at < page + 12; at++) bytes[at] = 255 - (bytes[at] ?? 0);
      }
      Deno.writeFileSync(paths.database, bytes);
    },
  },
  "a row changed by hand": {
    reason: /^damaged$/,
    breakIt: ({ paths }) => {
      using database = openForWriting(paths, { busyTimeoutMs: 0 });
      database.run("UPDATE pipeline_run SET current_steps = '[1]'");
    },
  },
  "tables missing": {
    reason: /^not a database of wave$/,
    breakIt: ({ paths }) => {
      using database = openForWriting(paths, { busyTimeoutMs: 0 });
      database.script("DROP TABLE artifact; DROP TABLE step_state");
    },
  },
  "written by a newer wave": {
    reason: /^written by a newer wave \(version 99\)$/,
    breakIt: ({ paths }) => {
      using database = openForWriting(paths, { busyTimeoutMs: 0 });
      database.script("PRAGMA user_version = 99");
    },
  },
  "being rebuilt": {
    reason: /^being rebuilt$/,
    breakIt: ({ paths }) => Deno.writeTextFileSync(`${paths.wave}/rebuild`, ""),
  },
  "locked by another process": { reason: /^locked by another process$/, breakIt: lockedOut },
};

/** It is locked as a whole, which it can only be while nobody else has it open. */
async function lockedOut({ paths }: Project, sound: RunReader): Promise<AsyncDisposable> {
  sound[Symbol.dispose]();
  return await holdDatabase(paths.database);
}

for (const [fault, { reason, breakIt }] of Object.entries(FAULTS)) {
  Deno.test(`openReader() answers from the traces when the database is ${fault}`, async () => {
    using home = filled();
    using sound = openReader(home.root, { now: () => NOW });
    const expected = answers(sound);
    await using _fault = await breakIt(home, sound) ?? new AsyncDisposableStack();
    // Both one that is opened now, and one that was opened before the fault.
    using reader = openReader(home.root, { now: () => NOW });
    assert.deepEqual(answers(reader), expected);
    assert.equal(reader.provenance.source, "traces");
    assert.match(reader.provenance.reason ?? "", reason);
    assert.deepEqual(answers(sound), expected);
  });
}

Deno.test("openReader() answers a user who may not read the database, or not write its folder", async (t) => {
  if (Deno.uid() !== 0) return console.log("skipped: only root can become another user");
  for (const fault of ["unreadable", "read-only folder"]) {
    await t.step(fault, async () => {
      using home = filled();
      using sound = openReader(home.root, { now: () => NOW });
      const ids = sound.idsWithPrefix("", 5);
      sound[Symbol.dispose]();
      for (const suffix of ["-wal", "-shm"]) Deno.removeSync(home.paths.database + suffix);
      for (const path of [home.root, home.paths.wave]) Deno.chmodSync(path, 0o755);
      Deno.chmodSync(home.paths.traces, 0o755);
      for (const id of ids) Deno.chmodSync(home.paths.trace(id), 0o644);
      Deno.chmodSync(home.paths.database, fault === "unreadable" ? 0o600 : 0o644);
      const user = await ordinaryUser(home.root);
      if (user === null) return;
      const { stdout: text, stderr } = await user.run(home.root, user.deno, [
        "run",
        ...permissions(),
      ]);
      assert.notEqual(text, "", stderr);
      const told = JSON.parse(text);
      assert.deepEqual(told.ids, ids);
      assert.equal(told.source, "traces");
      assert.match(told.reason, fault === "unreadable" ? /permission denied/ : /read-only/);

      function permissions(): string[] {
        return ["--allow-read", "--allow-write", "--allow-sys", bundle(), home.root];
      }
      /** The other user cannot read this checkout. */
      function bundle(): string {
        const out = `${home.root}/read_ids.js`;
        const { code, stderr } = new Deno.Command(Deno.execPath(), {
          args: ["bundle", "--quiet", "tests/fixtures/read_ids.ts", "-o", out],
          stderr: "piped",
        }).outputSync();
        assert.equal(code, 0, new TextDecoder().decode(stderr));
        Deno.chmodSync(out, 0o644);
        return out;
      }
    });
  }
});

Deno.test("openReader() has nothing to warn of where nothing ever ran", () => {
  using home = project();
  for (const root of [home.root, `${home.root}/nowhere`]) {
    using reader = openReader(root, { now: () => NOW });
    assert.deepEqual(reader.runs({}), { runs: [], total: 0 });
    assert.equal(reader.provenance.reason, null);
  }
});

Deno.test("openReader() hides runs that are being removed", () => {
  using home = filled();
  Deno.mkdirSync(home.paths.trashed("demo-1"));
  using reader = openReader(home.root, { now: () => NOW });
  assert.deepEqual(reader.idsWithPrefix("", 5), ["demo-2", "demo-1"]);
  Deno.renameSync(home.paths.trace("demo-1"), `${home.paths.trashed("demo-1")}/trace-demo-1.log`);
  assert.deepEqual(reader.idsWithPrefix("", 5), ["demo-2"]);
  assert.equal(reader.run("demo-1"), null);
  assert.equal(reader.runs({}).total, 1);
});

Deno.test("openReader() follows a database that was replaced", () => {
  using home = filled();
  using reader = openReader(home.root, { now: () => NOW });
  assert.equal(reader.runs({}).total, 2);
  Deno.removeSync(home.paths.trace("demo-1"));
  for (const suffix of ["-wal", "-shm", ""]) Deno.removeSync(home.paths.database + suffix);
  openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  assert.equal(reader.runs({}).total, 1);
  assert.equal(reader.provenance.source, "state.db");
});

Deno.test("a page of runs that began at one moment is the same, wherever it is read", async () => {
  using home = project();
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) ids.push(await recordRun(home, 1));
  openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  for (const id of ids) clearIndexMark(home.paths, id);
  const newest = ids.toSorted().toReversed();
  const cases: [RunQuery, string[]][] = [
    [{}, newest],
    [{ limit: 2 }, newest.slice(0, 2)],
    [{ limit: 1, offset: 1 }, newest.slice(1, 2)],
    [{ offset: 2 }, newest.slice(2)],
  ];
  for (const forceTraces of [false, true]) {
    using reader = openReader(home.root, { now: () => NOW, forceTraces });
    for (const [query, expected] of cases) {
      const { runs, total } = reader.runs(query);
      assert.deepEqual(runs.map(({ record }) => record.id), expected, JSON.stringify(query));
      assert.equal(total, 3);
    }
  }
});

Deno.test("a reader takes the moments that it is given for included, wherever it reads", async () => {
  using home = project();
  const id = await recordRun(home, 1);
  openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  // Else the trace is asked, as of a run that the database may lack.
  clearIndexMark(home.paths, id);
  const cases: [RunQuery, boolean][] = [
    [{ since: START }, true],
    [{ since: START + 1 }, false],
    [{ until: START }, true],
    [{ until: START - 1 }, false],
    [{ since: START, until: START, statuses: ["completed"] }, true],
    [{ ids: [] }, false],
    [{ statuses: [] }, false],
    [{ limit: 0 }, false],
  ];
  for (const forceTraces of [false, true]) {
    using reader = openReader(home.root, { now: () => NOW, forceTraces });
    assert.equal(reader.provenance.source, forceTraces ? "traces" : "state.db");
    for (const [query, selected] of cases) {
      const ids = reader.runs(query).runs.map(({ record }) => record.id);
      assert.deepEqual(ids, selected ? [id] : [], JSON.stringify(query));
    }
  }
});
