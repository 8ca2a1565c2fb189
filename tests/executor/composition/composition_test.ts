import assert from "node:assert/strict";
import { dirname, join } from "@std/path";
import { createRedactor } from "../../../event/redaction/redact.ts";
import { executeRun } from "../../../executor/execute_run.ts";
import { answerGate, fileGates, gateFile } from "../../../executor/composition/gate_answers.ts";
import type { Each, GateAction, Step } from "../../../executor/language/model/pipeline.ts";
import type { StartRun } from "../../../executor/api.ts";
import { aggregated } from "../../../executor/composition/aggregate.ts";
import {
  artifact,
  fakeClock,
  inject,
  manifest,
  pipeline,
  type Project,
  project,
  script,
  step,
} from "../fixture.ts";

const each = (over: string, parts: Partial<Each> = {}): Each => ({
  source: { kind: "template", over },
  maxConcurrent: 1,
  onFailure: "fail",
  ...parts,
});

const after = (...dependencies: string[]): Partial<Step> => ({ dependencies });

Deno.test("an iterating step runs its items side by side, each in a workspace of its own", async () => {
  using it = project();
  // Three items end only when all three have begun.
  const text = `touch "$WAVE_PROJECT/at-{{ item_index }}"
    until [ "$(ls "$WAVE_PROJECT" | grep -c at-)" -ge 3 ]; do sleep 0.01; done
    printf '{"name": "%s"}' {{ item.name }} > out.json`;
  const result = await it.run([
    script("list", `echo '[{"name":"a"},{"name":"b"},{"name":"c"}]' > list.json`, {
      outputArtifacts: [artifact("list.json", "list")],
    }),
    script("all", text, {
      ...after("list"),
      each: each("{{ list.out.list }}", { maxConcurrent: 3 }),
      outputArtifacts: [artifact("out.json", "out")],
    }),
    script("show", "cat artifacts/all > shown", {
      ...after("all"),
      injectArtifacts: [inject("all", "collected-output", "all")],
      outputArtifacts: [artifact("shown")],
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  const shown = it.read(".wave/workspaces/test-run/show/shown");
  assert.deepEqual(JSON.parse(shown), [{ name: "a" }, { name: "b" }, { name: "c" }]);
  assert.equal(it.read(".wave/workspaces/test-run/all/1/out.json"), '{"name": "b"}');
  assert.deepEqual(
    result.artifacts.map(({ name }) => name),
    ["list", "collected-output", "out-0", "out-1", "out-2", "shown"],
  );
});

Deno.test("an iterating step never runs more items at once than it may", async () => {
  using it = project();
  const text = `echo + >> "$WAVE_PROJECT/log"; sleep 0.02; echo - >> "$WAVE_PROJECT/log"`;
  const result = await it.run([
    script("all", text, { each: each("[1,2,3,4,5,6]", { maxConcurrent: 2 }) }),
  ]);
  assert.equal(result.status, "completed");
  let now = 0;
  let most = 0;
  for (const sign of it.read("log").trim().split("\n")) {
    most = Math.max(most, now += sign === "+" ? 1 : -1);
  }
  assert.ok(most <= 2, `${most} at once`);
});

Deno.test("a failing item fails its step or is left out, as the step says", async () => {
  for (const onFailure of ["fail", "continue"] as const) {
    using it = project();
    const result = await it.run([
      script("all", `[ {{ item }} != 2 ] && printf %s {{ item }}`, {
        each: each("[1, 2, 3]", { onFailure }),
      }),
      script("after", "printf %s {{ all.output }} > seen", {
        ...after("all"),
        outputArtifacts: [artifact("seen")],
      }),
    ]);
    const told = () =>
      it.of("all").flatMap(({ state, level, message }) =>
        state === "warning" && level === "error" ? [message] : []
      );
    if (onFailure === "fail") {
      assert.equal(result.message, "step all failed: item 2 of 3 (2) failed: exit code 1");
      assert.deepEqual(told(), []);
      const begun = it.of("all").filter(({ message }) => message?.endsWith(" started") === true);
      assert.equal(begun.length, 2);
    } else {
      assert.deepEqual(told(), [
        "tolerated (on_failure: continue): item 2 of 3 (2) failed: exit code 1",
      ]);
      assert.equal(result.status, "completed", result.message);
      assert.deepEqual(JSON.parse(it.read(".wave/workspaces/test-run/after/seen")), [1, 3]);
    }
  }
});

Deno.test("an iterating step that goes on keeps an item only in its own place", async () => {
  using it = project();
  const steps = [
    script("all", `echo {{ item }} >> "$WAVE_PROJECT/log"`, { each: each("{{ input }}") }),
  ];
  await it.run(steps, { input: '["a", "b"]' });
  const prior = { changed: false, workspace: ".wave/workspaces/test-run/all" };
  const result = await it.run(steps, {
    input: '["x", "b"]',
    attempts: new Map([["all", 1]]),
    continued: new Map([["all", prior]]),
  });
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read("log"), "a\nb\nx\n");
});

Deno.test("a matrix takes its items from an artifact", async () => {
  using it = project();
  const source = { kind: "artifact", step: "plan", artifact: "plan", key: "work.tasks" } as const;
  const result = await it.run([
    script("plan", `echo '{"work":{"tasks":["x","y"]}}' > plan.json`, {
      outputArtifacts: [artifact("plan.json", "plan")],
    }),
    script("do", "printf %s {{ item }} > made", {
      ...after("plan"),
      each: { source, maxConcurrent: 2, onFailure: "fail" },
      outputArtifacts: [artifact("made")],
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read(".wave/workspaces/test-run/do/0/made"), "x");
  assert.equal(it.read(".wave/workspaces/test-run/do/1/made"), "y");
});

Deno.test("a loop runs its steps until they hold, or to its limit", async () => {
  const table = [
    { enough: 2, max: 5, status: "completed", attempts: 2 },
    { enough: 9, max: 3, status: "failed", attempts: 3 },
  ] as const;
  for (const { enough, max, status, attempts } of table) {
    using it = project();
    const check = `[ $(wc -l < "$WAVE_PROJECT/log") -ge ${enough} ]`;
    const result = await it.run([
      step("refine", {
        action: {
          kind: "loop",
          maxIterations: max,
          until: null,
          onLimit: "fail",
          steps: [
            script("improve", `echo {{ iteration }} >> "$WAVE_PROJECT/log"`),
            script("check", check, after("improve")),
          ],
        },
      }),
    ]);
    assert.equal(result.status, status);
    assert.equal(it.of("check").at(-1)?.attempt, attempts);
    assert.equal(it.of("refine").at(-1)?.state, status);
    if (status === "failed") {
      assert.match(result.message, /not done after 3 iterations: step check failed: exit code 1/);
    }
  }
});

Deno.test("a loop whose condition never holds fails at its limit, unless it says otherwise", async () => {
  for (const onLimit of ["fail", "continue"] as const) {
    using it = project();
    const steps = [script("try", "echo no > done", { outputArtifacts: [artifact("done")] })];
    const until = "{{ steps.try.artifacts.done }}";
    const result = await it.run([
      step("again", { action: { kind: "loop", maxIterations: 2, until, onLimit, steps } }),
    ]);
    const told = it.of("again").filter(({ state }) => state === "warning");
    const message = `not done after 2 iterations: ${until} never came true`;
    if (onLimit === "fail") {
      assert.deepEqual([result.status, told.length], ["failed", 0]);
      assert.equal(result.message, `step again failed: ${message}`);
    } else {
      assert.equal(result.status, "completed");
      assert.deepEqual(told.map((event) => event.message), [
        `tolerated (on_limit: continue): ${message}`,
      ]);
    }
  }
});

Deno.test("a gate that sends the run back for ever ends at max_visits", async () => {
  using it = project();
  let asked = 0;
  const answer = () => {
    asked++;
    return Promise.resolve({ choice: "r", text: null });
  };
  const steps = gated(approval).map((each) =>
    each.id === "plan" ? { ...each, maxVisits: 3 } : each
  );
  const result = await it.run(steps, { gates: { answer } });
  assert.equal(
    result.message,
    "step plan failed: it was started 3 times, as often as max_visits allows",
  );
  assert.deepEqual([it.read("plans"), asked], ["plan\nplan\nplan\n", 3]);
  assert.equal(it.transitions().at(-1), "build skipped");
});

Deno.test("a step that a gate sends the run back to finds nothing of the steps behind it", async () => {
  using it = project();
  const text = `cat artifacts/draft >> "$WAVE_PROJECT/found" || echo none >> "$WAVE_PROJECT/found"`;
  let asked = 0;
  const answer = () => Promise.resolve({ choice: asked++ === 0 ? "r" : "a", text: null });
  const result = await it.run([
    script("plan", text, { injectArtifacts: [{ ...inject("write", "draft"), optional: true }] }),
    script("write", "echo old > draft", { ...after("plan"), outputArtifacts: [artifact("draft")] }),
    step("ok", { ...after("write"), action: approval }),
  ], { gates: { answer } });
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read("found"), "none\nnone\n");
});

Deno.test("steps that rework each other end at max_visits, those of a loop begin anew", async () => {
  using it = project();
  const rework = (id: string, other: string) =>
    script(id, `echo ${id} >> "$WAVE_PROJECT/log"; exit 1`, {
      maxVisits: 2,
      retry: { ...step(id).retry, onFailure: { kind: "rework", step: other } },
    });
  const result = await it.run([rework("a", "b"), { ...rework("b", "a"), reworkOnly: true }]);
  assert.equal(result.status, "failed");
  assert.equal(it.read("log"), "a\nb\na\nb\n");
  using second = project();
  const steps = [script("try", `echo x >> "$WAVE_PROJECT/log"; exit 1`, { maxVisits: 1 })];
  await second.run([
    step("again", {
      action: { kind: "loop", maxIterations: 4, until: null, onLimit: "fail", steps },
    }),
  ]);
  assert.equal(second.read("log"), "x\n".repeat(4));
});

Deno.test("all visits together end at the pipeline's max_step_visits", async () => {
  using it = project();
  const gates = { answer: () => Promise.resolve({ choice: "r", text: null }) };
  const result = await it.run(pipeline(gated(approval), { maxStepVisits: 5 }), { gates });
  assert.match(result.message, /steps were started 5 times, as often as max_step_visits allows/);
  assert.equal(it.read("plans"), "plan\nplan\nplan\n");
});

Deno.test("a pipeline that runs itself by a name that only the run knows is refused", async () => {
  using it = project();
  const child = [step("back", { action: sub("{{ pipeline_name }}") })];
  const result = await it.run([step("child", { action: sub("other") })], {
    startRun: inner(it, child, []),
  });
  assert.match(
    result.message,
    /the pipelines run each other without end: other → other; .* use loop or iterate \(other-run\)$/,
  );
});

Deno.test("pipelines call each other as deep as the manifest allows, and no deeper", async () => {
  for (const [deep, status] of [[3, "completed"], [4, "failed"]] as const) {
    using it = project();
    let startRun = inner(it, [script("work", "true")], []);
    for (let level = 2; level <= deep; level++) {
      startRun = inner(it, [step("sub", { action: sub(`level-${level}`) })], [], startRun);
    }
    const result = await it.run([step("sub", { action: sub("level-1") })], { startRun });
    assert.equal(result.status, status, result.message);
    if (deep === 4) assert.match(result.message, /pipelines may call each other 3 deep/);
  }
});

/** Inner runs are executed in the same project, their events collected as those of the outer one. */
function inner(
  it: Project,
  steps: readonly Step[],
  outputs = ["out"],
  startRun: StartRun = () => Promise.reject(new Error("no deeper")),
): StartRun {
  return async (request) => {
    const result = await executeRun({
      pipeline: pipeline(steps, {
        name: request.pipeline,
        outputs: outputs.map((name) => ({
          name,
          step: steps[0]?.id ?? "",
          artifact: name,
          field: null,
          type: null,
        })),
      }),
      manifest: manifest(),
      projectRoot: it.root,
      runId: `${request.pipeline}-run`,
      input: request.input.kind === "text" ? request.input.text : "",
      emit: (draft) => it.events.push({ draft, at: performance.now() }),
      control: request.control,
      clock: fakeClock().clock,
      environment: Deno.env.toObject(),
      mock: request.mock,
      inner: request.inner,
      startRun,
      gates: { answer: () => Promise.reject(new Error("no gates")) },
    });
    return { runId: `${request.pipeline}-run`, result };
  };
}

function sub(name: string): Step["action"] {
  return {
    kind: "pipeline",
    pipeline: name,
    input: "from {{ input }}",
    inject: null,
    extract: null,
    timeoutMs: null,
    env: { profile: "core" },
  };
}

Deno.test("a sub-pipeline gets its input and artifacts, and gives back its outputs", async () => {
  using it = project();
  const child = [
    script(
      "work",
      `printf '%s|%s|%s' {{ input }} {{ env.profile }} "$(cat artifacts/seed)" > out`,
      {
        outputArtifacts: [artifact("out")],
      },
    ),
  ];
  const result = await it.run([
    script("first", "printf seed > seed", { outputArtifacts: [artifact("seed")] }),
    step("child", { ...after("first"), action: sub("other") }),
    script("last", "cat artifacts/out > seen", {
      ...after("child"),
      injectArtifacts: [inject("child", "out")],
      outputArtifacts: [artifact("seen")],
    }),
  ], { input: "here", maxWorkers: 1, startRun: inner(it, child) });
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read(".wave/workspaces/test-run/last/seen"), "from here|core|seed");
});

Deno.test("an inner run is a mock where the one around it is, and only there", async () => {
  for (const mock of [true, false]) {
    using it = project();
    const seen: boolean[] = [];
    const startRun: StartRun = (request) => {
      seen.push(request.mock);
      return inner(it, [script("work", "true")], [])(request);
    };
    await it.run([step("child", { action: sub("other") })], { mock, startRun });
    assert.deepEqual(seen, [mock]);
  }
});

Deno.test("an inner run finds artifacts of the pipelines around it", async () => {
  using it = project();
  const from = { ...inject("x", "seed"), step: null, pipeline: "test" };
  const child = [
    script("work", "cat artifacts/seed > out", {
      injectArtifacts: [from],
      outputArtifacts: [artifact("out")],
    }),
  ];
  const steps = [
    script("first", "printf seed > seed", { outputArtifacts: [artifact("seed")] }),
    step("pause", after("first")),
    step("child", { ...after("pause"), action: sub("other") }),
  ];
  const result = await it.run(steps, { startRun: inner(it, child) });
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read(".wave/workspaces/test-run/child/out"), "seed");
});

Deno.test("a sub-pipeline's failure is its step's, and a cancel reaches it", async () => {
  using it = project();
  const broken = await it.run([step("child", { action: sub("other") })], {
    startRun: inner(it, [script("work", "exit 4")]),
  });
  assert.equal(
    broken.message,
    "step child failed: pipeline other failed: step work failed: exit code 4 (other-run)",
  );
  using second = project();
  const running = second.run([step("child", { action: sub("other") })], {
    startRun: inner(second, [script("work", "echo up; sleep 100")]),
  });
  await second.event(({ step_id, state }) => step_id === "child" && state === "running");
  second.forced.abort();
  assert.equal((await running).status, "cancelled");
});

Deno.test("a branch runs the pipeline of its case", async () => {
  const table: [string, string, string[]][] = [
    ["bug", "completed", ["fix"]],
    ["docs", "completed", []],
    ["else", "completed", ["rest"]],
  ];
  for (const [value, status, started] of table) {
    using it = project();
    const seen: string[] = [];
    const result = await it.run([
      step("route", {
        action: {
          kind: "branch",
          on: "{{ input }}",
          cases: [
            { value: "bug", target: { kind: "pipeline", pipeline: "fix" } },
            { value: "docs", target: { kind: "skip" } },
          ],
          otherwise: { kind: "pipeline", pipeline: "rest" },
          input: null,
        },
      }),
    ], {
      input: value,
      startRun: (request) => {
        seen.push(request.pipeline);
        return inner(it, [script("work", "true")], [])(request);
      },
    });
    assert.equal(result.status, status, result.message);
    assert.deepEqual(seen, started);
  }
});

Deno.test("aggregated() merges and joins", () => {
  const table: [Parameters<typeof aggregated>[0], unknown, unknown][] = [
    [{ strategy: "merge_arrays", key: null }, [[1], [2, 3], 4], [1, 2, 3, 4]],
    [{ strategy: "merge_arrays", key: "f" }, [{ f: [1] }, { f: [2] }, { g: 3 }], [1, 2, { g: 3 }]],
  ];
  for (const [action, value, expected] of table) {
    assert.deepEqual(JSON.parse(aggregated(action, value)), expected);
  }
  assert.equal(aggregated({ strategy: "concat", key: null }, ["a\n", "b"]), "a\nb\n");
  assert.throws(() => aggregated({ strategy: "merge_arrays", key: null }, "x"), /no JSON array/);
});

const approval: GateAction = {
  kind: "gate",
  gate: "approval",
  auto: false,
  timeoutMs: null,
  message: "Good?",
  choices: [
    { key: "a", label: "Approve", target: { kind: "next" } },
    { key: "r", label: "Revise", target: { kind: "step", step: "plan" } },
    { key: "q", label: "Abort", target: { kind: "fail" } },
  ],
  defaultChoice: null,
  freeform: true,
};

function gated(action: GateAction): Step[] {
  return [
    script("plan", `echo {{ step_id }} >> "$WAVE_PROJECT/plans"`),
    step("ok", { ...after("plan"), action }),
    script("build", "printf '%s %s' {{ gate.ok.choice }} {{ gate.ok.text }} > said", {
      ...after("ok"),
      outputArtifacts: [artifact("said")],
    }),
  ];
}

Deno.test("a gate waits for an answer from another process", async () => {
  using it = project();
  const workspaces = join(it.root, ".wave", "workspaces");
  const running = it.run(gated(approval), { gates: fileGates(workspaces) });
  await it.event(({ step_id, message }) =>
    step_id === "ok" && message?.startsWith("waiting") === true
  );
  const file = gateFile(workspaces, "test-run", "ok");
  answerGate(file, { choice: "r", text: "again" });
  await it.event((draft) =>
    draft.step_id === "ok" && draft.state === "running" && draft.attempt === 2
  );
  answerGate(file, { choice: "a", text: "fine" });
  const result = await running;
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read("plans"), "plan\nplan\n");
  assert.equal(it.read(".wave/workspaces/test-run/build/said"), "a fine");
  assert.deepEqual([...Deno.readDirSync(dirname(file))], []);
});

Deno.test("what a gate keeps of its answer holds no secret", async () => {
  using it = project();
  const answer = () => Promise.resolve({ choice: "a", text: "use hunter2-hunter2" });
  const redactor = createRedactor({ A_KEY: "hunter2-hunter2" });
  const result = await it.run(gated(approval), { gates: { answer }, redactor });
  assert.equal(result.status, "completed", result.message);
  const kept = it.read(".wave/workspaces/test-run/ok/gate.json");
  assert.match(kept, /"text":"use /);
  assert.doesNotMatch(kept, /hunter2/);
});

Deno.test("a gate can fail the run, be answered by itself, and be cancelled", async () => {
  using failing = project();
  const answers = { answer: () => Promise.resolve({ choice: "q", text: "no" }) };
  const failed = await failing.run(gated(approval), { gates: answers });
  assert.equal(failed.message, 'step ok failed: answered "Abort": no');

  using asked = project();
  const other = { answer: () => Promise.resolve({ choice: "x", text: null }) };
  const unknown = await asked.run(gated(approval), { gates: other });
  assert.equal(unknown.message, 'step ok failed: The gate has no choice "x"');

  using timed = project();
  const { clock } = fakeClock();
  const waiting = { ...approval, timeoutMs: 1000 };
  const late = await timed.run(gated({ ...waiting, defaultChoice: "a" }), { clock });
  assert.equal(late.status, "completed", late.message);
  using nobody = project();
  const none = await nobody.run(gated(waiting), { clock });
  assert.match(none.message, /^step ok failed: nobody answered in time; give the gate/);

  using auto = project();
  assert.equal((await auto.run(gated({ ...approval, auto: true }))).status, "completed");

  using cancelled = project();
  const running = cancelled.run(gated(approval));
  await cancelled.event(({ message }) => message?.startsWith("waiting") === true);
  cancelled.graceful.abort();
  assert.equal((await running).status, "cancelled");
});
