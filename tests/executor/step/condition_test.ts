import assert from "node:assert/strict";
import type { GateAction, Step } from "../../../executor/language/model/pipeline.ts";
import type { Retry } from "../../../executor/language/model/retry.ts";
import { unmetIn } from "../../../executor/run/unmet_condition.ts";
import {
  artifact,
  fakeClock,
  inject,
  manifest,
  type Project,
  project,
  script,
  step,
} from "../fixture.ts";

const NOT_MET = "its condition was not met";
const after = (...dependencies: string[]): Partial<Step> => ({ dependencies });
const each = (over: string): Partial<Step> => ({
  each: { source: { kind: "template", over }, maxConcurrent: 1, onFailure: "fail" },
});

const retried = (maxAttempts: number, onFailure: Retry["onFailure"]): Retry => ({
  maxAttempts,
  backoff: "fixed",
  baseDelayMs: 0,
  maxDelayMs: 0,
  onFailure,
});

/** How a step ended, and why. */
function endOf(it: Project, id: string): string {
  const end = it.of(id).findLast(({ state }) =>
    ["completed", "failed", "skipped", "cancelled"].includes(state)
  );
  return end === undefined ? "" : `${end.state} ${end.message ?? ""}`.trim();
}

const verdicts: readonly (readonly [string, string, "completed" | "failed"])[] = [
  ["true", "completed", "completed"],
  ["exit 1", `skipped ${NOT_MET}`, "completed"],
  ["echo no; false", `skipped ${NOT_MET}`, "completed"],
  ["exit 2", "failed its condition failed: exit code 2", "failed"],
  ["echo why >&2; exit 3", "failed its condition failed: exit code 3: why", "failed"],
  ["kill -9 $$", "failed its condition failed: ended by SIGKILL", "failed"],
  ["no-such-program", "failed its condition failed: exit code 127", "failed"],
];

Deno.test("a condition runs, skips or fails its step by its exit code", async () => {
  for (const [when, expected, status] of verdicts) {
    using it = project();
    const result = await it.run([script("a", "true", { when }), script("b", "true", after("a"))]);
    assert.equal(result.status, status, when);
    const shown = endOf(it, "a");
    assert.ok(shown === expected || expected.includes("127") && shown.startsWith(expected), shown);
    if (status === "completed") assert.equal(endOf(it, "b"), "completed", when);
  }
});

Deno.test("a condition has the values, artifacts, variables and folder of its step", async () => {
  using it = project();
  const when = `set -eu
    [ "$(cat artifacts/note)" = urgent ]
    [ "$LEVEL" = high ]
    [ {{ input }} = "it's; exit 1" ]
    [ {{ first.out.note }} = urgent ]
    [ "$WAVE_STEP_ID" = fix ] && [ "$PWD" = "$WAVE_WORKSPACE" ]
    echo told`;
  const result = await it.run([
    script("first", "echo urgent > note", { outputArtifacts: [artifact("note")] }),
    script("fix", "echo fixed", {
      ...after("first"),
      when,
      env: { LEVEL: "high" },
      injectArtifacts: [inject("first", "note")],
      outputArtifacts: [{ ...artifact("said"), source: "stdout" }],
    }),
  ], { input: "it's; exit 1" });
  assert.equal(endOf(it, "fix"), "completed", result.message);
  // What it prints is in the log, and is no result of the step.
  assert.ok(it.of("fix").some(({ state, message }) => state === "output" && message === "told"));
  assert.equal(it.read(".wave/workspaces/test-run/fix/said"), "fixed\n");
});

/** Steps that come after `a`, whose condition is not met: how they end. */
const dependents: Readonly<Record<string, readonly [Step, string]>> = {
  "one that only comes after it": [script("b", "true", after("a")), "completed"],
  "one that is given its artifact": [
    script("b", "true", { ...after("a"), injectArtifacts: [inject("a", "out")] }),
    "skipped needs out of a, whose condition was not met",
  ],
  "one that can do without it": [
    script("b", "[ ! -e artifacts/out ]", {
      ...after("a"),
      injectArtifacts: [{ ...inject("a", "out"), optional: true }],
    }),
    "completed",
  ],
  "one that names its output": [
    script("b", "echo {{ a.output }}", after("a")),
    "skipped needs the output of a, whose condition was not met",
  ],
  "one that names its artifact": [
    script("b", "echo {{ a.out.out }}", after("a")),
    "skipped needs out of a, whose condition was not met",
  ],
  "one whose condition names its output": [
    script("b", "true", { ...after("a"), when: "[ {{ a.output }} = yes ]" }),
    "skipped needs the output of a, whose condition was not met",
  ],
  "one that lists it": [
    script("b", "true", { ...after("a"), ...each("{{ a.output }}") }),
    "skipped needs the output of a, whose condition was not met",
  ],
  "one whose items need it": [
    script("b", "echo {{ a.output }}", { ...after("a"), ...each("[1, 2]") }),
    "skipped needs the output of a, whose condition was not met",
  ],
  "one that works where it worked": [
    script("b", "true", { ...after("a"), workspace: { kind: "shared", step: "a" } }),
    "skipped needs the workspace of a, whose condition was not met",
  ],
  "one that holds a step that needs it": [
    step("b", {
      ...after("a"),
      action: {
        kind: "loop",
        maxIterations: 1,
        until: null,
        onLimit: "fail",
        steps: [script("c", "echo {{ a.output }}")],
      },
    }),
    "completed",
  ],
};

for (const [name, [dependent, expected]] of Object.entries(dependents)) {
  Deno.test(`after a step whose condition was not met, ${name} is ${expected}`, async () => {
    using it = project();
    const result = await it.run([
      script("a", "echo yes > out", { when: "false", outputArtifacts: [artifact("out")] }),
      dependent,
      script("last", "true", after("b")),
    ]);
    assert.equal(endOf(it, "b"), expected, result.message);
    assert.equal(endOf(it, "last"), "completed");
    assert.equal(result.status, "completed");
  });
}

Deno.test("what needs the result of a step that was skipped for another's condition is skipped, too", async () => {
  using it = project();
  await it.run([
    script("a", "echo > out", { when: "false", outputArtifacts: [artifact("out")] }),
    script("b", "echo > two", {
      ...after("a"),
      injectArtifacts: [inject("a", "out")],
      outputArtifacts: [artifact("two")],
    }),
    script("c", "true", { ...after("b"), injectArtifacts: [inject("b", "two")] }),
  ]);
  const reason = "needs two of b, which was skipped: the condition of a was not met";
  assert.equal(endOf(it, "c"), `skipped ${reason}`);
  assert.equal(unmetIn(reason, "c"), "a");
});

Deno.test("unmetIn() tells reasons that are conditions from others", () => {
  assert.equal(unmetIn(NOT_MET, "a"), "a");
  assert.equal(unmetIn("needs out of a.b, whose condition was not met", "c"), "a.b");
  for (const other of ["", "not needed", "depends on a, which was skipped", `why: ${NOT_MET}`]) {
    assert.equal(unmetIn(other, "a"), null, other);
  }
});

Deno.test("the condition of a list is asked for each item where it uses one, else once", async () => {
  const cases: readonly (readonly [Partial<Step>, string, string | null, number])[] = [
    [{ when: `echo asked; [ {{ item }} != 2 ]` }, "completed", '["1","3"]', 3],
    [{ when: `echo asked; [ "$N" != 2 ]`, env: { N: "{{ item }}" } }, "completed", '["1","3"]', 3],
    [{ when: `echo asked; [ {{ item_index }} = 9 ]` }, "completed", "[]", 3],
    [{ when: `echo asked; true`, env: { N: "{{ item }}" } }, "completed", '["1","2","3"]', 1],
    [{ when: `echo asked; false` }, `skipped ${NOT_MET}`, null, 1],
    [{ when: `exit 5` }, "failed its condition failed: exit code 5", null, 0],
  ];
  for (const [parts, end, list, asked] of cases) {
    using it = project();
    const steps = [script("all", "printf '\"%s\"' {{ item }}", { ...each("[1, 2, 3]"), ...parts })];
    await it.run(steps);
    assert.equal(endOf(it, "all"), end, parts.when);
    const times = it.of("all").filter(({ state, message }) =>
      state === "output" && message === "asked"
    );
    assert.equal(times.length, asked, parts.when);
    if (list === null) continue;
    const written = it.read(".wave/workspaces/test-run/all/collected-output.json");
    assert.deepEqual(JSON.parse(written), JSON.parse(list), parts.when);
  }
});

Deno.test("an item that is skipped is told by its name", async () => {
  using it = project();
  await it.run([script("all", "true", { ...each('["a", "b"]'), when: "[ {{ item }} = a ]" })]);
  const told = it.of("all").map(({ message }) => message);
  assert.ok(told.includes(`item 2 of 2 ("b") skipped: ${NOT_MET}`), told.join("\n"));
});

Deno.test("in a loop a condition is asked in each iteration, and `until` waits for what was skipped", async () => {
  using it = project();
  const inner = [
    script("test", "echo {{ iteration }}"),
    script("report", "echo true", { ...after("test"), when: "[ {{ iteration }} -ge 2 ]" }),
  ];
  const loop = { kind: "loop", maxIterations: 5, onLimit: "fail", steps: inner } as const;
  const result = await it.run([step("all", { action: { ...loop, until: "{{ report.output }}" } })]);
  assert.equal(result.status, "completed", result.message);
  const ends = it.transitions().filter((line) => line.startsWith("report "));
  const skipped = ["report running", "report skipped"];
  assert.deepEqual(ends, [...skipped, ...skipped, "report running", "report completed"]);
});

Deno.test("a loop, a gate and another pipeline are not begun when their condition is not met", async () => {
  using it = project();
  const gate: GateAction = {
    ...{ kind: "gate", gate: "approval", auto: false, timeoutMs: null, message: "?" },
    ...{ choices: [], defaultChoice: null, freeform: false },
  };
  const pipeline = { kind: "pipeline", pipeline: "x", input: null, inject: null } as const;
  const result = await it.run([
    step("loop", {
      when: "false",
      action: {
        kind: "loop",
        maxIterations: 1,
        until: null,
        onLimit: "fail",
        steps: [script("in", "true")],
      },
    }),
    step("gate", { when: "false", action: gate }),
    step("pipeline", {
      when: "false",
      action: { ...pipeline, extract: null, timeoutMs: null, env: {} },
    }),
    script("last", "true", after("loop", "gate", "pipeline")),
  ]);
  assert.equal(result.status, "completed", result.message);
  for (const id of ["loop", "gate", "pipeline"]) assert.equal(endOf(it, id), `skipped ${NOT_MET}`);
});

Deno.test("a condition that fails is tried again, one that holds is not asked again", async () => {
  using it = project();
  const { clock } = fakeClock();
  const retry = retried(3, { kind: "fail" });
  const once =
    `echo asked >> "$WAVE_PROJECT/$WAVE_STEP_ID"; [ $(wc -l < "$WAVE_PROJECT/$WAVE_STEP_ID") -ge 2 ] || exit 4`;
  const work =
    `echo tried >> "$WAVE_PROJECT/$WAVE_STEP_ID"; [ $(grep -c tried "$WAVE_PROJECT/$WAVE_STEP_ID") -ge 2 ]`;
  const result = await it.run([script("a", work, { when: once, retry })], { clock });
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read("a"), "asked\nasked\ntried\ntried\n");
});

Deno.test("a condition has the time limit of its step, and leaves no process", async () => {
  using it = project();
  const result = await it.run([
    script("a", "true", { when: `sleep 321.7 & sleep 321.7`, timeoutMs: 200 }),
  ], { graceMs: 100 });
  assert.equal(result.status, "failed");
  assert.match(result.message, /its condition failed: time limit of 0.2s reached/);
  const { stdout } = new Deno.Command("sh", {
    args: ["-c", "ps -eo args | grep -c '[3]21.7' || :"],
  })
    .outputSync();
  assert.equal(new TextDecoder().decode(stdout).trim(), "0");
});

Deno.test("a condition is ended by a forced stop, and its step is cancelled", async () => {
  using it = project();
  const running = it.run([step("a", { when: "echo asked; sleep 60" })], { graceMs: 100 });
  await it.event(({ state }) => state === "output");
  it.forced.abort("cancelled by a test");
  const result = await running;
  assert.equal(result.status, "cancelled");
  assert.equal(endOf(it, "a"), "cancelled cancelled by a test");
});

Deno.test("a condition takes one of the run's slots, also of a step that takes none", async () => {
  using it = project();
  const when = `echo + >> "$WAVE_PROJECT/log"; sleep 0.02; echo - >> "$WAVE_PROJECT/log"`;
  const steps = ["a", "b", "c"].map((id) => step(id, { when }));
  const result = await it.run(steps, { maxWorkers: 1, manifest: manifest() });
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read("log"), "+\n-\n+\n-\n+\n-\n");
});

Deno.test("a step that is to take over, and is skipped, mends nothing", async () => {
  using it = project();
  const retry = retried(1, { kind: "rework", step: "mend" });
  const result = await it.run([
    script("a", "exit 3", { retry }),
    script("mend", "true", { reworkOnly: true, when: "false" }),
  ]);
  assert.equal(result.status, "failed");
  assert.match(result.message, /exit code 3; step mend, to take over, was skipped: its condition/);
});

const skippedBefore = new Map([
  ["a", { workspace: null, artifacts: [], skipped: NOT_MET }],
]);

Deno.test("a resume takes over that a condition was not met", async () => {
  using it = project();
  const result = await it.run([
    script("a", "true", { when: "true" }),
    script("b", "echo {{ a.output }}", after("a")),
    script("c", "true", after("a")),
  ], { reused: skippedBefore });
  assert.equal(result.status, "completed", result.message);
  assert.equal(endOf(it, "a"), "");
  assert.equal(endOf(it, "b"), "skipped needs the output of a, whose condition was not met");
  assert.equal(endOf(it, "c"), "completed");
});
