import assert from "node:assert/strict";
import type { PlannedStep, StepStatus } from "../../../event/event.ts";
import type { Persona } from "../../../executor/language/model/manifest.ts";
import type { LoopAction } from "../../../executor/language/model/pipeline.ts";
import { plannedSteps } from "../../../executor/planning/planned_steps.ts";
import {
  planReuse,
  type PriorStep,
  type ReuseOptions,
  type StepRoles,
} from "../../../executor/planning/plan_reuse.ts";
import { artifact, manifest, PERMISSIONS, pipeline, project, script, step } from "../fixture.ts";

const planned = (id: string, ...dependencies: string[]): PlannedStep => ({
  id,
  persona: null,
  dependencies,
  digest: `${id}-1`,
});

const prior = (id: string, status: StepStatus, parts: Partial<PriorStep> = {}): PriorStep => ({
  id,
  status,
  digest: `${id}-1`,
  artifacts: [],
  ...parts,
});

const ROLES: StepRoles = { inLoop: new Map(), onDemand: new Set(), standIns: new Map() };

const CHAIN = [planned("a"), planned("b", "a"), planned("c", "b"), planned("x")];
const DONE = ["a", "b", "c", "x"].map((id) => prior(id, "completed"));

Deno.test("planResume() says for each step whether it runs, and why", async () => {
  const table: {
    name: string;
    before: PriorStep[];
    today?: PlannedStep[];
    options?: ReuseOptions;
    expected: string[];
  }[] = [
    {
      name: "nothing changed",
      before: DONE,
      expected: [
        "a reuse: completed",
        "b reuse: completed",
        "c reuse: completed",
        "x reuse: completed",
      ],
    },
    {
      name: "a step failed",
      before: [
        prior("a", "completed"),
        prior("b", "failed"),
        prior("c", "skipped"),
        prior("x", "running"),
      ],
      expected: [
        "a reuse: completed",
        "b run: failed",
        "c run: depends on b, which runs again",
        "x run: interrupted",
      ],
    },
    {
      name: "a condition was not met",
      before: [
        prior("a", "skipped", { errorMessage: "its condition was not met" }),
        prior("b", "skipped", { errorMessage: "needs out of a, whose condition was not met" }),
        prior("c", "failed"),
        prior("x", "skipped", { errorMessage: "not needed" }),
      ],
      expected: [
        "a reuse: skipped: its condition was not met",
        "b reuse: skipped: needs out of a, whose condition was not met",
        "c run: failed",
        "x run: skipped",
      ],
    },
    {
      name: "a condition was not met, and is another one today",
      before: [
        prior("a", "skipped", { errorMessage: "its condition was not met" }),
        prior("b", "completed"),
        prior("c", "failed"),
        prior("x", "completed"),
      ],
      today: CHAIN.map((each) => each.id === "a" ? { ...each, digest: "a-2" } : each),
      expected: [
        "a run: changed since it ran",
        "b run: depends on a, which runs again",
        "c run: depends on b, which runs again",
        "x reuse: completed",
      ],
    },
    {
      name: "a step whose condition was not met is started from",
      before: [
        prior("a", "skipped", { errorMessage: "its condition was not met" }),
        ...DONE.slice(1),
      ],
      options: { fromStep: "a" },
      expected: [
        "a run: named by --from-step",
        "b run: depends on a, which runs again",
        "c run: depends on b, which runs again",
        "x reuse: completed",
      ],
    },
    {
      name: "a step changed",
      before: DONE,
      today: CHAIN.map((each) => each.id === "b" ? { ...each, digest: "b-2" } : each),
      expected: [
        "a reuse: completed",
        "b run: changed since it ran",
        "c run: depends on b, which runs again",
        "x reuse: completed",
      ],
    },
    {
      name: "a step is new, and one is gone",
      before: [prior("a", "completed"), prior("gone", "completed")],
      today: [planned("a"), planned("new", "a")],
      expected: ["a reuse: completed", "new run: new in the pipeline"],
    },
    {
      name: "from a step",
      before: DONE,
      options: { fromStep: "b" },
      expected: [
        "a reuse: completed",
        "b run: named by --from-step",
        "c run: depends on b, which runs again",
        "x reuse: completed",
      ],
    },
    {
      name: "other states",
      before: [
        prior("a", "cancelled"),
        prior("b", "pending"),
        prior("c", "retrying"),
        prior("x", "skipped"),
      ],
      today: CHAIN.map((each) => ({ ...each, dependencies: [] })),
      expected: [
        "a run: cancelled",
        "b run: not started yet",
        "c run: interrupted before another attempt",
        "x run: skipped",
      ],
    },
    {
      name: "a failure from which an edge led on",
      before: [
        prior("a", "completed"),
        { ...prior("b", "failed"), edge: "c" },
        prior("c", "failed"),
        prior("x", "skipped"),
      ],
      expected: [
        "a reuse: completed",
        "b reuse: failed, which leads to c",
        "c run: failed",
        "x run: skipped",
      ],
    },
    {
      name: "dependents before their dependencies",
      before: [prior("a", "failed"), prior("b", "completed")],
      today: [planned("b", "a"), planned("a")],
      expected: ["b run: depends on a, which runs again", "a run: failed"],
    },
  ];
  for (const { name, before, today = CHAIN, options, expected } of table) {
    const { steps } = await planReuse(before, today, "/", options);
    assert.deepEqual(
      steps.map((each) => `${each.id} ${each.action}: ${each.reason}`),
      expected,
      name,
    );
  }
});

Deno.test("planResume() leaves a step alone that runs only when another fails", async () => {
  const steps = [planned("a"), planned("fix")];
  const before = [prior("a", "completed"), prior("fix", "skipped")];
  const plan = await planReuse(before, steps, "/", {}, { ...ROLES, onDemand: new Set(["fix"]) });
  assert.deepEqual(plan.steps.map(({ action }) => action), ["reuse", "reuse"]);
});

Deno.test("planResume() takes the results of the step that took over", async () => {
  const steps = [planned("a"), planned("fix"), planned("b", "a")];
  const roles = { ...ROLES, onDemand: new Set(["fix"]), standIns: new Map([["a", ["fix"]]]) };
  const plan = async (fix: "completed" | "failed", digest = "fix-1") => {
    const before = [prior("a", "failed"), prior("fix", fix, { digest }), prior("b", "failed")];
    const { steps: actions } = await planReuse(before, steps, "/", {}, roles);
    return actions.map(({ action, reason, standIn }) => [action, reason, standIn ?? null]);
  };
  const [first, ...rest] = await plan("completed");
  assert.deepEqual(first, ["reuse", "failed, and fix took over: completed", "fix"]);
  assert.deepEqual(rest.map(([action]) => action), ["reuse", "run"]);
  assert.equal((await plan("failed"))[0]?.[0], "run");
  assert.equal((await plan("completed", "another"))[0]?.[0], "run");
});

Deno.test("planResume() refuses a step that does not exist", async () => {
  await assert.rejects(planReuse(DONE, CHAIN, "/", { fromStep: "z" }), /There is no step "z"/);
});

Deno.test("planResume() runs a step in a loop when its loop runs", async () => {
  const steps = [planned("loop"), planned("in")];
  const inLoop = new Map([["in", "loop"]]);
  for (const status of ["completed", "failed"] as const) {
    const plan = await planReuse(
      [prior("loop", status), prior("in", "completed")],
      steps,
      "/",
      {},
      { ...ROLES, inLoop },
    );
    const action = status === "completed" ? "reuse" : "run";
    assert.deepEqual(plan.steps.map((each) => each.action), [action, action]);
  }
});

Deno.test("planResume() sees artifacts that are gone or changed", async () => {
  using it = project();
  const steps = ["kept", "changed", "missing"].map((id) =>
    script(id, "echo one > out", { outputArtifacts: [artifact("out")] })
  );
  const { artifacts } = await it.run(steps);
  it.write(".wave/workspaces/test-run/changed/out", "two\n");
  Deno.removeSync(`${it.root}/.wave/workspaces/test-run/missing/out`);
  const today = await plannedSteps(pipeline(steps), manifest(), it.root);
  const before = today.map(({ id, digest }, index) => {
    const data = artifacts[index]?.data;
    return prior(id, "completed", { digest, artifacts: data === undefined ? [] : [data] });
  });
  const path = (id: string) => `.wave/workspaces/test-run/${id}/out`;
  const plan = await planReuse(before, today, it.root);
  assert.deepEqual(plan.steps.map(({ action, reason }) => `${action}: ${reason}`), [
    "reuse: completed",
    `reuse: completed; its artifact out changed at ${path("changed")}`,
    `run: its artifact out is missing at ${path("missing")}`,
  ]);
  assert.deepEqual(plan.changed.map(({ step, change }) => `${step} ${change}`), [
    "changed changed",
    "missing missing",
  ]);
  const accepted = await planReuse(before, today, it.root, { acceptChanged: true });
  assert.deepEqual(accepted.changed.map(({ step }) => step), ["missing"]);
});

Deno.test("plannedSteps() gives a digest that changes with what defines a step", async () => {
  using it = project();
  it.write("schema.json", "{}");
  const position = { line: 1, column: 1 };
  const contract = {
    type: "json_schema",
    source: null,
    schemaPath: "schema.json",
    schema: null,
    position,
    onFailure: { kind: "fail" },
    retries: false,
  } as const;
  const digest = async (parts: Parameters<typeof step>[1]) => {
    const [first] = await plannedSteps(pipeline([step("a", parts)]), manifest(), it.root);
    return first?.digest;
  };
  const before = await digest({ contracts: [contract] });
  assert.match(before ?? "", /^[0-9a-f]{64}$/);
  assert.equal(await digest({ contracts: [contract], position: { line: 9, column: 9 } }), before);
  assert.equal(await digest({ contracts: [contract], definition: "other" }), before);
  it.write("schema.json", '{"type":"object"}');
  assert.notEqual(await digest({ contracts: [contract] }), before);
});

Deno.test("plannedSteps() gives a digest that changes with a persona, also of a step in a loop", async () => {
  using it = project();
  it.write("worker.md", "Be brief.");
  const worker: Persona = {
    ...{ name: "worker", description: "", adapter: "mock", temperature: null, silenceMs: null },
    ...{ model: null, systemPromptFile: "worker.md", permissions: PERMISSIONS, hooks: {} },
    position: { line: 1, column: 1 },
  };
  const steps = [step("in", { persona: "worker" })];
  const loop = { kind: "loop", maxIterations: 2, until: null, onLimit: "fail", steps } as const;
  const digests = async (parts: Partial<Persona> = {}) => {
    const all = manifest({ personas: { worker: { ...worker, ...parts } } });
    const planned = await plannedSteps(pipeline([step("loop", { action: loop })]), all, it.root);
    return new Set(planned.map(({ digest }) => digest));
  };
  const before = await digests();
  assert.equal(before.size, 2);
  assert.deepEqual(await digests({ position: { line: 9, column: 9 } }), before);
  assert((await digests({ model: "other" })).isDisjointFrom(before));
  it.write("worker.md", "Be long.");
  assert((await digests()).isDisjointFrom(before));
});

Deno.test("plannedSteps() lists the steps of loops behind their loop", async () => {
  const steps = [step("in")];
  const action: LoopAction = {
    kind: "loop",
    maxIterations: 2,
    until: null,
    onLimit: "fail",
    steps,
  };
  const planned = await plannedSteps(
    pipeline([step("loop", { action }), step("end")]),
    manifest(),
    "/",
  );
  assert.deepEqual(planned.map(({ id }) => id), ["loop", "in", "end"]);
});
