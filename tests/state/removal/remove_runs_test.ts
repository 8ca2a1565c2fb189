import assert from "node:assert/strict";
import type { RunEvent } from "../../../event/event.ts";
import { fold } from "../../../state/records/fold.ts";
import { openReader } from "../../../state/open_reader.ts";
import { acquireOwner, inspectOwner } from "../../../state/live/owner_lock.ts";
import {
  finishRemovals,
  type RemoveOptions,
  removeRuns,
  runBytes,
} from "../../../state/removal/remove_runs.ts";
import { snapshotOf } from "../../../state/records/snapshot.ts";
import { openForWriting } from "../../../state/sqlite/write_connection.ts";
import { eventOf, OWNER, planned, started } from "../../events.ts";
import { REPOSITORY, sourceCommand } from "../../start_program.ts";
import { type Project, project, writeTrace } from "../projects.ts";

const HERE = { ...OWNER, host: Deno.hostname() };
const NOW = Date.UTC(2026, 1, 3);
const GONE = "demo-1";
const KEPT = "demo-2";

function options(changes: Partial<RemoveOptions> = {}): RemoveOptions {
  return { owner: HERE, now: () => NOW, signal: new AbortController().signal, ...changes };
}

/** A run with a workspace; it has ended unless told. */
function addRun({ paths }: Project, id: string, ended = true, owner = HERE): void {
  const draft = started([planned("plan")]);
  if (draft.state !== "started") throw new Error("not the start");
  const first = eventOf({ ...draft, data: { ...draft.data, owner } }, 1, id);
  const events: RunEvent[] = [first];
  const record = fold(null, first);
  if (ended && record !== null) {
    const snapshot = snapshotOf(record, 0, "cancelled");
    events.push(eventOf({ step_id: null, state: "cancelled", data: { snapshot } }, 2, id));
  }
  writeTrace(paths, events);
  Deno.mkdirSync(`${paths.workspace(id)}/plan/deep`, { recursive: true });
  Deno.writeTextFileSync(`${paths.workspace(id)}/plan/deep/report.md`, "12345");
}

function home(...ids: string[]): Project {
  const made = project();
  for (const id of ids) addRun(made, id);
  openForWriting(made.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  return made;
}

function idsOf({ root }: Project, forceTraces = false): readonly string[] {
  using reader = openReader(root, { now: () => NOW, forceTraces });
  return reader.idsWithPrefix("", 100);
}

/** The paths under `.wave` that name the run, and whether rows of it are left. */
function leftOf({ paths, root }: Project, id: string): string[] {
  const found: string[] = [];
  const look = (folder: string) => {
    for (const entry of Deno.readDirSync(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.name.includes(id)) found.push(path.slice(root.length));
      else if (entry.isDirectory) look(path);
    }
  };
  look(paths.wave);
  using database = openForWriting(paths, { busyTimeoutMs: 0 });
  for (const table of ["pipeline_run", "step_state", "event_log", "artifact"]) {
    const rows = database.all(`SELECT 1 FROM ${table} WHERE run_id = :id`, { id });
    if (rows.length > 0) found.push(table);
  }
  return found;
}

Deno.test("removeRuns() removes trace, workspace, rows and side files of a run, and nothing else", async () => {
  using made = home(GONE, KEPT);
  Deno.writeTextFileSync(made.paths.cancel(GONE), "{}");
  Deno.writeTextFileSync(made.paths.unindexed(GONE), "");
  const progress: number[][] = [];
  const bytes = runBytes(made.root, GONE);
  const told = await removeRuns(
    made.root,
    [GONE, "nobody", "../outside"],
    options({ measure: true, progress: (...counts) => progress.push(counts) }),
  );
  assert.deepEqual(told, {
    removed: [{ id: GONE, bytes }],
    refused: [{ id: "nobody", reason: "no such run" }, { id: "../outside", reason: "no such run" }],
    leftovers: [],
  });
  assert.ok(bytes > 5);
  assert.deepEqual(progress, [[3, 3]]);
  assert.deepEqual(leftOf(made, GONE), []);
  assert.deepEqual(idsOf(made), [KEPT]);
  assert.equal(Deno.readTextFileSync(`${made.paths.workspace(KEPT)}/plan/deep/report.md`), "12345");
});

for (const disk of ["roomy", "full"]) {
  Deno.test(`removeRuns() leaves each run whole or gone, wherever it dies, on a ${disk} disk`, async () => {
    const [deno = "", ...words] = sourceCommand(`${REPOSITORY}tests/fixtures/crash_remove.ts`);
    let steps = 0;
    for (let finished = false; !finished; steps++) {
      using made = home(GONE, KEPT);
      const { code } = await new Deno.Command(deno, {
        args: [...words, made.root, GONE, `${steps}`, disk],
      }).output();
      finished = code === 0;
      assert.ok(finished || code === 77, `exit ${code}`);
      const seen = idsOf(made);
      assert.deepEqual(idsOf(made, true), seen, `readers differ after step ${steps}`);
      if (seen.includes(GONE)) {
        assert.equal(Deno.statSync(`${made.paths.workspace(GONE)}/plan/deep/report.md`).size, 5);
        await finishRemovals(made.root, options());
        assert.deepEqual(idsOf(made), [KEPT, GONE]);
        await removeRuns(made.root, [GONE], options());
      } else {
        assert.deepEqual(seen, [KEPT]);
        await finishRemovals(made.root, options());
      }
      assert.deepEqual(leftOf(made, GONE), [], `left over after step ${steps}`);
      assert.deepEqual(idsOf(made), [KEPT]);
    }
    assert.ok(steps > 8, `only ${steps} steps were seen`);
  });
}

Deno.test("removeRuns() refuses runs that are, or may be, running", async () => {
  using made = project();
  addRun(made, "alive", false);
  addRun(made, "elsewhere", false, { ...HERE, host: "another-machine" });
  addRun(made, "dead", false);
  await using lock = await acquireOwner(made.paths, "alive", HERE);
  assert.ok(lock);
  const now = () => Date.now();
  const told = await removeRuns(made.root, ["alive", "elsewhere", "dead"], options({ now }));
  assert.deepEqual(told.refused, [
    { id: "alive", reason: "alive" },
    { id: "elsewhere", reason: "unknown" },
  ]);
  assert.deepEqual(told.removed.map((run) => run.id), ["dead"]);
});

Deno.test("removeRuns() hides a run from a database that cannot be used, and deletes it there later", async () => {
  using made = home(GONE, KEPT);
  const sound = Deno.readFileSync(made.paths.database);
  Deno.writeTextFileSync(made.paths.database, "garbage ".repeat(1000));
  const told = await removeRuns(made.root, [GONE], options());
  assert.equal(told.removed.length, 1);
  assert.deepEqual(idsOf(made), [KEPT]);
  Deno.writeFileSync(made.paths.database, sound);
  assert.deepEqual(idsOf(made), [KEPT]);
  await finishRemovals(made.root, options());
  assert.deepEqual(leftOf(made, GONE), []);
  assert.deepEqual(idsOf(made), [KEPT]);
});

Deno.test("removeRuns() removes runs that only the database knows", async () => {
  using made = home(GONE, KEPT);
  Deno.removeSync(made.paths.trace(GONE));
  assert.deepEqual(idsOf(made), [KEPT, GONE]);
  await removeRuns(made.root, [GONE], options());
  assert.deepEqual(leftOf(made, GONE), []);
});

Deno.test("removeRuns() follows no links and removes read-only folders", async () => {
  using made = home(GONE, KEPT, "demo-3");
  const outside = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${outside}/precious`, "");
    Deno.symlinkSync(outside, `${made.paths.workspace(GONE)}/plan/link`);
    Deno.chmodSync(`${made.paths.workspace(GONE)}/plan/deep`, 0o500);
    Deno.removeSync(made.paths.workspace(KEPT), { recursive: true });
    Deno.symlinkSync(outside, made.paths.workspace(KEPT));
    Deno.symlinkSync(outside, made.paths.trashed("demo-3"));
    Deno.writeTextFileSync(`${outside}/long`, "as long as it was");
    Deno.symlinkSync(`${outside}/long`, `${made.paths.trash}/trace-demo-4.log`);
    const told = await removeRuns(made.root, [GONE, KEPT, "demo-3"], options({ measure: true }));
    assert.deepEqual(told.refused, [
      { id: KEPT, reason: "its workspace is no plain folder" },
      { id: "demo-3", reason: "its place in the trash is taken" },
    ]);
    assert.deepEqual(told.leftovers, []);
    assert.deepEqual([...Deno.readDirSync(outside)].map((entry) => entry.name).sort(), [
      "long",
      "precious",
    ]);
    assert.equal(Deno.readTextFileSync(`${outside}/long`), "as long as it was");

    Deno.removeSync(made.paths.workspaces, { recursive: true });
    Deno.symlinkSync(outside, made.paths.workspaces);
    await assert.rejects(removeRuns(made.root, ["demo-3"], options()), { code: "unsafe_folder" });
  } finally {
    Deno.removeSync(outside, { recursive: true });
  }
});

Deno.test("removeRuns() stops at the signal", async () => {
  using made = home(GONE, KEPT);
  const told = await removeRuns(made.root, [GONE], options({ signal: AbortSignal.abort() }));
  assert.deepEqual(told.removed, []);
  assert.deepEqual(idsOf(made), [KEPT, GONE]);
});

Deno.test("removeRuns() keeps the lock of a run until its files are gone", async () => {
  using made = home(GONE, KEPT);
  const seen: string[] = [];
  const progress = () => void seen.push(inspectOwner(made.paths, GONE).kind);
  await removeRuns(made.root, [GONE], options({ progress }));
  assert.deepEqual(seen, ["locked"]);
  assert.equal(inspectOwner(made.paths, GONE).kind, "missing");
});

Deno.test("finishRemovals() leaves a run alone whose trace was not moved", async () => {
  using made = home(GONE, KEPT);
  Deno.mkdirSync(made.paths.trashed(GONE), { recursive: true });
  Deno.writeTextFileSync(`${made.paths.trashed(GONE)}/stranger`, "");
  await finishRemovals(made.root, options());
  assert(Deno.statSync(made.paths.trace(GONE)).isFile);
  assert(Deno.statSync(made.paths.workspace(GONE)).isDirectory);
});

Deno.test("finishRemovals() goes on where the mark stands for a trace on another file system", async () => {
  using made = home(GONE, KEPT);
  Deno.mkdirSync(made.paths.trashed(GONE), { recursive: true });
  Deno.writeTextFileSync(`${made.paths.trashed(GONE)}/removed`, "");
  await finishRemovals(made.root, options());
  assert.deepEqual(idsOf(made), [KEPT]);
  assert.throws(() => Deno.statSync(made.paths.trace(GONE)), Deno.errors.NotFound);
});

Deno.test("removeRuns() removes what an agent left read-only, as a user who is not root", async () => {
  using made = home(GONE);
  Deno.chmodSync(`${made.paths.workspace(GONE)}/plan/deep`, 0o500);
  const { remove } = Deno;
  // Root may remove what stands in a read-only folder; others may not.
  const deep = `${made.paths.trashed(GONE)}/workspace/plan/deep`;
  Deno.remove = async (path, options) => {
    if (
      String(path) === made.paths.trashed(GONE) && ((Deno.statSync(deep).mode ?? 0) & 0o200) === 0
    ) {
      throw new Deno.errors.PermissionDenied("read-only");
    }
    await remove(path, options);
  };
  try {
    const { removed, leftovers } = await removeRuns(made.root, [GONE], options());
    assert.deepEqual([removed.map(({ id }) => id), leftovers], [[GONE], []]);
  } finally {
    Deno.remove = remove;
  }
  assert.deepEqual(leftOf(made, GONE), []);
});
