import assert from "node:assert/strict";
import { exists } from "../../event/files.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { type Project, project, type Result } from "../cli.ts";
import { FILES, projectOnDisk, projectOnSmallDisk } from "./disk.ts";
import { assertGapless, assertIndexed, assertRebuildsTheSame, readTrace } from "./evidence.ts";
import { processesOf } from "./processes.ts";
import { SmallDisk } from "./small_disk.ts";

const NO_SPACE = /No space left on device|File too large/;

function lastId(root: string): string {
  const ids = [...Deno.readDirSync(`${root}/.wave/traces`)]
    .flatMap(({ name }) => /^trace-(.*)\.log$/.exec(name)?.[1] ?? []);
  const [newest] = ids.toSorted((a, b) => changedAt(root, b) - changedAt(root, a));
  if (newest === undefined) throw new Error("there is no run");
  return newest;
}

function changedAt(root: string, id: string): number {
  return Deno.statSync(wavePaths(root).trace(id)).mtime?.getTime() ?? 0;
}

async function facts(place: Project, id: string): Promise<unknown> {
  const [run] = (await place.wave(["status", id, "--format", "json"])).json()[
    "pipelines"
  ] as unknown[];
  const logs = (await place.wave(["logs", id, "-n", "all", "--format", "json"])).json()["logs"];
  const list = await place.wave(["artifacts", id, "--verify", "--format", "json"]);
  return { run, logs, artifacts: list.json()["artifacts"], verified: list.code };
}

async function run(place: Project, ...args: string[]): Promise<{ id: string; result: Result }> {
  const result = await place.wave(["run", ...args, "--format", "json"]);
  return { id: lastId(place.root), result };
}

/** After a trace could not be written: clear error, whole lines, no process, and a run that goes on. */
async function assertStopped(
  place: Project,
  { id, result }: { id: string; result: Result },
  makeRoom: () => void,
): Promise<void> {
  assert.equal(result.code, 1, result.stderr);
  assert.doesNotMatch(result.stderr, /internal error/);
  const lines = result.stdout.split("\n").slice(0, -1);
  const { error } = JSON.parse(lines.pop() ?? "") as { error: Record<string, string> };
  assert.equal(error["code"], "trace_write_failed");
  assert.match(error["message"] ?? "", NO_SPACE);
  assert.match(error["hint"] ?? "", /resume/);
  const trace = readTrace(place.root, id);
  assert.ok(trace !== null && trace.torn === 0);
  assertGapless(trace.events);
  assert.deepEqual(trace.lines.slice(0, lines.length), lines);
  assert.deepEqual(await processesOf(place.root, place.root), []);
  assert.ok(!exists(wavePaths(place.root).owner(id)));

  makeRoom();
  const [shown] = (await place.wave(["status", id, "--format", "json"])).json()["pipelines"] as {
    status: string;
  }[];
  assert.equal(shown?.status, "failed");
  Deno.removeSync(`${place.root}/loud`);
  const resumed = await place.wave(["resume", id, "--format", "json"]);
  assert.equal(resumed.code, 0, resumed.stdout.slice(-1000) + resumed.stderr);
  assert.doesNotMatch(resumed.stdout, /"state":"running"[^\n]*"step_id":"one"/);
  await assertRebuildsTheSame(place.root);
}

Deno.test("a full disk during a trace write stops the run in order, and resume goes on", async () => {
  await using small = await projectOnSmallDisk();
  if (small === null) return;
  const { place, disk } = small;
  const before = await run(place, "small");
  assert.equal(before.result.code, 0);
  const known = await facts(place, before.id);
  await place.write("loud", "");
  disk.fill(600_000);
  const stopped = await run(place, "loud");
  assert.deepEqual(await facts(place, before.id), known);
  await assertStopped(place, stopped, () => disk.clear());
  assert.deepEqual(await facts(place, before.id), known);
});

Deno.test("a file size limit during a trace write stops the run in order, and resume goes on", async () => {
  await using place = await projectOnDisk();
  const before = await run(place, "small");
  const known = await facts(place, before.id);
  await place.write("loud", "");
  const limit = await place.shell("ulimit -f 1000; wave run loud --format json");
  await assertStopped(place, { id: lastId(place.root), result: limit }, () => {});
  assert.deepEqual(await facts(place, before.id), known);
});

Deno.test("a disk that is full from the start is a clear error, and nothing of the run stays", async () => {
  await using small = await projectOnSmallDisk();
  if (small === null) return;
  const { place, disk } = small;
  const before = await run(place, "small");
  const known = await facts(place, before.id);
  disk.fill(0);
  const { result } = await run(place, "small");
  assert.equal(result.code, 1);
  const { error } = result.json() as { error: { code: string; message: string } };
  assert.equal(error.code, "trace_write_failed");
  assert.match(error.message, NO_SPACE);
  assert.equal(lastId(place.root), before.id);
  disk.clear();
  assert.deepEqual(await facts(place, before.id), known);
  const again = await run(place, "small");
  assert.equal(again.result.code, 0);
  await assertRebuildsTheSame(place.root);
});

Deno.test("a full disk within a step fails the step, and says so", async () => {
  await using small = await projectOnSmallDisk();
  if (small === null) return;
  const { place, disk } = small;
  await run(place, "small");
  for (const [pipeline, free] of [["copies", 1_500_000], ["agent", 300_000]] as const) {
    disk.fill(free);
    const result = await place.wave(["run", pipeline]);
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stdout + result.stderr, NO_SPACE);
    assert.doesNotMatch(result.stdout + result.stderr, /internal error|damaged/);
    disk.clear();
  }
});

Deno.test("a full disk under the database costs a warning, and the next writer catches up", async () => {
  await using place = await project();
  // The folder of the database can be filled; traces and workspaces have a disk of their own.
  const { wave, traces, workspaces } = wavePaths(place.root);
  await using disk = await SmallDisk.mount(1 << 20, wave);
  if (disk === null) return console.warn("skipped, no tmpfs may be mounted here");
  await using _traces = await SmallDisk.mount(8 << 20, traces);
  await using _workspaces = await SmallDisk.mount(8 << 20, workspaces);
  for (const [file, text] of Object.entries(FILES)) await place.write(file, text);
  const before = await run(place, "small");
  assert.equal(before.result.stderr, "");
  const known = await facts(place, before.id);
  disk.fill(0);
  const { id, result } = await run(place, "small");
  assert.equal(result.code, 0, result.stderr);
  assert.match(
    result.stderr,
    /^warning: state\.db: (disk full|disk error); using \.wave\/traces\n$/,
  );
  const trace = readTrace(place.root, id);
  assert.deepEqual(trace?.lines, result.stdout.split("\n").slice(0, -1));
  assert.ok(exists(wavePaths(place.root).unindexed(id)));
  const meanwhile = await facts(place, id);
  disk.clear();
  assert.deepEqual(await facts(place, before.id), known);
  assert.equal((await run(place, "small")).result.stderr, "");
  assert.ok(!exists(wavePaths(place.root).unindexed(id)));
  assert.deepEqual(await facts(place, id), meanwhile);
  if (trace !== null) assertIndexed(place.root, id, trace);
});

Deno.test("a full disk during an export leaves whole files, old or new, and nothing else", async () => {
  await using place = await projectOnDisk();
  await using disk = await SmallDisk.mount(1 << 20);
  if (disk === null) return console.warn("skipped, no tmpfs may be mounted here");
  // Its second step says "never" and is of no interest; the artifact of the first is a megabyte.
  await run(place, "copies");
  const out = `${disk.path}/out`;
  Deno.mkdirSync(`${out}/one`, { recursive: true });
  Deno.writeTextFileSync(`${out}/one/big.bin`, "what was exported before");
  disk.fill(300_000);
  const text = await place.wave(["artifacts", "--export", out]);
  assert.equal(text.code, 1);
  assert.match(text.stderr, /^error: Cannot export one\/big: No space left on device/);
  assert.equal(text.stdout, "");
  assert.deepEqual([...Deno.readDirSync(`${out}/one`)].map(({ name }) => name), ["big.bin"]);
  assert.equal(Deno.readTextFileSync(`${out}/one/big.bin`), "what was exported before");
  disk.clear();
  Deno.removeSync(out, { recursive: true });
});

Deno.test("a file size limit during an export leaves nothing half written", async () => {
  await using place = await projectOnDisk();
  await run(place, "copies");
  const limited = await place.shell("ulimit -f 500; wave artifacts --export out");
  assert.equal(limited.code, 1);
  assert.match(limited.stderr, /^error: Cannot export one\/big: File too large/);
  assert.deepEqual([...Deno.readDirSync(`${place.root}/out/one`)], []);
});

Deno.test("clean frees a full disk; each run stays whole or goes", async () => {
  await using small = await projectOnSmallDisk();
  if (small === null) return;
  const { place, disk } = small;
  const before = await run(place, "small");
  await place.write("loud", "");
  disk.fill(600_000);
  const stopped = await run(place, "loud");
  // The rest of the disk, so that nothing at all can be written.
  const rest = new Uint8Array(1 << 20);
  await Deno.writeFile(`${disk.path}/rest`, rest).catch((error: Error) =>
    assert.match(error.message, NO_SPACE)
  );
  const cleaned = await place.wave(["clean", stopped.id, "--force"]);
  assert.equal(cleaned.code, 0, cleaned.stderr);
  assert.doesNotMatch(cleaned.stderr, /internal error/);
  assert.match(cleaned.stderr, /^warning: state\.db: [^\n]+; using \.wave\/traces\n$/);
  const paths = wavePaths(place.root);
  assert.ok(!exists(paths.trace(stopped.id)) && !exists(paths.workspace(stopped.id)));
  assert.equal((await place.wave(["status", stopped.id])).code, 3);
  disk.clear();
  Deno.removeSync(`${disk.path}/rest`);
  assert.equal((await place.wave(["status", stopped.id])).code, 3);
  assert.equal((await place.wave(["artifacts", before.id, "--verify"])).code, 0);
  assert.equal((await run(place, "small")).result.stderr, "");
  await assertRebuildsTheSame(place.root);
});
