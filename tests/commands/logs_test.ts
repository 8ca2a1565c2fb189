import assert from "node:assert/strict";
import { type Project, project, type Running } from "../cli.ts";
import { REPOSITORY, sourceCommand } from "../start_program.ts";
import { thisProcess } from "../../event/identity.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { openStore } from "../../state/sqlite/sqlite_store.ts";
import { eventsOf, type SeededRun, seedRuns } from "../seed.ts";

const NOW = Date.now();
const RUNS: SeededRun[] = [
  {
    id: "debug-20260202-143022",
    pipeline: "debug",
    startedAt: NOW - 10_000,
    input: "fix bug",
    steps: [
      { id: "investigate", persona: "investigator", tokens: [1000, 44_000] },
      { id: "plan", persona: "planner", status: "failed", error: "no \x1b[31midea\nat all" },
    ],
    status: "failed",
    error: "step plan failed",
  },
  {
    id: "hello-20260202-143025",
    pipeline: "hello",
    startedAt: NOW - 9_500,
    steps: [{ id: "greet" }],
  },
];
const EVENTS = RUNS.map(eventsOf);

interface LogsJson {
  total: number;
  truncated: boolean;
  source: string;
  logs: { seq: number; run_id: string; message: string; timestamp: string }[];
}

async function logs(place: Project, ...args: string[]): Promise<LogsJson> {
  const result = await place.wave(["logs", ...args, "--format", "json"]);
  assert.equal(result.code, 0, result.stderr + result.stdout);
  return result.json() as unknown as LogsJson;
}

Deno.test("logs shows the entries that each filter lets through", async () => {
  await using place = await project();
  await seedRuns(place.root, RUNS);
  const [debug = [], hello = []] = EVENTS;
  const cases: [string[], unknown[]][] = [
    [[], hello],
    [["debug"], debug],
    [["debug", "--step", "plan"], debug.filter((event) => event.step_id === "plan")],
    [["debug", "--persona", "planner"], debug.filter((event) => event.persona === "planner")],
    [["debug", "--errors"], debug.filter((event) => event.level === "error")],
    [["debug", "--level", "error"], debug.filter((event) => event.level === "error")],
    [["debug", "--level", "info"], debug],
    [["debug", "--level", "all"], debug],
    [["debug", "--grep", "id[e]a"], debug.filter((event) => event.message.includes("idea"))],
    [["debug", "-n", "2"], debug.slice(-2)],
    [["debug", "-n", "0"], []],
    [["debug", "-n", "2", "--offset", "1"], debug.slice(-3, -1)],
    [["debug", "-n", "all"], debug],
    [["debug", "--after", "2"], debug.slice(2)],
    [["debug", "--since", "1h"], debug],
    [["debug", "--until", "1h"], []],
    [
      ["debug", "--until", new Date(NOW - 9_999).toISOString()],
      debug.slice(0, 3).filter((event) => Date.parse(event.timestamp) <= NOW - 9_999),
    ],
    [["--pipeline", "he*"], hello],
    [["--status", "failed"], debug],
    [["--status", "running"], []],
  ];
  for (const [args, expected] of cases) {
    const seen = await logs(place, ...args);
    const sorted = JSON.parse(JSON.stringify(expected));
    if (args.includes("--until") && expected.length > 0) {
      assert.ok(seen.logs.every(({ timestamp }) => Date.parse(timestamp) <= NOW - 9_999));
      continue;
    }
    assert.deepEqual(seen.logs, sorted, args.join(" "));
    const windowed = args.includes("-n") && !args.includes("all");
    assert.equal(seen.truncated, windowed, args.join(" "));
    if (windowed) assert.equal(seen.total, debug.length);
  }
});

Deno.test("logs merges several runs in the order of time, each line with its run", async () => {
  await using place = await project();
  await seedRuns(place.root, RUNS);
  const merged = await logs(place, "debug", "hello");
  assert.equal(merged.logs.length, EVENTS.flat().length);
  for (const { id } of RUNS) {
    const own = merged.logs.filter(({ run_id }) => run_id === id).map(({ seq }) => seq);
    assert.deepEqual(own, own.map((_, index) => index + 1));
  }
  const last = await logs(place, "--pipeline", "*", "-n", "3", "--offset", "1");
  assert.deepEqual(last.logs, merged.logs.slice(-4, -1));
  assert.deepEqual([last.total, last.truncated], [merged.logs.length, true]);
  const text = (await place.wave(["logs", "--pipeline", "*"])).stdout;
  assert.match(text, /^\[\d\d:\d\d:\d\d\] debug-20260202-143022 started {4}debug input="fix bug"/m);
});

Deno.test("logs prints text as the contract shows it, safe for a terminal", async () => {
  await using place = await project();
  await seedRuns(place.root, RUNS);
  const { stdout, stderr, code } = await place.wave(["logs", "debug", "-n", "3"]);
  assert.equal(code, 0);
  assert.match(stdout, /^\[..:..:..\] running {4}plan \(planner\)$/m);
  assert.match(stdout, /failed {5}plan \(planner\) 1\.0s no \\e\[31midea\n {22}at all$/m);
  assert.match(stderr, /last 3 of 6; --lines all/);
  assert.ok(!stdout.includes("\x1b"));
  const first = await place.wave(["logs", "debug"]);
  assert.match(
    first.stdout,
    /completed {2}investigate \(investigator\) 1\.0s 45k tokens, cost unknown$/m,
  );
  const colored = await place.wave(["logs", "debug", "--color", "always"]);
  assert.ok(colored.stdout.includes("\x1b[31m["));
});

Deno.test("logs answers mistakes with the right codes", async () => {
  await using place = await project();
  const none = await place.wave(["logs"]);
  assert.deepEqual([none.code, none.stdout, none.stderr], [
    0,
    "",
    "no runs yet, see wave list pipelines\n",
  ]);
  assert.deepEqual((await logs(place)).logs, []);
  await seedRuns(place.root, RUNS);
  const cases: [string[], number, string][] = [
    [["nope"], 3, "run_not_found"],
    [["--step", "nope"], 3, "step_not_found"],
    [["--persona", "nope"], 3, "persona_not_found"],
    [["--grep", "("], 2, "bad_regex"],
    [["--since", "yesterday"], 2, "bad_value"],
    [["--lines", "some"], 2, "bad_value"],
    [["--next"], 2, "contradicting_options"],
    [["--errors", "--level", "info"], 2, "contradicting_options"],
  ];
  for (const [args, exit, code] of cases) {
    const result = await place.wave(["logs", ...args, "--format", "json"]);
    assert.equal(result.code, exit, args.join(" "));
    assert.equal((result.json()["error"] as { code: string }).code, code);
  }
});

Deno.test("logs uses the database when a trace is gone, and says so", async () => {
  await using place = await project();
  await seedRuns(place.root, RUNS);
  const owner = thisProcess(null);
  (await openStore(place.root, { owner, busyTimeoutMs: 0 })).close();
  await Deno.remove(wavePaths(place.root).trace("debug-20260202-143022"));
  const result = await place.wave(["logs", "debug", "--format", "json"]);
  assert.match(result.stderr, /^warning: the trace of debug-\S+ is gone; using state\.db/);
  assert.deepEqual(result.json()["logs"], JSON.parse(JSON.stringify(EVENTS[0])));
  const one = await logs(place, "debug", "--errors", "-n", "1");
  assert.deepEqual([one.total, one.logs.length], [2, 1]);
  for (const lines of ["100", "all"]) {
    const followed = await place.wave(["logs", "-f", "debug", "-n", lines]);
    assert.equal(followed.code, 3);
    assert.match(
      followed.stderr,
      /^error: Cannot follow "debug-\S+": its trace is gone\nhint: wave logs debug-\S+\n$/,
    );
  }
});

/** A writer of `count` events in a process of its own. */
function writer(place: Project, pipeline: string, count: number, hold = false) {
  const [deno = "", ...words] = sourceCommand(`${REPOSITORY}tests/fixtures/write_run.ts`);
  const child = new Deno.Command(deno, {
    args: [...words, place.root, pipeline, `${count}`, ...hold ? ["hold"] : []],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  return {
    async runId(): Promise<string> {
      let text = "";
      for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        if (text.includes("\n")) break;
      }
      return text.trim();
    },
    async go(): Promise<void> {
      const input = child.stdin.getWriter();
      await input.write(new Uint8Array([10]));
      await input.close();
    },
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await child.stdin.close();
    },
    status: child.status,
  };
}

Deno.test("logs --follow -n 0 shows nothing of what there was", async () => {
  await using place = await project();
  await seedRuns(place.root, RUNS);
  for (const args of [["debug"], ["debug", "hello"], ["debug", "--step", "plan"]]) {
    const { code, stdout } = await place.wave(["logs", "-f", "-n", "0", ...args]);
    assert.deepEqual([code, stdout], [0, ""], args.join(" "));
  }
});

async function followed(run: Running) {
  const result = await run.result();
  return { code: result.code, seqs: result.jsonLines().map(({ seq }) => seq), last: result };
}

Deno.test("logs tells of which runs it is, that one was interrupted, and how many more there are", async () => {
  await using place = await project();
  const cut: SeededRun = {
    id: "cut-20260202-143030",
    pipeline: "cut",
    startedAt: NOW - 5_000,
    status: "running",
    steps: [{ id: "one", status: "running" }],
  };
  await seedRuns(place.root, [...RUNS, cut]);
  const { runs, total_runs } = (await place.wave(["logs", "--limit", "2", "--format", "json"]))
    .json();
  assert.equal(total_runs, 3);
  const reason = /^interrupted at one: its process \(pid \d+\) is gone$/;
  const [first, second] = runs as Record<string, string | null>[];
  const { error_message: error, ...interrupted } = first ?? {};
  const nothing = { total_tokens: 0, tokens_known: "exact", cost_usd: 0, cost_known: "exact" };
  assert.match(error ?? "", reason);
  assert.deepEqual(
    [interrupted, second],
    [
      { id: cut.id, pipeline: "cut", status: "failed", liveness: "interrupted", ...nothing },
      {
        id: "hello-20260202-143025",
        pipeline: "hello",
        status: "completed",
        liveness: "finished",
        ...nothing,
        error_message: null,
      },
    ],
  );
  const { stderr } = await place.wave(["logs", "--limit", "2"]);
  assert.match(stderr, /^2 of 3 runs; a greater --limit shows more$/m);
  assert.match(stderr, /^cut-20260202-143030 failed: interrupted at one: /m);
  const all = await place.wave(["logs", "debug", "--lines", "all", "--offset", "2"]);
  assert.match(all.stderr, /^4 of 6, without the newest 2$/m);
});

Deno.test("logs --follow prints every entry once while 5,000 are written", async () => {
  const count = 5000;
  const all = Array.from({ length: count + 4 }, (_, index) => index + 1);
  await using place = await project();
  await using early = place.spawn(["logs", "-f", "--format", "json", "--exit-status"]);
  await early.waitForLine("waiting for a run", "stderr");
  const writing = writer(place, "talk", count, true);
  const id = await writing.runId();
  const follow = (...args: string[]) =>
    place.spawn(["logs", id, "-f", "--format", "json", "--exit-status", ...args]);
  await using after = follow("--after", "700");
  await using whole = follow("-n", "all");
  await using since = follow("--since", "1h");
  await whole.waitForLine('"line 2499"');
  await writing.go();
  // More of them start while it writes as fast as it can.
  await early.waitForLine('"line 2600"');
  await using late = follow("-n", "all");
  await using later = follow("--after", "3000");
  await writing.status;

  const cases: [string, Running, readonly number[]][] = [
    ["before the run", early, all],
    ["--after 700", after, all.slice(700)],
    ["--lines all", whole, all],
    ["--since 1h", since, all],
    ["late", late, all],
    ["--after 3000", later, all.slice(3000)],
  ];
  for (const [name, run, expected] of cases) {
    const { code, seqs, last } = await followed(run);
    assert.deepEqual(seqs, expected, name);
    assert.equal(code, 1, name);
    assert.equal(last.jsonLines().at(-1)?.["state"], "failed");
  }
});

Deno.test("logs --follow prints all of a run that it waited for, however far it came", async () => {
  await using place = await project();
  await using waiting = place.spawn(["logs", "-f", "--format", "json"]);
  await waiting.waitForLine("waiting for a run", "stderr");
  const steps = Array.from({ length: 80 }, (_, index) => ({ id: `step-${index}` }));
  // It is there as a whole by the time it is noticed, and longer than a page of the log.
  await seedRuns(place.root, [{ id: "quick-20260202-143022", startedAt: 0, steps }]);
  const { code, seqs } = await followed(waiting);
  assert.deepEqual([code, seqs], [0, Array.from({ length: 162 }, (_, index) => index + 1)]);
});

Deno.test("logs --follow of several runs begins with what logs shows of them", async () => {
  await using place = await project();
  await seedRuns(place.root, RUNS);
  for (
    const args of [[], ["-n", "3"], ["-n", "all"], ["-n", "2", "--offset", "1"], ["--errors"], [
      "--since",
      "1h",
    ], ["--after", "2"]]
  ) {
    const shown = await place.wave(["logs", "debug", "hello", ...args]);
    const followed = await place.wave(["logs", "debug", "hello", "-f", ...args]);
    assert.equal(followed.stdout, shown.stdout, args.join(" "));
    assert.notEqual(shown.stdout, "");
  }
});

Deno.test("logs --follow waits for a run that its selectors select, if there can be one", async () => {
  const steps = '{ steps: [{ id: one, type: command, script: "true" }] }';
  await using place = await project({
    ".wave/pipelines/one.yaml": steps,
    ".wave/pipelines/two.yaml": steps,
    ".wave/pipelines/around.yaml": "{ steps: [{ id: inner, pipeline: two }] }",
  });
  await using next = place.spawn(["logs", "-f", "--next", "--pipeline", "t*", "--format", "json"]);
  await next.waitForLine("waiting for a run", "stderr");
  assert.equal((await place.wave(["run", "one"])).code, 0);
  // What runs within it was not started by anybody.
  assert.equal((await place.wave(["run", "around"])).code, 0);
  assert.equal((await place.wave(["run", "two"])).code, 0);
  const followed = await next.result();
  assert.equal(followed.code, 0);
  const latest = (await place.wave(["list", "runs", "--limit", "1", "-q"])).stdout;
  assert.deepEqual(
    new Set(followed.jsonLines().map((entry) => `${entry["run_id"]}\n`)),
    new Set([latest]),
  );
  const quiet = await place.wave(["logs", "-f", "-q", "-n", "all"]);
  assert.deepEqual([quiet.stdout, quiet.stderr], [latest, ""]);
  for (const args of [["one", "--pipeline", "two"], ["--status", "failed"]]) {
    const none = await place.wave(["logs", "-f", ...args]);
    assert.deepEqual([none.code, none.stdout, none.stderr], [0, "", "no run matches\n"]);
  }
});

Deno.test("logs --follow ends with what the run came to, or with 0 when not asked", async () => {
  await using place = await project();
  await seedRuns(place.root, RUNS);
  const code = async (...args: string[]) => (await place.wave(["logs", "-f", ...args])).code;
  assert.equal(await code("debug"), 0);
  assert.equal(await code("debug", "--exit-status"), 1);
  assert.equal(await code("hello", "--exit-status"), 0);
  assert.equal(await code("nope"), 3);
});

Deno.test("logs --follow ends when the run is interrupted or removed, or on Ctrl-C", async () => {
  await using place = await project();
  const start = async () => {
    const writing = writer(place, "talk", 1000, true);
    const id = await writing.runId();
    const run = place.spawn(["logs", id, "-f", "-n", "all"]);
    await run.waitForLine("line 499");
    return { writing, id, run };
  };
  const removed = await start();
  await Deno.remove(`${place.root}/.wave/traces/trace-${removed.id}.log`);
  const gone = await removed.run.result();
  assert.deepEqual([gone.code, gone.stderr.includes("removed")], [3, true]);
  await removed.writing.go();
  await removed.writing.status;

  const killed = await start();
  await killed.writing.kill();
  await killed.writing.status;
  const ended = await killed.run.result();
  assert.deepEqual([ended.code, ended.stderr.includes("was interrupted")], [0, true]);

  const detached = await start();
  detached.run.kill("SIGINT");
  assert.equal((await detached.run.result()).code, 130);
  await detached.writing.go();
  await detached.writing.status;
});

Deno.test("logs | head -1 ends quietly", async () => {
  await using place = await project();
  await seedRuns(place.root, [{
    id: "big-20260202-143022",
    startedAt: NOW,
    steps: Array.from({ length: 3000 }, (_, index) => ({ id: `step-${index}` })),
  }]);
  const { stdout, stderr, code } = await place.shell(
    'wave logs -n all | head -1; echo "${PIPESTATUS[0]}"',
  );
  assert.equal(code, 0);
  assert.match(stdout, /started +demo.*\n0\n$/);
  assert.equal(stderr.replace(/^warning: state.db.*\n/, ""), "");
});
