import assert from "node:assert/strict";
import fc from "fast-check";
import { fieldOf, textOf } from "../../../../executor/language/template/template.ts";
import { parseWritten } from "../../../../executor/language/template/written_json.ts";
import { TestProject } from "../project.ts";

Deno.test("parseWritten() keeps how a number is written, down to the last digit", () => {
  const numbers = ["1.10", "3.0", "1e3", "12345678901234567890", "-0", "0.1", "7", "1E+2", "1e400"];
  for (const number of numbers) {
    assert.equal(textOf(parseWritten(number)), number);
    const item = parseWritten(`{"id": ${number}, "list": [${number}]}`);
    assert.equal(textOf(fieldOf(item, ["id"])), number);
    assert.equal(textOf(item), `{"id":${number},"list":[${number}]}`);
    assert.equal(fieldOf(item, ["id", "rawJSON"]), undefined);
  }
});

Deno.test("parseWritten() reads everything else as JSON.parse() does", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    assert.equal(JSON.stringify(parseWritten(text)), text);
  }));
  assert.equal(parseWritten("{"), undefined);
  assert.deepEqual(parseWritten('{"rawJSON": "x"}'), { rawJSON: "x" });
});

Deno.test("a scalar of YAML keeps its spelling where a text is wanted", () => {
  using project = new TestProject({
    "wave.yaml": `project: { version: 1.10, mode: 0755, flags: [1.0, 0x1F, yes] }
adapters: { mock: { binary: mock } }
`,
  });
  const { pipeline, diagnostics } = project.resolve(`metadata: { version: 1.10 }
input: { example: 0755 }
steps:
  - id: child
    pipeline: other
    input: 12345678901234567890
    config: { env: { A: 1.10, B: 0755, C: 3.0, D: 1e3, E: true, F: .inf } }
  - id: each
    iterate: { over: [1.10, 0755, 1e3, 0x1F, .inf, 12345678901234567890, true, Yes, { id: 2.0 }] }
    script: echo {{ item }} {{ project.version }} {{ project.mode }} {{ project.flags }}
  - id: pick
    branch: { on: 1.10, cases: { 1.10: other, 0755: skip, true: skip } }
  - id: ask
    gate: { type: approval, default: 010, choices: [{ key: 010, label: 1.50, target: go }] }
  - id: sure
    script: true
  - id: 007
    script: "true"
`);
  assert.deepEqual(diagnostics, []);
  const [child, each, pick, ask, sure, seven] = pipeline?.steps ?? [];
  assert.equal(pipeline?.input.example, "0755");
  assert.ok(child?.action.kind === "pipeline");
  assert.equal(child.action.input, "12345678901234567890");
  assert.deepEqual(child.action.env, {
    ...{ A: "1.10", B: "0755", C: "3.0", D: "1e3", E: "true", F: ".inf" },
  });
  assert.ok(each?.each?.source.kind === "template");
  assert.equal(
    each.each.source.over,
    '[1.10,"0755",1e3,"0x1F",".inf",12345678901234567890,true,"Yes",{"id":2.0}]',
  );
  assert.ok(pick?.action.kind === "branch");
  assert.equal(pick.action.on, "1.10");
  assert.deepEqual(pick.action.cases.map(({ value }) => value), ["1.10", "0755", "true"]);
  assert.ok(ask?.action.kind === "gate");
  assert.deepEqual(ask.action.choices.map(({ key, label }) => [key, label]), [["010", "1.50"]]);
  assert.deepEqual(sure?.action, { kind: "command", script: "true" });
  assert.equal(seven?.id, "007");
});
