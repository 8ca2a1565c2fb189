import assert from "node:assert/strict";
import fc from "fast-check";
import {
  expand,
  expressionsIn,
  fieldOf,
  type Reference,
  splitArtifact,
} from "../../../../executor/language/template/template.ts";

const REFERENCES: Readonly<Record<string, Reference | null>> = {
  "input": { kind: "input" },
  "pipeline_id": { kind: "run_id" },
  "run.id": { kind: "run_id" },
  "timestamp": { kind: "timestamp" },
  "item": { kind: "item", field: [] },
  "item.a.b": { kind: "item", field: ["a", "b"] },
  "steps.plan.artifacts.tasks": { kind: "artifact", step: "plan", path: ["tasks"] },
  "steps.my.plan.artifacts.tasks.x": { kind: "artifact", step: "my.plan", path: ["tasks", "x"] },
  "plan.out.tasks.list": { kind: "artifact", step: "plan", path: ["tasks", "list"] },
  "plan.output": { kind: "output", step: "plan", field: [] },
  "my.plan.output.a": { kind: "output", step: "my.plan", field: ["a"] },
  "artifacts.notes.md": { kind: "artifact_path", name: "notes.md" },
  "gate.ask.choice": { kind: "gate", step: "ask", field: "choice" },
  "env.profile": { kind: "env", name: "profile" },
  "project.test_command": { kind: "project", name: "test_command" },
  "forge.type": { kind: "forge", name: "type" },
  "nothing": null,
  "plan.out": null,
  "gate.ask.other": null,
  "item.": null,
};

Deno.test("expressionsIn() knows what an expression names", () => {
  for (const [path, reference] of Object.entries(REFERENCES)) {
    assert.deepEqual(expressionsIn(`a {{ ${path} }} b`), [
      { start: 2, end: 8 + path.length, path, reference },
    ]);
  }
});

Deno.test("expressionsIn() passes over what is somebody else's", () => {
  for (const text of ["${{ input }}", "\\{{ input }}", "{{ 'x' }}", "{{ .Name }}", "{{ a | b }}"]) {
    assert.deepEqual(expressionsIn(text), []);
  }
});

Deno.test("expand() never expands a value again, and takes it as it is", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (value, around) => {
    fc.pre(!/[{\\$]/.test(around));
    const text = `${around}{{ input }}${around}{{input}}`;
    assert.equal(expand(text, () => value), `${around}${value}${around}${value}`);
  }));
  assert.equal(expand("{{ input }}", () => "{{ item }} \\{{ x }} $&"), "{{ item }} \\{{ x }} $&");
});

Deno.test("expand() prints values that are no text as JSON", () => {
  assert.equal(expand("{{ item }}", () => ({ a: [1, null] })), '{"a":[1,null]}');
  assert.equal(expand("{{ item.n }}", () => 3), "3");
  assert.throws(() => expand("{{ item }}", () => undefined), { code: "unknown_variable" });
});

Deno.test("splitArtifact() prefers the longest declared name", () => {
  assert.deepEqual(splitArtifact(["a", "b", "c"], ["a", "a.b"]), { name: "a.b", field: ["c"] });
  assert.equal(splitArtifact(["x"], ["a"]), null);
});

Deno.test("fieldOf() sees own properties alone", () => {
  assert.equal(fieldOf({ a: [{ b: 1 }] }, ["a", "0", "b"]), 1);
  assert.equal(fieldOf({}, ["constructor"]), undefined);
  assert.equal(fieldOf("text", ["length"]), undefined);
});
