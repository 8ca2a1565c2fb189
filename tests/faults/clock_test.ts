/** The clock is set while a run is on: no negative time, order by `seq`, durations as they were. */
import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { startRecording } from "../../state/recording/start_recording.ts";
import { rebuildDatabase } from "../../state/sqlite/rebuild_database.ts";
import { type Project, project } from "../cli.ts";
import { START } from "../events.ts";
import { callProgram } from "../program.ts";
import { seedRuns } from "../seed.ts";
import { takesPreload } from "../start_program.ts";
import { project as stateProject } from "../state/projects.ts";
import { completed, output, running, startOptions } from "../state/recordings.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JUMP_CLOCK = fromFileUrl(new URL("../fixtures/jump_clock.ts", import.meta.url));

/** Every number in a JSON value whose key tells of a time that passed. */
function durations(value: unknown): number[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    /_ms$|_seconds$/.test(key) && typeof inner === "number" ? [inner] : durations(inner)
  );
}

interface Logged {
  readonly seq: number;
  readonly state: string;
  readonly step_id: string | null;
  readonly timestamp: string;
  readonly duration_ms: number | null;
}

Deno.test("a clock that jumps within a run gives no negative time, in either place", async () => {
  const jumps = [0, -HOUR, DAY, -3 * DAY, 500, 40 * DAY, -40 * DAY, 0];
  using home = stateProject();
  let told = 0;
  const options = {
    ...startOptions(home),
    now: () => START + (jumps[told++ % jumps.length] ?? 0) + told,
  };
  let runId = "";
  {
    await using recording = await startRecording(options);
    runId = recording.runId;
    recording.emit(running("a"));
    for (let n = 0; n < 5; n++) recording.emit(output("a", `line ${n}`));
    recording.emit(completed("a"));
    recording.emit(running("b"));
    recording.emit(completed("b"));
    await recording.end("completed", "");
  }
  const reads = [
    ["status", "--all"],
    ["status", runId],
    ["logs", runId, "-n", "all"],
    ["logs", "--pipeline", "*", "-n", "all"],
    ["list", "runs"],
  ];
  const answers: unknown[] = [];
  for (const place of ["traces", "state.db"]) {
    if (place === "state.db") await rebuildDatabase(home.root);
    // Also seen from before the run began, and from long after it.
    for (const now of [START - DAY, START, START + 100 * DAY]) {
      for (const args of reads) {
        const { stdout } = await callProgram([...args, "--format", "json"], {
          cwd: home.root,
          now: () => now,
        });
        const { source, ...answer } = JSON.parse(stdout);
        if (source !== undefined) assert.equal(source, place);
        assert.deepEqual(durations(answer).filter((ms) => ms < 0), [], args.join(" "));
        answers.push(answer);
        if (args[0] !== "logs") continue;
        const seqs = answer.logs.map(({ seq }: Logged) => seq);
        assert.deepEqual(seqs, seqs.map((_: number, index: number) => index + 1));
        assert(seqs.length > 10);
        assert(((answer.logs.at(-1) as Logged).duration_ms ?? Infinity) < MINUTE);
      }
    }
  }
  assert.deepEqual(answers.slice(answers.length / 2), answers.slice(0, answers.length / 2));
});

const JUMPING = `
steps:
  - id: before
    type: command
    script: echo one
  - id: jump
    type: command
    dependencies: [before]
    script: |
      printf '%s' "{{ input }}" > "$WAVE_PROJECT/clock"
      echo jumped
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
  - id: after
    type: command
    dependencies: [jump]
    script: echo two
`;

for (const [name, jump] of [["back", -2 * DAY], ["forward", 30 * DAY]] as const) {
  Deno.test(`the clock is set ${name} while the program runs a pipeline`, async () => {
    if (!takesPreload()) return;
    await using place = await project({ ".wave/pipelines/jumping.yaml": JUMPING });
    const clock = { preload: JUMP_CLOCK, env: { WAVE_CLOCK: `${place.root}/clock` } };
    const read = (...args: string[]) => place.wave([...args, "--format", "json"], clock);
    const began = performance.now();
    await using run = place.spawn(
      ["run", "jumping", `--input=${jump}`, "--timeout", "10m", "--format", "json"],
      clock,
    );
    await run.waitForLine("jumped");
    // By the clock as it is now, and by one that was not set.
    for (const look of [await read("status"), await place.wave(["status", "--format", "json"])]) {
      const [shown] = look.json()["pipelines"] as { status: string; liveness: string }[];
      assert.equal(shown?.status, "running");
      assert.match(shown?.liveness ?? "", /^(alive|stalled)$/);
      assert.deepEqual(durations(look.json()).filter((ms) => ms < 0), []);
    }
    await Deno.writeTextFile(`${place.root}/go`, "");
    const { code, stdout, stderr } = await run.result();
    assert.equal(code, 0, stderr);
    const took = performance.now() - began;
    const printed = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Logged);
    assert.deepEqual(printed.map(({ seq }) => seq), printed.map((_, index) => index + 1));
    for (const { duration_ms: duration, state, step_id } of printed) {
      if (duration === null) continue;
      assert(duration >= 0 && duration <= took, `${step_id} ${state}: ${duration} of ${took} ms`);
    }
    const logs = (await read("logs", "-n", "all")).json()["logs"] as Logged[];
    assert.deepEqual(logs, printed);
    const ended = (await read("status", "@latest")).json();
    assert.deepEqual(durations(ended).filter((ms) => ms < 0), []);
    // A run of the past or the future is a run like any other.
    const again = await place.wave(["clean", "--all", "--force", "-q"], clock);
    assert.deepEqual([again.code, again.stdout.split("\n").length], [0, 2], again.stderr);
  });
}

Deno.test("filters by age keep runs that ended in the future, and choose by what the clock says", async () => {
  await using place: Project = await project();
  const now = Date.UTC(2026, 5, 1);
  await seedRuns(place.root, [
    { id: "tomorrow", startedAt: now + DAY },
    { id: "backwards", startedAt: now + 2 * HOUR, tookMs: -3 * HOUR },
    { id: "long-ago", startedAt: now - 10 * DAY },
  ]);
  const ids = async (...args: string[]) => {
    const { stdout } = await callProgram([...args, "-q"], { cwd: place.root, now: () => now });
    return stdout.split("\n").filter((id) => id !== "").sort();
  };
  for (const _ of ["traces", "state.db"]) {
    assert.deepEqual(await ids("clean", "--older-than", "1s", "--dry-run"), [
      "backwards",
      "long-ago",
    ]);
    assert.deepEqual(await ids("clean", "--older-than", "2h", "--dry-run"), ["long-ago"]);
    assert.deepEqual(await ids("clean", "--keep-last", "2", "--dry-run"), ["long-ago"]);
    assert.deepEqual(await ids("status", "--since", "1h"), ["backwards", "tomorrow"]);
    assert.deepEqual(await ids("status", "--until", "1h"), ["long-ago"]);
    assert.deepEqual(await ids("status", "@latest"), ["tomorrow"]);
    await rebuildDatabase(wavePaths(place.root).root);
  }
});
