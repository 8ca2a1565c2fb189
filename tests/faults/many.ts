/** Many runs, readers, followers, cancels and cleans at the same time in one project. */
import assert from "node:assert/strict";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { endsRun } from "../../event/event.ts";
import { exists } from "../../event/files.ts";
import { type Project, project, type Result } from "../cli.ts";
import {
  assertGapless,
  assertIndexed,
  assertIntegrity,
  assertRebuildsTheSame,
  readTrace,
} from "./evidence.ts";
import type { Random } from "./random.ts";

const MANIFEST = `
adapters: { mock: { binary: mock } }
personas:
  worker: { adapter: mock, system_prompt_file: worker.md }
`;

const TOOLS = JSON.stringify(Array.from({ length: 20 }, (_, n) => `Tool${n}`));

/** Some hundred events in about half a second. */
const PIPELINE = `
steps:
  - id: talk
    type: command
    script: |
      i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo "line $i"; done
      sleep 0.1; echo text > a.txt
    output_artifacts: [{ name: a, path: a.txt }]
  - id: agent
    persona: worker
    exec: { type: prompt, source: '@@mock {"tools": ${TOOLS}, "delay_ms": 50}@@ work' }
  - id: last
    type: command
    dependencies: [talk, agent]
    script: sleep 0.05; echo done
`;

/** What no command may say: that others were in its way, or that something in wave is broken. */
const FORBIDDEN = /sqlite|locked|busy|internal error|warning|state\.db|^ +at .*:\d+:\d+/im;
/** Codes of errors that are nobody's fault here. */
const EXPECTED_ERRORS = ["run_not_found", "run_removed"];

const KILLED = 137;

export interface ManyOptions {
  /** How many run at a time. */
  readonly runs: number;
  /** How many read, follow, cancel and clean at a time. */
  readonly others: number;
  readonly seconds: number;
  readonly random: Random;
}

export interface ManyFigures {
  readonly runs: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly events: number;
  readonly commands: Readonly<Record<string, number>>;
  readonly cleaned: number;
}

/** Keeps them all going for so long, and checks every output, and in the end everything that is stored. */
export async function manyAtOnce(options: ManyOptions): Promise<ManyFigures> {
  const { random } = options;
  await using place = await project({
    "wave.yaml": MANIFEST,
    "worker.md": "Work.\n",
    ".wave/pipelines/work.yaml": PIPELINE,
  });
  // So that there is a database from the start.
  const first = await place.wave(["run", "work", "--format", "json"]);
  assertQuiet("run", first, [0]);
  const until = performance.now() + options.seconds * 1000;
  const printed = new Map<string, readonly string[]>();
  printed.set(String(first.jsonLines()[0]?.["run_id"]), first.stdout.split("\n").slice(0, -1));
  const ends: Record<string, number> = {};
  const commands: Record<string, number> = {};
  const cleaned = new Set<string>();

  const runner = async () => {
    while (performance.now() < until) {
      const result = await place.wave(["run", "work", "--format", "json"]);
      // Killed: a forced cancel does not wait longer than 8 s for an owner that gets no processor.
      assertQuiet("run", result, [0, 4, KILLED]);
      const lines = result.stdout.split("\n").slice(0, -1);
      if (result.code === KILLED) {
        const [{ run_id } = { run_id: null }] = lines.map((line) => JSON.parse(line));
        if (run_id !== null) printed.set(String(run_id), lines);
        ends["killed"] = (ends["killed"] ?? 0) + 1;
        continue;
      }
      const events = result.jsonLines();
      assertRising(events);
      const end = events.at(-1);
      assert.equal(end?.["state"], result.code === 0 ? "completed" : "cancelled");
      printed.set(String(end?.["run_id"]), lines);
      ends[String(end?.["state"])] = (ends[String(end?.["state"])] ?? 0) + 1;
    }
  };
  const other = async () => {
    while (performance.now() < until) {
      const name = random.pick(Object.keys(COMMANDS));
      commands[name] = (commands[name] ?? 0) + 1;
      await COMMANDS[name]?.(place, cleaned);
    }
  };
  // All of them come to their end before the project goes, also when one found something wrong.
  const done = await Promise.allSettled([
    ...Array.from({ length: options.runs }, runner),
    ...Array.from({ length: options.others }, other),
  ]);
  const failures = done.flatMap((one) => one.status === "rejected" ? [one.reason as Error] : []);
  if (failures.length > 0) {
    throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
  }
  const events = await assertNothingLost(place, printed, cleaned);
  return { runs: printed.size, ends, events, commands, cleaned: cleaned.size };
}

type Act = (place: Project, cleaned: Set<string>) => Promise<void>;

const COMMANDS: Readonly<Record<string, Act>> = {
  status: (place) => reads(place, ["status"]),
  "status --all": (place) => reads(place, ["status", "--all"]),
  logs: (place) => reads(place, ["logs", "@latest"]),
  "list runs": (place) => reads(place, ["list", "runs", "--limit", "50"]),
  artifacts: (place) => reads(place, ["artifacts", "@latest"]),
  follow: followLatest,
  cancel: async (place) => {
    assertQuiet("cancel", await place.wave(["cancel", "--format", "json"]), [0]);
  },
  "cancel --force": async (place) => {
    assertQuiet("cancel --force", await place.wave(["cancel", "--force", "--format", "json"]), [0]);
  },
  "cancel --wait": async (place) => {
    const args = ["cancel", "--wait", "--timeout", "30s", "--format", "json"];
    assertQuiet("cancel --wait", await place.wave(args), [0]);
  },
  clean: async (place, cleaned) => {
    const args = ["clean", "--keep-last", "4", "--limit", "5", "--force", "--format", "json"];
    const result = await place.wave(args);
    // Another clean may have been faster with some of them.
    assertQuiet("clean", result, [0, 1]);
    for (const { id } of result.json()["runs"] as { id: string }[]) {
      assert.ok(!cleaned.has(id), `${id} was removed twice`);
      cleaned.add(id);
    }
  },
};

async function reads(place: Project, args: string[]): Promise<void> {
  const result = await place.wave([...args, "--format", "json"]);
  assertQuiet(args.join(" "), result, [0, 3]);
  if (result.code === 0 && args[0] !== "logs") assert.equal(result.json()["source"], "state.db");
}

/** Each event once and in order, up to the last, unless the run is removed meanwhile. */
async function followLatest(place: Project): Promise<void> {
  const args = ["logs", "@latest", "--follow", "--raw", "-n", "all", "--format", "json"];
  const result = await place.wave(args);
  assertQuiet("follow", result, [0, 3]);
  const lines = result.jsonLines().filter((line) => !("error" in line));
  assert.deepEqual(lines.map(({ seq }) => seq), lines.map((_, index) => index + 1), "followed");
  if (result.code !== 0) return;
  const last = lines.at(-1);
  assert.equal(last?.["step_id"], null);
  assert.ok(["completed", "failed", "cancelled"].includes(String(last?.["state"])));
}

/** Each once and in order; what is raw is recorded and not printed. */
function assertRising(events: readonly Record<string, unknown>[]): void {
  const seqs = events.map(({ seq }) => Number(seq));
  assert.deepEqual(seqs, [...new Set(seqs)].sort((a, b) => a - b), "printed");
}

function assertQuiet(what: string, result: Result, codes: readonly number[]): void {
  const said = `${what} exited with ${result.code}: ${result.stdout.slice(-2000)}${result.stderr}`;
  assert.ok(codes.includes(result.code), said);
  assert.doesNotMatch(result.stderr, FORBIDDEN, said);
  if (result.code !== 3) return;
  const { error } = result.jsonLines().at(-1) as { error: { code: string } };
  assert.ok(EXPECTED_ERRORS.includes(error.code), said);
}

/** Returns how many events there are. */
async function assertNothingLost(
  place: Project,
  printed: ReadonlyMap<string, readonly string[]>,
  cleaned: ReadonlySet<string>,
): Promise<number> {
  const { root } = place;
  const paths = wavePaths(root);
  const listed = (await place.wave(["list", "runs", "--limit", "100000", "--format", "json"]))
    .json()["runs"] as { id: string; status: string; liveness: string }[];
  const kept = [...printed.keys()].filter((id) => !cleaned.has(id)).sort();
  assert.deepEqual(listed.map(({ id }) => id).sort(), kept);
  for (const { id, status, liveness } of listed) {
    assert.ok(status === "completed" || status === "cancelled", `${id} is ${status}`);
    assert.equal(liveness, "finished", id);
  }
  let events = 0;
  for (const id of kept) {
    const trace = readTrace(root, id);
    assert.ok(trace !== null, id);
    assert.equal(trace.torn, 0);
    assert.ok(trace.events.some(endsRun), id);
    assertGapless(trace.events);
    const lines = printed.get(id) ?? [];
    const shown = trace.lines.filter((line) => !line.endsWith(',"raw":true}}'));
    assert.deepEqual(shown.slice(0, lines.length), lines);
    assertIndexed(root, id, trace);
    events += trace.events.length;
  }
  for (const id of cleaned) {
    for (const path of [paths.trace(id), paths.workspace(id), paths.trashed(id), paths.owner(id)]) {
      assert.ok(!exists(path), path);
    }
  }
  // No request outlives its run.
  const requests = [...Deno.readDirSync(paths.traces)].filter(({ name }) =>
    name.startsWith("cancel-")
  );
  assert.deepEqual(requests, []);
  assertIntegrity(root);
  await assertRebuildsTheSame(root);
  return events;
}
