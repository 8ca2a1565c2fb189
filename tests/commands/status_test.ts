import { deepStrictEqual, match, ok } from "node:assert/strict";
import { project } from "../cli.ts";
import { assertSchema } from "../json_schema.ts";
import { appendEvents, eventsOf, holdOwner, type SeededRun, seedRuns } from "../seed.ts";

const START = Date.UTC(2026, 1, 2, 14, 30, 22);

const FAILED: SeededRun = {
  id: "debug-20260202-143022",
  pipeline: "debug",
  status: "failed",
  startedAt: START,
  tookMs: 154_321,
  input: "fix bug",
  error: "plan: no such file",
  steps: [
    { id: "investigate", persona: "investigator", tokens: [40_000, 5_000] },
    { id: "plan", status: "failed", error: "no such file", tokens: [200, 34] },
    { id: "fix", status: "skipped", error: "plan failed" },
  ],
};
const COMPLETED: SeededRun = {
  id: "hello-20260203-090000",
  pipeline: "hello",
  startedAt: START + 86_400_000,
  tookMs: 4_980_000,
  steps: [{ id: "greet", tokens: [900, 50] }],
};

/** What could steer a terminal. */
const STEERS = /(?![\t\n])[\p{Cc}\u202e]/u;

/** Without the warning about a database that these made-up projects never had. */
const told = (stderr: string) =>
  stderr.replace("warning: state.db: missing; using .wave/traces\n", "");

Deno.test("status prints the JSON of the contract", async () => {
  await using p = await project();
  await seedRuns(p.root, [FAILED]);
  const result = await p.wave(["status", FAILED.id, "--format", "json"]);
  deepStrictEqual(result.code, 0);
  assertSchema("status", result.json());
  deepStrictEqual(result.json(), {
    schema_version: 1,
    source: "traces",
    total: 1,
    truncated: false,
    pipelines: [{
      id: "debug-20260202-143022",
      pipeline: "debug",
      status: "failed",
      liveness: "finished",
      cancelling: false,
      current_step: "plan",
      current_steps: ["plan"],
      elapsed_seconds: 154,
      elapsed_ms: 154_321,
      wall_ms: 154_321,
      total_tokens: 45_234,
      input_tokens: 40_200,
      output_tokens: 5_034,
      tokens_known: "exact",
      cost_usd: null,
      cost_known: "unknown",
      budget: null,
      warnings: 0,
      started_at: "2026-02-02T14:30:22.000Z",
      completed_at: "2026-02-02T14:32:56.321Z",
      input: "fix bug",
      mock: false,
      options: {},
      parent: null,
      paused_until: null,
      pause_reason: null,
      pauses: [],
      error_message: "plan: no such file",
      steps: [
        {
          id: "investigate",
          persona: "investigator",
          status: "completed",
          attempt: 1,
          started_at: "2026-02-02T14:30:22.000Z",
          completed_at: "2026-02-02T14:32:56.321Z",
          elapsed_ms: 154_321,
          total_tokens: 45_000,
          tokens_known: "exact",
          cost_usd: null,
          cost_known: "unknown",
          warnings: 0,
          error_message: null,
          waiting_for: null,
          gate: null,
          edge: null,
          visits: 1,
        },
        {
          id: "plan",
          persona: null,
          status: "failed",
          attempt: 1,
          started_at: "2026-02-02T14:30:22.000Z",
          completed_at: "2026-02-02T14:32:56.321Z",
          elapsed_ms: 154_321,
          total_tokens: 234,
          tokens_known: "exact",
          cost_usd: null,
          cost_known: "unknown",
          warnings: 0,
          error_message: "no such file",
          waiting_for: null,
          gate: null,
          edge: null,
          visits: 1,
        },
        {
          id: "fix",
          persona: null,
          status: "skipped",
          attempt: 0,
          started_at: null,
          completed_at: "2026-02-02T14:32:56.321Z",
          elapsed_ms: null,
          total_tokens: 0,
          tokens_known: "exact",
          cost_usd: 0,
          cost_known: "exact",
          warnings: 0,
          error_message: "plan failed",
          waiting_for: null,
          gate: null,
          edge: null,
          visits: 0,
        },
      ],
    }],
  });
});

Deno.test("status tells of a run that was asked to stop and has not stopped yet", async () => {
  await using p = await project();
  const now = Date.now();
  const run: SeededRun = { ...FAILED, status: "running", startedAt: now - 1000, tookMs: 500 };
  await seedRuns(p.root, [{ ...run, steps: [{ id: "plan", status: "running" }] }]);
  await using _lock = await holdOwner(p.root, run.id);
  const shown = async () => {
    const json = await p.wave(["status", "--format", "json"]);
    assertSchema("status", json.json());
    const [only] = json.json()["pipelines"] as { status: string; cancelling: boolean }[];
    const text = (await p.wave(["status"])).stdout;
    return [only?.status, only?.cancelling, /running( \(\w+\))?/.exec(text)?.[0]];
  };
  deepStrictEqual(await shown(), ["running", false, "running"]);
  deepStrictEqual((await p.wave(["cancel", run.id])).code, 0);
  deepStrictEqual(await shown(), ["running", true, "running (cancelling)"]);
});

Deno.test("status --all prints a table, newest first", async () => {
  await using p = await project();
  await seedRuns(p.root, [FAILED, COMPLETED]);
  const result = await p.wave(["status", "--all"]);
  deepStrictEqual(
    result.stdout,
    "Run                    Pipeline  Status     Step  Elapsed  Tokens  Cost\n" +
      "hello-20260203-090000  hello     completed  -     1h 23m   950     unknown\n" +
      "debug-20260202-143022  debug     failed     plan  2m 34s   45k     unknown\n",
  );
  deepStrictEqual(result.code, 0);
});

Deno.test("status of one run prints its facts and its steps", async () => {
  await using p = await project();
  await seedRuns(p.root, [FAILED]);
  const result = await p.wave(["status", "debug"]);
  deepStrictEqual(
    result.stdout,
    `Run       debug-20260202-143022
Pipeline  debug
Status    failed
Step      plan
Input     fix bug
Started   2026-02-02 14:30:22
Ended     2026-02-02 14:32:56
Elapsed   2m 34s
Tokens    45k (40k in, 5k out)
Cost      unknown
Error     plan: no such file

Step         Persona       Status     Attempt  Elapsed  Tokens  Cost     Error
investigate  investigator  completed  1        2m 34s   45k     unknown
plan         -             failed     1        2m 34s   234     unknown  no such file
fix          -             skipped    -        -        0       -        plan failed
`,
  );
});

Deno.test("status without anything running says so on stderr, with the last run and what to type", async () => {
  const ago = (run: SeededRun, ms: number) => ({ ...run, startedAt: Date.now() - ms });
  const cases: [SeededRun[], string][] = [
    [[], "nothing running; no runs yet, see wave list pipelines\n"],
    [
      [ago(FAILED, 154_321 + 130_000)],
      "nothing running; last: debug failed at plan 2m ago, see wave logs --errors\n",
    ],
    [
      [ago(COMPLETED, 4_980_000 + 7_300_000)],
      "nothing running; last: hello completed 2h ago, see wave status --all\n",
    ],
  ];
  for (const [runs, sentence] of cases) {
    await using p = await project();
    await seedRuns(p.root, runs);
    const text = await p.wave(["status"]);
    deepStrictEqual([text.code, text.stdout, told(text.stderr)], [0, "", sentence]);
    const json = await p.wave(["status", "--format", "json"]);
    assertSchema("status", json.json());
    deepStrictEqual([json.code, json.json()["pipelines"], told(json.stderr)], [0, [], ""]);
    const last = json.json()["last"] as { id: string } | null;
    deepStrictEqual(last?.id, runs[0]?.id);
    const quiet = await p.wave(["status", "-q"]);
    deepStrictEqual([quiet.code, quiet.stdout, told(quiet.stderr)], [0, "", ""]);
  }
});

Deno.test("status tells a run whose owner is there from one whose owner is gone", async () => {
  await using p = await project();
  const running: SeededRun = {
    id: "live-20260202-143022",
    status: "running",
    startedAt: Date.now() - 61_000,
    steps: [{ id: "a", status: "running", tokens: [1, 2] }, { id: "b", status: "running" }],
  };
  await seedRuns(p.root, [running, FAILED]);
  {
    await using _owner = await holdOwner(p.root, running.id);
    const text = await p.wave(["status"]);
    match(text.stdout, /live-20260202-143022 +demo +running +a \+1 +1m \d+s +3 +unknown\n$/);
    const json = (await p.wave(["status", "--format", "json"])).json();
    assertSchema("status", json);
    const [run] = json["pipelines"] as Record<string, unknown>[];
    deepStrictEqual(
      [run?.["liveness"], run?.["current_step"], run?.["current_steps"], run?.["completed_at"]],
      ["alive", "a", ["a", "b"], null],
    );
  }
  const gone = await p.wave(["status"]);
  deepStrictEqual(gone.stdout, "");
  match(gone.stderr, /last: demo failed at a /);
  const text = await p.wave(["status", running.id]);
  match(text.stdout, /Status +failed \(interrupted\)\n/);
  match(text.stdout, /Error +interrupted at a, b: its process/);
  const [run] = (await p.wave(["status", "@latest", "--format", "json"]))
    .json()["pipelines"] as Record<string, unknown>[];
  deepStrictEqual([run?.["status"], run?.["liveness"]], ["failed", "interrupted"]);
});

Deno.test("status takes selectors, which narrow each other and lift the limit to running runs", async () => {
  await using p = await project();
  const runs = Array.from({ length: 30 }, (_, index): SeededRun => ({
    id: `${index % 2 === 0 ? "even" : "odd"}-${String(index).padStart(2, "0")}`,
    pipeline: index % 2 === 0 ? "even" : "odd",
    status: index % 3 === 0 ? "failed" : "completed",
    startedAt: Date.now() - (index + 0.5) * 3_600_000,
  }));
  await seedRuns(p.root, runs);
  const ids = async (...args: string[]) =>
    (await p.wave(["status", "-q", ...args])).stdout.trim().split("\n").filter(Boolean);
  deepStrictEqual(await ids(), []);
  deepStrictEqual((await ids("--all")).length, 20);
  deepStrictEqual((await ids("--status", "failed,completed")).length, 30);
  deepStrictEqual(await ids("--status", "failed", "--pipeline", "o*", "--since", "9h"), ["odd-03"]);
  deepStrictEqual(await ids("--status", "cancelled"), []);
  deepStrictEqual(await ids("--all", "--limit", "2", "--offset", "1"), ["odd-01", "even-02"]);
  deepStrictEqual(await ids("even-02", "odd-03", "--status", "failed"), ["odd-03"]);
  deepStrictEqual(await ids("--until", "28h"), ["even-28", "odd-29"]);
  const cut = await p.wave(["status", "--pipeline", "even", "--limit", "2"]);
  match(cut.stderr, /2 of 15 runs/);
  const json = (await p.wave(["status", "--all", "--format", "json"])).json();
  deepStrictEqual([json["total"], json["truncated"]], [30, true]);
});

Deno.test("status never lets untrusted text reach the terminal raw", async () => {
  await using p = await project();
  const evil = "\x1b]0;owned\x07\x1b[2J\u202egnp\r\n\x9b31m";
  await seedRuns(p.root, [{
    ...FAILED,
    input: evil,
    error: evil,
    steps: [{ id: "a", error: evil }],
  }]);
  const text = await p.wave(["status", "debug"]);
  ok(!STEERS.test(text.stdout), text.stdout);
  match(text.stdout, /Input +\\e\]0;owned/);
  const json = await p.wave(["status", "debug", "--format", "json"]);
  ok(!STEERS.test(json.stdout));
  const [run] = json.json()["pipelines"] as Record<string, unknown>[];
  deepStrictEqual(run?.["input"], evil);
});

Deno.test("status --watch prints changes only, and ends when nothing is running any more", async () => {
  for (const format of ["text", "json"]) {
    await using p = await project();
    const run: SeededRun = {
      id: "live-20260202-143022",
      startedAt: Date.now() - 1000,
      steps: [{ id: "a" }],
    };
    const before = eventsOf(run).findIndex((event) => event.state === "running") + 1;
    await seedRuns(p.root, []);
    await appendEvents(p.root, { ...run, steps: [{ id: "a" }] }, 0, before);
    const owner = await holdOwner(p.root, run.id);
    await using watch = p.spawn(["status", "--watch", "--format", format]);
    await watch.waitForLine(/running/);
    await appendEvents(p.root, run, before);
    await owner[Symbol.asyncDispose]();
    const result = await watch.result();
    deepStrictEqual(result.code, 0);
    if (format === "text") {
      const lines = result.stdout.trimEnd().split("\n");
      match(lines[0] ?? "", /^live-20260202-143022 {2}demo {2}running {2}a /);
      match(lines.at(-1) ?? "", /^live-20260202-143022 {2}demo {2}completed {2}- /);
      ok(!result.stdout.includes("\x1b"));
    } else {
      for (const line of result.jsonLines()) assertSchema("status", line);
    }
  }
});

Deno.test("status --watch ends by SIGINT with 130 and by SIGTERM with 143", async () => {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    await using p = await project();
    const run: SeededRun = {
      id: "live-20260202-143022",
      status: "running",
      startedAt: Date.now(),
      steps: [{ id: "a", status: "running" }],
    };
    await seedRuns(p.root, [run]);
    await using _owner = await holdOwner(p.root, run.id);
    await using watch = p.spawn(["status", "--watch"]);
    await watch.waitForLine(/running/);
    watch.kill(signal);
    deepStrictEqual((await watch.result()).code, code);
  }
});
