import assert from "node:assert/strict";
import fc from "fast-check";
import { cycleIn, type Node } from "../../../../executor/language/check/cycles.ts";
import { TestProject } from "../project.ts";

const graph = fc.array(fc.array(fc.nat(19), { maxLength: 4 }), { minLength: 1, maxLength: 20 }).map(
  (all) =>
    all.map((dependencies, index): Node => ({
      id: `s${index}`,
      dependencies: dependencies.map((each) => `s${each}`),
    })),
);

/** How many nodes can be put behind all that they depend on. */
function ordered(nodes: readonly Node[]): number {
  const known = new Set(nodes.map(({ id }) => id));
  const done = new Set<string>();
  for (let before = -1; before < done.size;) {
    before = done.size;
    for (const { id, dependencies } of nodes) {
      if (dependencies.every((each) => done.has(each) || !known.has(each))) done.add(id);
    }
  }
  return done.size;
}

Deno.test("cycleIn() finds a path that ends where it began, or there is an order", () => {
  fc.assert(fc.property(graph, (nodes) => {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const cycle = cycleIn(nodes);
    if (cycle === null) {
      assert.equal(ordered(nodes), nodes.length);
      return;
    }
    assert.equal(cycle[0], cycle.at(-1));
    assert.ok(cycle.length >= 2);
    cycle.slice(1).forEach((id, index) => {
      assert.ok(byId.get(cycle[index] ?? "")?.dependencies.includes(id));
    });
    assert.ok(ordered(nodes) < nodes.length);
  }));
});

Deno.test("a cycle of 1,000 steps is told as one, without overflow", () => {
  using project = new TestProject();
  const steps = Array.from(
    { length: 1000 },
    (_, index) =>
      `  - { id: s${index}, script: "true", dependencies: [s${(index + 999) % 1000}] }\n`,
  );
  const { pipeline, diagnostics } = project.resolve(`steps:\n${steps.join("")}`);
  assert.equal(pipeline, null);
  assert.equal(diagnostics.length, 1);
  assert.equal(diagnostics[0]?.code, "cycle");
  assert.match(diagnostics[0]?.message ?? "", /s0 → s999 .* → … → .* → s0 \(1000 steps\)/);
});

Deno.test("a chain of 3,000 steps is read", () => {
  using project = new TestProject();
  const steps = Array.from(
    { length: 3000 },
    (_, index) =>
      `  - { id: s${index}, script: "true", dependencies: [${
        index === 0 ? "" : `s${index - 1}`
      }] }\n`,
  );
  const { pipeline } = project.resolve(`steps:\n${steps.join("")}`);
  assert.equal(pipeline?.steps.length, 3000);
});
