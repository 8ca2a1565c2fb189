import assert from "node:assert/strict";
import { runEnded } from "../../commands/runs/wait_for_end.ts";
import { openReader } from "../../state/open_reader.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { openFinder } from "../../executor/processes/open_finder.ts";
import { acquireOwner } from "../../state/live/owner_lock.ts";
import { readMarks } from "../../state/records/marks.ts";
import { openIndex } from "../../state/sqlite/sqlite_index.ts";
import { project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";
import { appendEvents, type SeededRun, seedRuns } from "../seed.ts";

/** A run of another machine that shares the folder. */
const FAR: SeededRun = {
  id: "far-20260202-143022",
  pipeline: "far",
  host: "elsewhere",
  startedAt: Date.now() - 60_000,
};
/** Its events but the last, which ends it. */
const UNENDED = { ...FAR, status: "running" } as const;
const LAST = 3;

Deno.test("runEnded() waits for the end of a run of another host, whose lock says nothing here", async () => {
  await using place = await project();
  await seedRuns(place.root, [UNENDED]);
  const paths = wavePaths(place.root);
  await Deno.writeTextFile(paths.owner(FAR.id), "");
  const { signal } = new AbortController();
  using reader = openReader(place.root, { now: () => Date.now() });
  const run = reader.run(FAR.id);
  assert(run !== null);
  assert.equal(run.liveness, "alive");
  assert.equal(await runEnded(paths, run, signal, 20), false);
  const waiting = runEnded(paths, run, signal);
  await appendEvents(place.root, FAR, LAST);
  assert.equal(await waiting, true);
  // Without a heartbeat nothing tells whether it will ever end.
  await seedRuns(place.root, [UNENDED]);
  await Deno.remove(paths.owner(FAR.id));
  assert.equal(await runEnded(paths, run, signal), false);
});

Deno.test("wait goes on while a run of another host is heard of", async () => {
  await using place = await project();
  await seedRuns(place.root, [UNENDED]);
  const lost = await place.wave(["wait", "far"]);
  assert.deepEqual([lost.code, lost.stdout], [1, `${FAR.id} running (unknown)\n`]);
  assert.match(lost.stderr, /nothing here tells whether far-\S+ still runs\n/);
  await Deno.writeTextFile(wavePaths(place.root).owner(FAR.id), "");
  const late = await place.wave(["wait", "far", "--timeout", "1s"]);
  assert.deepEqual([late.code, late.stdout], [1, `${FAR.id} running\n`]);
  await appendEvents(place.root, FAR, LAST);
  const ended = await place.wave(["wait", "far"]);
  assert.deepEqual([ended.code, ended.stdout], [0, `${FAR.id} completed\n`]);
});

Deno.test("cancel does not say that a run of another host has stopped when it has not", async () => {
  await using place = await project();
  await seedRuns(place.root, [UNENDED]);
  const [asked, waited, forced] = await Promise.all([
    place.wave(["cancel"]),
    place.wave(["cancel", "--wait", "--format", "json"]),
    place.wave(["cancel", "--force"]),
  ]);
  assert.equal(asked.code, 0);
  assert.match(asked.stdout, /^far-\S+ was asked to stop; nothing here tells whether its process/);
  assert.equal(waited.code, 1);
  assert.equal((waited.json()["runs"] as { outcome: string }[])[0]?.outcome, "timed_out");
  assert.equal(forced.code, 1);
  assert.match(forced.stderr, /error: Cannot end far-\S+: its process is on elsewhere/);
});

Deno.test("cancel reports what became of each run, then fails for the one that it could not end", async () => {
  await using place = await project();
  const near = { ...UNENDED, id: "near-20260202-143022", pipeline: "near", host: Deno.hostname() };
  await seedRuns(place.root, [UNENDED, near]);
  const message = `Cannot end ${FAR.id}: its process is on elsewhere`;
  const hint = `on that machine: wave cancel ${FAR.id} --force`;
  const { code, stdout } = await place.wave(
    ["cancel", "far", "near", "--force", "--format", "json"],
  );
  const told = JSON.parse(stdout);
  assertSchema("cancel", told);
  assert.deepEqual([code, told.errors, told.runs.map(({ id }: { id: string }) => id)], [
    1,
    [{ run_id: FAR.id, code: "owner_elsewhere", message, hint }],
    [near.id],
  ]);
  const text = await place.wave(["cancel", "far", "near", "--force"]);
  assert.deepEqual([text.code, text.stdout], [1, `${near.id} is over: failed\n`]);
  assert.ok(text.stderr.endsWith(`error: ${message}\nhint: ${hint}\n`), text.stderr);
});

Deno.test({
  name: "a free lock proves the death of an owner of this boot, whatever the host was called then",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await project();
    await using finder = openFinder();
    const start = await finder.processStart(Deno.pid);
    assert(start !== null);
    const other = start.replace(/@.*/, "@00000000");
    const paths = wavePaths(place.root);
    const dead = { ...UNENDED, processStart: start };
    await seedRuns(place.root, [dead, {
      ...UNENDED,
      id: "off-20260202-143022",
      pipeline: "off",
      processStart: other,
    }]);
    // What an owner leaves that is killed; its last beat was long ago.
    for (const id of [FAR.id, "off-20260202-143022"]) {
      await Deno.writeTextFile(paths.owner(id), "");
      await Deno.utime(paths.owner(id), new Date(0), new Date(0));
    }
    const status = async (id: string) => (await place.wave(["status", id])).stdout;
    assert.match(await status(FAR.id), /interrupted/);
    assert.match(await status("off-20260202-143022"), /unknown/);
    const [waited, lost] = await Promise.all([
      place.wave(["wait", "far"]),
      place.wave(["wait", "off"]),
    ]);
    assert.deepEqual([waited.code, waited.stdout], [1, `${FAR.id} failed (interrupted)\n`]);
    assert.match(lost.stderr, /nothing here tells whether off-\S+ still runs\n/);
    const cleaned = await place.wave(["clean", "--all", "--force", "-q"]);
    assert.equal(cleaned.stdout, `${FAR.id}\n`);
  },
});

Deno.test({
  name:
    "the receipt of an end in another container proves nothing, because its processes are not seen",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await project();
    await using finder = openFinder();
    const start = await finder.processStart(Deno.pid);
    assert(start !== null);
    const steps = [{ id: "one", status: "running" }] as const;
    await seedRuns(place.root, [{ ...UNENDED, processStart: start, steps }]);
    const { code } = await place.wave(["doctor", "--repair"]);
    assert.equal(code, 0);
    const trace = await Deno.readTextFile(wavePaths(place.root).trace(FAR.id));
    assert.match(trace, /"receipt":\{"asked_by":"the run was interrupted",.*"proven":false\}/);
  },
});

Deno.test({
  name: "a mark of a run of this boot goes, whatever its host was called",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await project();
    await using finder = openFinder();
    const start = await finder.processStart(Deno.pid);
    assert(start !== null);
    const paths = wavePaths(place.root);
    const other = start.replace(/@.*/, "@00000000");
    const off = "off-20260202-143022";
    const runs = [[FAR.id, start], [off, other]] as const;
    for (const [id, processStart] of runs) {
      await seedRuns(place.root, [{ ...UNENDED, id, processStart }]);
      await Deno.writeTextFile(paths.unindexed(id), "");
    }
    const owner = { host: "here", pid: Deno.pid, process_start: start };
    (await openIndex(place.root, { owner, busyTimeoutMs: 0 }))[Symbol.dispose]();
    assert.deepEqual(readMarks(paths).unindexed, [off]);
  },
});

Deno.test({
  name: "an owner of this boot that holds its lock is there, whatever its host is called",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await project();
    await using finder = openFinder();
    const start = await finder.processStart(Deno.pid);
    assert(start !== null);
    await seedRuns(place.root, [{ ...UNENDED, processStart: start }]);
    const paths = wavePaths(place.root);
    const owner = { host: "elsewhere", pid: Deno.pid, process_start: start };
    await using lock = await acquireOwner(paths, FAR.id, owner, { heartbeatMs: 1e9 });
    assert(lock !== null);
    await Deno.utime(paths.owner(FAR.id), new Date(0), new Date(0));
    using reader = openReader(place.root, { now: () => Date.now() });
    assert.equal(reader.run(FAR.id)?.liveness, "stalled");
  },
});

Deno.test("cancel --owner-gone records who says that a run has died with its machine", async () => {
  await using place = await project();
  await seedRuns(place.root, [UNENDED]);
  const call = ["cancel", FAR.id, "--owner-gone"];
  // It is heard of.
  const owner = wavePaths(place.root).owner(FAR.id);
  await Deno.writeTextFile(owner, "");
  const refused = await place.wave(call);
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /^error: Cannot record that the process of far-\S+ is gone$/m);
  await Deno.remove(owner);
  assert.equal((await place.wave(["cancel", "--owner-gone"])).code, 2);

  const settled = await place.wave(call, { env: { USER: "ann" } });
  assert.equal(settled.code, 0, settled.stderr);
  const { pipelines } = (await place.wave(["status", FAR.id, "--format", "json"])).json();
  const [run] = pipelines as { status: string; liveness: string; error_message: string }[];
  assert.deepEqual([run?.status, run?.liveness], ["failed", "finished"]);
  assert.match(run?.error_message ?? "", /^interrupted.* is gone, says ann, pid \d+$/);
  assert.equal((await place.wave(["clean", FAR.id, "--force"])).code, 0);
});
