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
  "input_file": { kind: "input_file" },
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

Deno.test("expressionsIn() takes what is no name for an expression of nothing", () => {
  const mistakes = [
    ...["'x'", ".Name", "a | b", 'check.output == "done"', "input | upper", "now()", "input }"],
    ...["a.b[0]", "1 + 1", "input\n| upper"],
  ];
  for (const path of mistakes) {
    const [expression, ...more] = expressionsIn(`x {{ ${path} }} {{ input }}`);
    assert.equal(expression?.reference, null, path);
    assert.equal(expression?.path, path);
    assert.deepEqual(more.map(({ path }) => path), ["input"]);
  }
});

Deno.test("expressionsIn() finds the innermost braces", () => {
  const texts = ['{"a":{{ input }}}', "{{{ input }}}", "{{ a {{ input }} }}", "}}{{ input }}}}"];
  for (const text of texts) {
    const [{ start, end, path } = { start: 0, end: 0, path: "" }, ...more] = expressionsIn(text);
    assert.deepEqual([text.slice(start, end), path, more], ["{{ input }}", "input", []], text);
  }
});

Deno.test("expressionsIn() passes over what is somebody else's", () => {
  const texts = [
    ...["${{ input }}", "\\{{ input }}", "{{}}", "{{ }}", "{{ input", "input }}", "{{ input }"],
    "if (a) {{\n  if (b) { c(); }\n}}",
  ];
  for (const text of texts) assert.deepEqual(expressionsIn(text), [], text);
});

Deno.test("expressionsIn() takes linear time", () => {
  // Quadratic time would be hours.
  for (const part of ["{{", "}}", "{{ a", "{{ a }} ", "\\{{ a }}", "{{\n", "{{{}}}"]) {
    expressionsIn(part.repeat(1_000_000 / part.length));
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

Deno.test("expand() takes the backslash off braces that are no expression", () => {
  const lookup = () => "value";
  assert.equal(expand("\\{{ input }} is {{ input }}", lookup), "{{ input }} is value");
  assert.equal(expand("{{ input }} is \\{{ input }}", lookup), "value is {{ input }}");
});
