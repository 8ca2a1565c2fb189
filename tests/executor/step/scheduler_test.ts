import assert from "node:assert/strict";
import fc from "fast-check";
import { type GraphStep, Scheduler, type StepOutcome } from "../../../executor/step/scheduler.ts";

const step = (id: string, ...dependencies: string[]): GraphStep => ({ id, dependencies });

function takeAll(scheduler: Scheduler): string[] {
  const taken: string[] = [];
  for (let id = scheduler.take(); id !== null; id = scheduler.take()) taken.push(id);
  return taken;
}

Deno.test("Scheduler starts ready steps in file order, up to the limit", () => {
  const scheduler = new Scheduler([step("d", "a"), step("c"), step("b"), step("a")], 2);
  assert.deepEqual(takeAll(scheduler), ["c", "b"]);
  scheduler.end("b", "completed");
  assert.deepEqual(takeAll(scheduler), ["a"]);
  scheduler.end("a", "completed");
  assert.deepEqual(takeAll(scheduler), ["d"]);
});

Deno.test("Scheduler does not count steps that only wait", () => {
  const scheduler = new Scheduler([
    { ...step("loop"), free: true },
    step("a"),
    step("b"),
    { ...step("gate"), free: true },
  ], 1);
  assert.deepEqual(takeAll(scheduler), ["loop", "a", "gate"]);
});

Deno.test("Scheduler.rest() lets others have the turn of a running step", () => {
  const scheduler = new Scheduler([step("a"), step("b"), step("c")], 1);
  assert.equal(scheduler.take(), "a");
  assert.equal(scheduler.take(), null);
  scheduler.rest("a", true);
  scheduler.rest("a", true);
  assert.deepEqual(takeAll(scheduler), ["b"]);
  assert.equal(scheduler.running, 2);
  scheduler.rest("a", false);
  scheduler.end("b", "completed");
  assert.deepEqual(takeAll(scheduler), [], "a counts again");
  scheduler.end("a", "completed");
  assert.deepEqual(takeAll(scheduler), ["c"]);
  scheduler.rest("c", true);
  scheduler.end("c", "completed");
  assert.equal(scheduler.running, 0);
  assert.equal(scheduler.finished, true);
});

Deno.test("Scheduler.end() skips what depends on a step that did not complete", () => {
  const table: [StepOutcome, string[]][] = [["tolerated", ["x"]], ["failed", []]];
  for (const [outcome, next] of table) {
    const steps = [step("a"), step("b", "a"), step("c", "b"), step("x")];
    const scheduler = new Scheduler(steps, 1);
    assert.equal(scheduler.take(), "a");
    assert.deepEqual(scheduler.end("a", outcome), [
      { id: "b", reason: "depends on a, which did not complete" },
      { id: "c", reason: "depends on b, which was skipped" },
    ]);
    assert.deepEqual(takeAll(scheduler), next, outcome);
  }
});

Deno.test("Scheduler takes done steps as completed", () => {
  const steps = [step("a"), step("b", "a"), step("c", "b")];
  const scheduler = new Scheduler(
    steps,
    5,
    new Map([
      ["a", { outcome: "completed" }],
      ["b", { outcome: "completed" }],
    ]),
  );
  assert.deepEqual(takeAll(scheduler), ["c"]);
  scheduler.end("c", "completed");
  assert.equal(scheduler.finished, true);
});

Deno.test("Scheduler.rewind() sends back to a step before, and to no other", () => {
  const steps = [
    step("plan"),
    step("review", "plan"),
    step("gate", "review"),
    step("build", "gate"),
  ];
  const scheduler = new Scheduler(steps, 5);
  for (const id of ["plan", "review"]) {
    assert.equal(scheduler.take(), id);
    scheduler.end(id, "completed");
  }
  assert.equal(scheduler.take(), "gate");
  assert.deepEqual(scheduler.rewind("gate", "build"), []);
  assert.deepEqual(scheduler.rewind("gate", "review"), ["review", "gate", "build"]);
  assert.deepEqual(takeAll(scheduler), ["review"]);
  scheduler.end("review", "completed");
  assert.deepEqual(takeAll(scheduler), ["gate"]);
});

Deno.test("Scheduler.abandon() leaves nothing to start", () => {
  const scheduler = new Scheduler([step("a"), step("b"), step("c", "a")], 1);
  assert.equal(scheduler.take(), "a");
  assert.deepEqual(scheduler.abandon(), ["b", "c"]);
  scheduler.end("a", "completed");
  assert.equal(scheduler.take(), null);
  assert.equal(scheduler.finished, true);
});

/** Graphs without cycles: a step depends on earlier ones of a shuffled order. */
const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .chain(
    (picks) => {
      const steps = picks.map((pick, index) => {
        const before = index === 0 ? [] : pick.map((n) => `s${n % index}`);
        return step(`s${index}`, ...before);
      });
      return fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length });
    },
  );

const outcomes = fc.infiniteStream(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant<StepOutcome>("completed") },
    { weight: 1, arbitrary: fc.constant<StepOutcome>("tolerated") },
    { weight: 1, arbitrary: fc.constant<StepOutcome>("failed") },
  ),
);

Deno.test("Scheduler runs any graph: dependencies first, never more than the limit, every step ends", () => {
  fc.assert(
    fc.property(
      graphs,
      fc.integer({ min: 1, max: 5 }),
      outcomes,
      fc.nat(),
      (steps, limit, ends, seed) => {
        const scheduler = new Scheduler(steps, limit);
        const byId = new Map(steps.map((each) => [each.id, each]));
        const ended = new Map<string, StepOutcome | "skipped">();
        const running: string[] = [];
        for (;;) {
          for (const id of takeAll(scheduler)) {
            assert.ok(!ended.has(id) && !running.includes(id));
            for (const dependency of byId.get(id)?.dependencies ?? []) {
              assert.equal(ended.get(dependency), "completed");
            }
            running.push(id);
          }
          assert.ok(running.length <= limit);
          const [id] = running.splice(seed % Math.max(1, running.length), 1);
          if (id === undefined) break;
          const outcome = ends.next().value;
          ended.set(id, outcome);
          for (const skip of scheduler.end(id, outcome)) ended.set(skip.id, "skipped");
        }
        assert.equal(scheduler.idle, true);
        for (const id of scheduler.abandon()) ended.set(id, "skipped");
        assert.equal(scheduler.finished, true);
        assert.equal(ended.size, steps.length);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("Scheduler handles a chain and a fan of 20,000 steps", () => {
  const count = 20_000;
  const chain = Array.from(
    { length: count },
    (_, i) => step(`s${i}`, ...i === 0 ? [] : [`s${i - 1}`]),
  );
  const fan = Array.from({ length: count }, (_, i) => step(`s${i}`, ...i === 0 ? [] : ["s0"]));
  for (const steps of [chain, fan]) {
    const scheduler = new Scheduler(steps, 4);
    for (let id = scheduler.take(); id !== null; id = scheduler.take()) {
      scheduler.end(id, "completed");
    }
    assert.equal(scheduler.finished, true);
  }
});

Deno.test("Scheduler.putBack() takes a step for one that never started", () => {
  const scheduler = new Scheduler([step("a"), step("b")], 1);
  assert.equal(scheduler.take(), "a");
  scheduler.putBack("a");
  assert.equal(scheduler.running, 0);
  assert.deepEqual(takeAll(scheduler), ["a"]);
  scheduler.end("a", "completed");
  assert.deepEqual(takeAll(scheduler), ["b"]);
});

Deno.test("Scheduler.rewind() is for later while a step runs, and counts what is to be done again", () => {
  const scheduler = new Scheduler([step("a"), step("b", "a"), step("c", "a")], 2);
  assert.deepEqual(takeAll(scheduler), ["a"]);
  scheduler.end("a", "completed");
  assert.deepEqual(takeAll(scheduler), ["b", "c"]);
  assert.equal(scheduler.rewind("b", "a"), null);
  assert.equal(scheduler.running, 2);
  scheduler.hold(true);
  assert.equal(scheduler.take(), null);
  scheduler.hold(false);
  scheduler.end("c", "completed");
  assert.deepEqual(scheduler.rewind("b", "a"), ["a", "b", "c"]);
  assert.equal(scheduler.hasUnstarted, true);
  for (const round of [["a"], ["b", "c"]]) {
    assert.equal(scheduler.finished, false);
    assert.deepEqual(takeAll(scheduler), round);
    for (const id of round) scheduler.end(id, "completed");
  }
  assert.equal(scheduler.finished, true);
});
