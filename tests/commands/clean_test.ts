import assert from "node:assert/strict";
import { openForWriting } from "../../state/sqlite/write_connection.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { type Project, projectInProcess as project } from "../cli.ts";
import { call } from "../contract/in_process.ts";
import { holdDatabase } from "../hold_database.ts";
import { holdOwner, type SeededRun, seedRuns } from "../seed.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.now();

/** Five runs of `a` and three of `b`; the age of each is in its id. */
const RUNS: SeededRun[] = [
  ...[1, 2, 30, 48, 72].map((hours, index) => ({
    id: `a-${hours}h`,
    pipeline: "a",
    status: index % 2 === 0 ? "completed" as const : "failed" as const,
    startedAt: NOW - hours * HOUR,
    tookMs: 1000,
  })),
  ...[3, 40, 90].map((hours) => ({
    id: `b-${hours}h`,
    pipeline: "b",
    status: "completed" as const,
    startedAt: NOW - hours * HOUR,
    tookMs: 1000,
  })),
];

async function seeded(runs: readonly SeededRun[] = RUNS): Promise<Project> {
  const place = await project();
  await seedRuns(place.root, runs);
  for (const { id } of runs) {
    await place.write(`.wave/workspaces/${id}/one/file.txt`, "x".repeat(100));
  }
  return place;
}

/** The same with a database that knows them. */
async function indexed(): Promise<Project> {
  const place = await seeded();
  openForWriting(wavePaths(place.root), { busyTimeoutMs: 0 })[Symbol.dispose]();
  return place;
}

async function ids(place: Project): Promise<string[]> {
  const { stdout } = await place.wave(["list", "runs", "-q"]);
  return stdout.split("\n").filter((id) => id !== "").sort();
}

const names = (runs: readonly { id: string }[]) => runs.map(({ id }) => id).sort();

Deno.test("clean removes what the selection names, and nothing else", async () => {
  const all = names(RUNS);
  const cases: [string[], string[]][] = [
    [["--status", "cancelled"], []],
    [["--status", "failed"], ["a-2h", "a-48h"]],
    [["--pipeline", "a", "--older-than", "1d"], ["a-30h", "a-48h", "a-72h"]],
    [["--keep-last", "2"], ["a-30h", "a-48h", "a-72h", "b-90h"]],
    // Ranked before the other filters: the two newest of `a` are kept, failed or not.
    [["--keep-last", "2", "--status", "failed"], ["a-48h"]],
    [["--pipeline", "nothing*"], []],
    [["a-1h", "b-3h"], ["a-1h", "b-3h"]],
    [["a-1h", "--status", "failed"], []],
    [["--since", "35h", "--pipeline", "?"], ["a-1h", "a-2h", "a-30h", "b-3h"]],
    [["--limit", "2"], ["a-1h", "a-2h"]],
    [["--all"], all],
  ];
  for (const [args, expected] of cases) {
    await using place = await seeded();
    const preview = (await place.wave(["clean", ...args, "--dry-run", "--format", "json"])).json();
    assert.deepEqual(names(preview["runs"] as { id: string }[]), expected, args.join(" "));
    assert.deepEqual(await ids(place), all);
    const result = await place.wave(["clean", ...args, "--force", "--format", "json"]);
    assert.equal(result.code, 0, result.stderr);
    const { runs, removed, bytes, dry_run } = result.json();
    assert.deepEqual(runs, preview["runs"]);
    assert.deepEqual([removed, bytes, dry_run], [expected.length, preview["bytes"], false]);
    const left = all.filter((id) => !expected.includes(id));
    assert.deepEqual(await ids(place), left, args.join(" "));
    const workspaces = [...Deno.readDirSync(`${place.root}/.wave/workspaces`)];
    assert.deepEqual(workspaces.map(({ name }) => name).sort(), left);
  }
});

Deno.test("clean counts a run's age from its end", async () => {
  await using place = await seeded([
    { id: "long", startedAt: NOW - 2 * DAY, tookMs: 2 * DAY - HOUR },
    { id: "short", startedAt: NOW - 2 * DAY, tookMs: HOUR },
  ]);
  const { stdout } = await place.wave(["clean", "--older-than", "1d", "--force", "-q"]);
  assert.equal(stdout, "short\n");
  assert.equal((await place.wave(["clean", "--older-than", "1d", "--force", "-q"])).stdout, "");
});

Deno.test("clean never removes a running run nor its workspace", async () => {
  const running = { id: "running", status: "running" as const, startedAt: NOW - DAY };
  await using place = await seeded([...RUNS, running]);
  await using _owner = await holdOwner(place.root, "running");
  const all = await place.wave(["clean", "--all", "--force"]);
  assert.equal(all.code, 0, all.stderr);
  assert.deepEqual(await ids(place), ["running"]);
  assert.ok((await Deno.stat(`${place.root}/.wave/workspaces/running/one/file.txt`)).isFile);
  const named = await place.wave(["clean", "running", "--force"]);
  assert.deepEqual([named.code, named.stderr], [
    1,
    "error: Cannot remove running: it is running\n",
  ]);
  assert.deepEqual(await ids(place), ["running"]);
});

Deno.test("clean asks, and refuses without a terminal and without --force", async () => {
  await using place = await seeded();
  const bare = await place.wave(["clean"]);
  assert.equal(bare.code, 2);
  const refused = await place.wave(["clean", "--all", "--format", "json"]);
  assert.equal(refused.code, 1);
  assert.equal((refused.json()["error"] as { code: string }).code, "not_confirmed");
  assert.deepEqual(await ids(place), names(RUNS));
  const nothing = await place.wave(["clean", "--status", "cancelled"]);
  assert.deepEqual([nothing.code, nothing.stdout], [0, "nothing to remove\n"]);
  const preview = await place.wave(["clean", "--dry-run"]);
  assert.match(preview.stdout, /^would remove a-1h \(completed, [\d.]+K?B\)\n/);
  assert.match(preview.stdout, /\nwould remove 8 runs, [\d.]+KB\n$/);
});

Deno.test("clean says that it was declined, and that nothing was removed", async () => {
  await using place = await indexed();
  const said = await call(place.root, ["clean", "--all"], { answer: "" });
  assert.deepEqual(said, {
    code: 1,
    stdout: "",
    stderr: "This will remove all workspaces, state, and traces. Continue? [y/N] " +
      "error: The removal was declined: nothing was removed\nhint: answer y, or use --force\n",
  });
  assert.deepEqual(await ids(place), names(RUNS));
  assert.equal((await call(place.root, ["clean", "--all"], { answer: "y" })).code, 0);
  assert.deepEqual(await ids(place), []);
});

Deno.test("clean tells of a locked database before it waits for it", async () => {
  await using place = await indexed();
  await using _locked = await holdDatabase(wavePaths(place.root).database);
  const { setTimeout } = globalThis;
  let waits = 0;
  const waitsBefore: number[] = [];
  globalThis.setTimeout = Object.assign((...args: Parameters<typeof setTimeout>) => {
    waits++;
    return setTimeout(...args);
  }, setTimeout);
  try {
    const { code, stdout, stderr } = await call(
      place.root,
      ["clean", "--pipeline", "a", "--force"],
      { onStderr: () => waitsBefore.push(waits) },
    );
    assert.match(stdout, /\nremoved 5 runs, /);
    assert.deepEqual([code, stderr], [
      0,
      "warning: state.db: locked by another process; using .wave/traces\n",
    ]);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assert.deepEqual(waitsBefore, [0]);
  assert.ok(waits > 0);
});

Deno.test("clean settles an interrupted run before it removes it", async () => {
  await using place = await seeded([{ id: "dead", status: "running", startedAt: NOW - DAY }]);
  const { stdout, code, stderr } = await place.wave([
    "clean",
    "--status",
    "failed",
    "--force",
    "-q",
  ]);
  assert.deepEqual([code, stdout], [0, "dead\n"], stderr);
  assert.deepEqual(await ids(place), []);
});

Deno.test("status -q | xargs wave clean removes what status showed", async () => {
  await using place = await seeded();
  const { code, stderr } = await place.shell(
    "wave status -q --status failed 2>/dev/null | xargs bash -c 'wave clean --force \"$@\"' clean",
  );
  assert.equal(code, 0, stderr);
  assert.deepEqual(await ids(place), names(RUNS.filter(({ status }) => status !== "failed")));
});
