/** Kills `wave run` at some moment, and checks that nothing is lost and nothing is left over. */
import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { endsRun, type RunEvent } from "../../event/event.ts";
import { type Project, project, type Running } from "../cli.ts";
import { impatientCommand } from "../start_program.ts";
import { callProgram } from "../program.ts";
import { assertGapless, assertRebuildsTheSame, indexedSeq, readTrace } from "./evidence.ts";
import { processesOf } from "./processes.ts";
import type { Random } from "./random.ts";

const MANIFEST = `
adapters: { mock: { binary: mock } }
personas:
  worker:
    adapter: mock
    system_prompt_file: worker.md
    permissions: { allowed_tools: [Read, Write] }
`;

const TOOLS = JSON.stringify(Array.from({ length: 40 }, (_, n) => `Tool${n}`));

/** Steps after each other and beside each other, with output, artifacts, tools and hidden children. */
function pipeline(mark: string): string {
  return `
steps:
  - id: first
    type: command
    script: echo one | tee one.txt
    output_artifacts: [{ name: one, path: one.txt }]
  - id: loud
    type: command
    dependencies: [first]
    script: |
      i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo "line $i of a step that talks"; done
      sleep 0.05; echo "and more" >&2
  - id: agent
    persona: worker
    dependencies: [first]
    exec:
      type: prompt
      source: '@@mock {"tools": ${TOOLS}, "delay_ms": 60}@@ work'
    output_artifacts: [{ name: notes, path: notes.md }]
  - id: leaves
    type: command
    dependencies: [loud]
    memory: { inject_artifacts: [{ step: first, artifact: one, as: one.txt }] }
    script: |
      sh -c 'trap "" TERM; sleep 600; : ${mark}' &
      (setsid sh -c 'sleep 600; : ${mark}' &)
      (cd / && env -i setsid sh -c 'sleep 600; : ${mark}' &)
      cat artifacts/one.txt; sleep 0.1
  - id: last
    type: command
    dependencies: [agent, leaves]
    script: echo done > two.txt
    output_artifacts: [{ name: two, path: two.txt }]
`;
}

/** When to kill: see `tests/fixtures/die.ts` for the kinds that the program does to itself. */
export type Moment =
  /** So long after the program was started, or after its first line. */
  | { readonly kind: "start" | "time"; readonly ms: number }
  | { readonly kind: "line"; readonly count: number }
  | { readonly kind: "trace" | "change" | "query"; readonly die: string };

/** A run of the pipeline has some 150 events, makes 60 changes of the disk and 600 queries. */
export function anyMoment(random: Random): Moment {
  const kind = random.pick(
    ["start", "time", "time", "line", "trace", "trace", "change", "query"] as const,
  );
  switch (kind) {
    case "start":
      return { kind, ms: random.below(400) };
    case "time":
      return { kind, ms: random.below(700) };
    case "line":
      return { kind, count: 1 + random.below(130) };
    case "trace":
      return { kind, die: `trace:${1 + random.below(130)}:${random.next().toFixed(3)}` };
    case "change":
      return { kind, die: `change:${1 + random.below(60)}` };
    case "query":
      return { kind, die: `query:${1 + random.below(500)}` };
  }
}

export interface Outcome {
  /** `never began`: it died before it had a run; `completed`: it was faster than the kill. */
  readonly end: "never began" | "interrupted" | "completed";
  readonly torn: number;
  readonly printed: number;
  /** Steps that had completed before the kill. */
  readonly reused: number;
  /** Processes that the dead run had left. */
  readonly left: number;
}

/** One run in a project of its own, killed, checked, resumed and checked again. */
export async function killOnce(moment: Moment): Promise<Outcome> {
  const mark = `mark-${crypto.randomUUID()}`;
  await using place = await project({
    "wave.yaml": MANIFEST,
    "worker.md": "Work.\n",
    ".wave/pipelines/work.yaml": pipeline(mark),
    ".wave/pipelines/next.yaml": "steps: [{ id: only, type: command, script: 'true' }]\n",
  });
  const { stdout, stderr } = await runAndKill(place, moment);
  const printed = stdout.split("\n").slice(0, -1);
  const id = traceOf(place.root);
  const trace = id === null ? null : readTrace(place.root, id);
  if (id === null || trace === null || trace.events.length === 0) {
    assert.deepEqual(printed, []);
    await startsAgain(place);
    return { end: "never began", torn: trace?.torn ?? 0, printed: 0, reused: 0, left: 0 };
  }
  assertGapless(trace.events);
  assert.ok(trace.torn <= 1, `${trace.torn} torn lines`);
  // Printed is recorded, word for word, and in the database unless that was given up.
  const recorded = new Set(trace.lines);
  for (const line of printed) assert.ok(recorded.has(line), `printed and not recorded: ${line}`);
  assert.equal(stderr, "");
  const shown = trace.events.findLast((event, index) =>
    event.level !== "debug" && printed.includes(trace.lines[index] ?? "")
  );
  if (shown !== undefined) assert.ok(indexedSeq(place.root, id) >= shown.seq, "shown, not indexed");

  const over = trace.events.some(endsRun);
  assert.deepEqual(
    await statusOf(place, id),
    over ? ["completed", "finished"] : ["failed", "interrupted"],
  );
  const left = (await processesOf(place.root, mark)).length;
  const completed = stepsIn(trace.events, "completed");
  // One of the processes that are left ignores SIGTERM: nothing here is about how long it may do that.
  const resumed = await place.wave(["resume", id, "--format", "json"], {
    program: impatientCommand(),
  });
  assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
  assert.deepEqual(await statusOf(place, id), ["completed", "finished"]);
  assert.deepEqual(await processesOf(place.root, mark), []);

  const after = readTrace(place.root, id);
  assert.ok(after !== null);
  assertGapless(after.events);
  assert.equal(after.torn, trace.torn);
  assert.deepEqual(after.lines.slice(0, trace.lines.length), trace.lines);
  assertReused(trace.events, after.events.slice(trace.events.length), completed, over);
  if (over) {
    // A resume that has nothing to do writes nothing: the next writer brings the database up to date.
    const next = await place.wave(["run", "next", "-q"]);
    assert.equal(next.code, 0, next.stderr);
  }
  await assertRebuildsTheSame(place.root);
  const end = over ? "completed" : "interrupted";
  const { torn } = trace;
  return { end, torn, printed: printed.length, reused: completed.size, left };
}

async function runAndKill(place: Project, moment: Moment) {
  const args = ["run", "work", "--format", "json"];
  const die = fromFileUrl(new URL("../fixtures/die.ts", import.meta.url));
  const options = "die" in moment
    ? { program: impatientCommand(die), env: { WAVE_DIE: moment.die } }
    : { program: impatientCommand() };
  await using run = place.spawn(args, options);
  if (!("die" in moment)) await killWhen(run, moment);
  return await run.result();
}

async function killWhen(
  run: Running,
  moment: Moment & { kind: "start" | "time" | "line" },
): Promise<void> {
  if (moment.kind !== "start") await run.waitForCount(moment.kind === "line" ? moment.count : 1);
  if (moment.kind !== "line") {
    const timer = Promise.withResolvers<void>();
    setTimeout(timer.resolve, moment.ms);
    await timer.promise;
  }
  try {
    run.kill("SIGKILL");
  } catch (error) {
    // It was faster.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The id of the only run, by its trace; null when there is none. */
function traceOf(root: string): string | null {
  try {
    for (const { name } of Deno.readDirSync(`${root}/.wave/traces`)) {
      const id = /^trace-(.*)\.log$/.exec(name)?.[1];
      if (id !== undefined) return id;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return null;
}

async function statusOf(place: Project, id: string): Promise<unknown[]> {
  const result = await callProgram(["status", id, "--format", "json"], { cwd: place.root });
  assert.equal(result.code, 0, result.stderr);
  const [run] = JSON.parse(result.stdout).pipelines;
  return [run.status, run.liveness];
}

/** What died before it had a run hinders nobody. */
async function startsAgain(place: Project): Promise<void> {
  const before = await place.wave(["status", "--all", "--format", "json"]);
  assert.equal(before.code, 0);
  // It may have died while it made the database.
  assert.match(before.stderr, /^(warning: state\.db: [^\n]*; using \.wave\/traces\n)?$/);
  assert.deepEqual(before.json()["pipelines"], []);
  const again = await place.wave(["run", "work", "--format", "json"], {
    program: impatientCommand(),
  });
  assert.equal(again.code, 0, again.stdout + again.stderr);
  await assertRebuildsTheSame(place.root);
}

function stepsIn(events: readonly RunEvent[], state: RunEvent["state"]): Set<string> {
  return new Set(
    events.flatMap((event) =>
      event.state === state && event.step_id !== null ? [event.step_id] : []
    ),
  );
}

/** Completed steps did not run again, and all others did, as their next attempt. */
function assertReused(
  before: readonly RunEvent[],
  after: readonly RunEvent[],
  completed: ReadonlySet<string>,
  over: boolean,
): void {
  const again = stepsIn(after, "running");
  const all = ["first", "loud", "agent", "leaves", "last"];
  assert.deepEqual([...again].sort(), all.filter((id) => !over && !completed.has(id)).sort());
  for (const event of after) {
    if (event.state !== "running" || event.step_id === null) continue;
    const tried = before.findLast(({ state, step_id }) =>
      state === "running" && step_id === event.step_id
    );
    assert.equal(event.attempt, (tried?.attempt ?? 0) + 1);
  }
}
