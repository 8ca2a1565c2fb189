import assert from "node:assert/strict";
import fc from "fast-check";
import { ancestorsOf, cycleIn, levelsOf, type Node } from "../../../executor/language/graph.ts";
import { TestProject } from "./project.ts";

const graph = fc.array(fc.array(fc.nat(19), { maxLength: 4 }), { minLength: 1, maxLength: 20 }).map(
  (all) =>
    all.map((dependencies, index): Node => ({
      id: `s${index}`,
      dependencies: dependencies.map((each) => `s${each}`),
    })),
);

Deno.test("cycleIn() finds a path that ends where it began, or there is an order", () => {
  fc.assert(fc.property(graph, (nodes) => {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const cycle = cycleIn(nodes);
    if (cycle === null) {
      assert.equal(levelsOf(nodes).flat().length, nodes.length);
      return;
    }
    assert.equal(cycle[0], cycle.at(-1));
    assert.ok(cycle.length >= 2);
    cycle.slice(1).forEach((id, index) => {
      assert.ok(byId.get(cycle[index] ?? "")?.dependencies.includes(id));
    });
    assert.ok(levelsOf(nodes).flat().length < nodes.length);
  }));
});

Deno.test("levelsOf() puts every node behind its dependencies, as early as can be", () => {
  fc.assert(fc.property(graph, (nodes) => {
    const level = new Map(
      levelsOf(nodes).flatMap((each, index) => each.map(({ id }) => [id, index] as const)),
    );
    const known = new Set(nodes.map(({ id }) => id));
    for (const { id, dependencies } of nodes) {
      const own = level.get(id);
      if (own === undefined) continue;
      const before = dependencies.filter((each) => known.has(each)).map((each) => level.get(each));
      assert.equal(own, Math.max(-1, ...before.map((each) => each ?? Infinity)) + 1);
    }
  }));
});

Deno.test("ancestorsOf() reaches through chains", () => {
  const nodes = new Map([["a", []], ["b", ["a"]], ["c", ["b"]]].map(([id, dependencies]) => [
    String(id),
    { id: String(id), dependencies: [...dependencies ?? []] },
  ]));
  assert.deepEqual([...ancestorsOf("c", nodes)].sort(), ["a", "b"]);
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

Deno.test("a chain of 3,000 steps has 3,000 levels", () => {
  using project = new TestProject();
  const steps = Array.from(
    { length: 3000 },
    (_, index) =>
      `  - { id: s${index}, script: "true", dependencies: [${
        index === 0 ? "" : `s${index - 1}`
      }] }\n`,
  );
  const { pipeline } = project.resolve(`steps:\n${steps.join("")}`);
  assert.equal(levelsOf(pipeline?.steps ?? []).length, 3000);
});
