import assert from "node:assert/strict";
import fc from "fast-check";
import { cyclesIn, type Node } from "../../../../executor/language/check/cycles.ts";
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

Deno.test("cyclesIn() finds paths that end where they began; without their last links there is an order", () => {
  fc.assert(fc.property(graph, (nodes) => {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const cycles = cyclesIn(nodes, Infinity);
    assert.equal(cycles.length === 0, ordered(nodes) === nodes.length);
    for (const cycle of cycles) {
      assert.equal(cycle[0], cycle.at(-1));
      assert.ok(cycle.length >= 2);
      cycle.slice(1).forEach((id, index) => {
        assert.ok(byId.get(cycle[index] ?? "")?.dependencies.includes(id));
      });
    }
    const last = new Set(cycles.map((cycle) => cycle.slice(-2).join(" ")));
    assert.equal(last.size, new Set(cycles.map((cycle) => cycle.join(" "))).size);
    const mended = nodes.map(({ id, dependencies }) => ({
      id,
      dependencies: dependencies.filter((each) => !last.has(`${id} ${each}`)),
    }));
    assert.equal(ordered(mended), nodes.length);
  }));
});

Deno.test("cyclesIn() finds all of several cycles, and no more than it is asked for", () => {
  const nodes = ["a", "b", "c"].flatMap((id) => [
    { id, dependencies: [`${id}2`] },
    { id: `${id}2`, dependencies: [id] },
  ]);
  assert.deepEqual(cyclesIn(nodes, 9), [["a", "a2", "a"], ["b", "b2", "b"], ["c", "c2", "c"]]);
  assert.equal(cyclesIn(nodes, 2).length, 2);
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

Deno.test("all cycles of a pipeline are told at once, each spelled out", () => {
  using project = new TestProject();
  project.write(".wave/pipelines/other.yaml", "steps: [{ id: a, pipeline: third }]\n");
  project.write(
    ".wave/pipelines/third.yaml",
    `steps:
  - id: again
    loop: { max_iterations: 2, steps: [{ id: a, branch: { on: x, cases: { x: p, y: third } } }] }
`,
  );
  const rework = (step: string) => `retry: { on_failure: rework, rework_step: ${step} }`;
  const { diagnostics } = project.resolve(
    `steps:
  - { id: a, script: "true", dependencies: [b] }
  - { id: b, script: "true", dependencies: [a] }
  - { id: c, script: "true", dependencies: [d] }
  - { id: d, script: "true", dependencies: [c] }
  - { id: f, script: "true", ${rework("g")} }
  - { id: g, script: "true", rework_only: true, ${rework("f")} }
  - { id: h, pipeline: other }
`,
    ["p", "other", "third"],
  );
  assert.deepEqual(
    diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`).sort(),
    [
      "2:45 the steps wait for each other: a → b → a (2 steps)",
      "4:45 the steps wait for each other: c → d → c (2 steps)",
      "6:72 the steps would rework each other without end: f → g → f",
      "8:24 the pipelines run each other without end: p → other → third → p",
      "8:24 the pipelines run each other without end: third → third",
    ],
  );
});

Deno.test("a pipeline that runs itself is refused, however it says so", async (t) => {
  const table = {
    "a sub-pipeline": "steps:\n  - id: a\n    pipeline: §p\n",
    "a branch":
      'steps:\n  - id: a\n    branch: { on: "{{ input }}", cases: { x: other, default: §p } }\n',
    "an item":
      'steps:\n  - id: a\n    pipeline: "{{ item }}"\n    iterate: { over: §[other, p] }\n',
    "a child of a matrix":
      "steps:\n  - id: a\n    script: echo []\n    output_artifacts: [{ name: l, path: l }]\n" +
      "  - id: §b\n    strategy: { type: matrix, items_source: a/l, child_pipeline: p }\n",
  };
  for (const [name, yaml] of Object.entries(table)) {
    await t.step(name, () => {
      using project = new TestProject();
      const { diagnostics } = project.resolve(yaml.replace("§", ""));
      const before = yaml.slice(0, yaml.indexOf("§"));
      assert.deepEqual(
        diagnostics.map(({ code, line, message }) => [code, line, message]),
        [["cycle", before.split("\n").length, 'the pipeline "p" runs itself without end']],
      );
    });
  }
});
