import assert from "node:assert/strict";
import { TestProject } from "../project.ts";

const OTHER = `input:
  schema:
    type: object
    required: [owner]
    properties:
      owner: { type: string, description: whose it is }
      count: { type: integer, default: 3 }
      kind: { enum: [bug, feature] }
      labels: { type: array }
steps:
  - { id: a, script: "true" }
`;
const TEXT = `steps: [{ id: a, script: "echo {{ input }}" }]\n`;
const OWN = "input: { schema: { type: object, properties: { owner: {}, more: {} } } }\n";

/** What stands in the step, § where the message points; its code; what it says, or suggests. */
const CASES: Readonly<
  Record<string, readonly [yaml: string, code: string | null, says?: RegExp, other?: string]>
> = {
  "all fits": [
    "steps: [{ id: a, pipeline: other, input: { owner: x, count: 4, labels: [a] } }]",
    null,
  ],
  "values of the run": [
    'steps: [{ id: a, pipeline: other, input: { owner: "{{ input }}", count: "{{ input }}" } }]',
    null,
  ],
  "JSON": [`steps: [{ id: a, pipeline: other, input: '{"owner":"x"}' }]`, null],
  "a text of the run": ['steps: [{ id: a, pipeline: other, input: "{{ input }}" }]', null],
  "a text for a text": ["steps: [{ id: a, pipeline: other, input: 42 }]", null, /./, TEXT],
  "an unknown name": [
    "steps: [{ id: a, pipeline: other, input: { owner: x, §cuont: 4 } }]",
    "unknown_input",
    /has no input "cuont" did you mean "count"/,
  ],
  "a missing one": [
    "steps: [{ id: a, pipeline: other, §input: { count: 4 } }]",
    "input_missing",
    /needs its input "owner": whose it is/,
  ],
  "a wrong type": [
    "steps: [{ id: a, pipeline: other, input: { owner: x, count: §many } }]",
    "wrong_value",
    /"count" must be a whole number, not "many"/,
  ],
  "a list for a text": [
    "steps: [{ id: a, pipeline: other, input: { owner: §[x] } }]",
    "wrong_value",
    /must be string, not a list or a map/,
  ],
  "a wrong value": [
    "steps: [{ id: a, pipeline: other, input: { owner: x, kind: §bgu } }]",
    "wrong_value",
    /must be "bug" or "feature", not "bgu" did you mean "bug"/,
  ],
  "a text that is no JSON": [
    "steps: [{ id: a, pipeline: other, input: §acme }]",
    "wrong_value",
    /takes named inputs/,
  ],
  "names for a text": [
    "steps: [{ id: a, pipeline: other, input: §{ owner: x } }]",
    "unknown_input",
    /takes one text/,
    TEXT,
  ],
  "nothing, where one is needed": [
    "steps: [{ id: a, pipeline: §other }]",
    "input_missing",
    /needs its input "owner"/,
  ],
  "its own, which has more": [
    `${OWN}steps: [{ id: a, pipeline: §other }]`,
    "unknown_input",
    /has no input "more", which it is handed on/,
  ],
  "of a branch": [
    'steps: [{ id: a, branch: { on: "{{ input }}", cases: { x: other } }, input: { owner: x, §y: 1 } }]',
    "unknown_input",
    /has no input "y"/,
  ],
};

Deno.test("what a step gives to another pipeline is held against what that one takes", async (t) => {
  for (const [name, [marked, code, says = /./, other = OTHER]] of Object.entries(CASES)) {
    await t.step(name, () => {
      using project = new TestProject({ ".wave/pipelines/other.yaml": other });
      const before = marked.slice(0, marked.indexOf("§"));
      const { diagnostics } = project.resolve(`${marked.replace("§", "")}\n`);
      if (code === null) return assert.deepEqual(diagnostics, []);
      assert.deepEqual(diagnostics.map((each) => [each.code, each.line, each.column]), [
        [code, before.split("\n").length, before.length - before.lastIndexOf("\n")],
      ]);
      assert.match(`${diagnostics[0]?.message} ${diagnostics[0]?.suggestion}`, says);
    });
  }
});
