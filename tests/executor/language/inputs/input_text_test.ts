import assert from "node:assert/strict";
import { inputText } from "../../../../executor/language/inputs/input_text.ts";
import type { GivenInput } from "../../../../executor/language/model/input_spec.ts";
import type { Pipeline } from "../../../../executor/language/model/pipeline.ts";
import { TestProject } from "../project.ts";

const NAMED = `input:
  schema:
    type: object
    required: [owner, count]
    properties:
      owner: { type: string, description: whose repository it is }
      count: { type: integer, minimum: 1, maximum: 9 }
      kind: { type: string, enum: [bug, feature, 1.10], default: bug }
      ratio: { type: number, default: 1.50 }
      deep: { type: boolean }
      labels: { type: array, items: { type: string } }
      target: { type: object, required: [branch], properties: { branch: { type: string } } }
`;

function pipelineOf(input: string): Pipeline {
  using project = new TestProject();
  const { pipeline, diagnostics } = project.resolve(
    `${input}steps:\n  - { id: a, type: command, script: "true" }\n`,
  );
  assert.ok(pipeline !== null, JSON.stringify(diagnostics));
  return pipeline;
}

const named = (values: Readonly<Record<string, string>>): GivenInput => ({
  kind: "named",
  values: Object.entries(values),
});
const text = (given: string): GivenInput => ({ kind: "text", text: given });
const fit = (pipeline: Pipeline, given: GivenInput | null, uses = true) =>
  inputText(pipeline, { given, uses: () => uses });

Deno.test("inputText() types named inputs, fills in defaults, and keeps numbers as written", async () => {
  const pipeline = pipelineOf(NAMED);
  const all = named({
    ...{ count: "3", owner: "0755", kind: "1.10", ratio: "2.50" },
    ...{ deep: "true", labels: '["a", "b"]', target: '{"branch":"x"}' },
  });
  assert.equal(
    await fit(pipeline, all),
    '{"owner":"0755","count":3,"kind":"1.10","ratio":2.50,"deep":true,' +
      '"labels":["a", "b"],"target":{"branch":"x"}}',
  );
  const few = '{"owner":"acme","count":3,"kind":"bug","ratio":1.50}';
  assert.equal(await fit(pipeline, named({ owner: "acme", count: "3" })), few);
  assert.equal(await fit(pipeline, text('{"count": 3, "owner": "acme"}')), few);
  // What a run recorded is an input again.
  assert.equal(await fit(pipeline, text(few)), few);
});

Deno.test("inputText() takes other names where the schema does", async () => {
  const open = pipelineOf(
    "input: { schema: { type: object, additionalProperties: { type: integer }, properties: {} } }\n",
  );
  assert.equal(await fit(open, named({ x: "3" })), '{"x":3}');
  await assert.rejects(fit(open, named({ x: "three" })), /x must be integer, but is "three"/);
});

/** What is given to the pipeline above, and every problem of it. */
const MISTAKES: Readonly<Record<string, [given: GivenInput | null, problems: string[]]>> = {
  "nothing": [null, ["owner is missing: whose repository it is", "count is missing"]],
  "one is missing": [named({ count: "3" }), ["owner is missing: whose repository it is"]],
  "a wrong type": [
    named({ owner: "a", count: "three", deep: "yes", labels: "a,b", ratio: ".5" }),
    [
      'count must be a whole number, not "three"',
      'ratio must be a number, not ".5"',
      'deep must be true or false, not "yes"',
      'labels must be a JSON array, not "a,b"',
    ],
  ],
  "an unknown name": [
    named({ owner: "a", count: "3", knd: "bug", nonsense: "x" }),
    [
      'there is no input "knd"; did you mean "kind"?',
      'there is no input "nonsense"',
    ],
  ],
  "a wrong value": [
    named({ owner: "a", count: "10", kind: "bgu" }),
    [
      "count must be <= 9, but is 10",
      'kind must be "bug", "feature" or "1.10", not "bgu"; did you mean "bug"?',
    ],
  ],
  "one of them twice": [
    { kind: "named", values: [["owner", "a"], ["count", "3"], ["owner", "b"]] },
    ["owner is given more than once"],
  ],
  "what stands deeper": [
    named({ owner: "a", count: "3", labels: '["a", 1]', target: "{}" }),
    ["labels.1 must be string, but is 1", "target.branch is missing"],
  ],
  "no JSON": [text("acme/shop"), [
    "the input is not JSON: Unexpected token 'a', \"acme/shop\" is not valid JSON",
  ]],
  "an empty text": [text(""), ["the input is not JSON: Unexpected end of JSON input"]],
  "JSON of something else": [text("[1]"), ["the input must be a JSON object, not a list"]],
  "JSON of wrong types": [text('{"owner": 3, "count": "3", "x": 1}'), [
    "owner must be string, but is 3",
    'count must be integer, but is "3"',
    'there is no input "x"',
  ]],
  "all at once": [named({ onwer: "a", count: "x", kind: "bgu" }), [
    "owner is missing: whose repository it is",
    'count must be a whole number, not "x"',
    'kind must be "bug", "feature" or "1.10", not "bgu"; did you mean "bug"?',
    'there is no input "onwer"; did you mean "owner"?',
  ]],
};

Deno.test("inputText() tells every mistake in named inputs, all at once", async (t) => {
  const pipeline = pipelineOf(NAMED);
  for (const [name, [given, problems]] of Object.entries(MISTAKES)) {
    await t.step(name, async () => {
      const told = problems.length === 1
        ? `Cannot run p: ${problems[0]}`
        : ["Cannot run p, because of its input:", ...problems.map((each) => `  ${each}`)]
          .join("\n");
      await assert.rejects(fit(pipeline, given), {
        exitCode: 2,
        code: "bad_input",
        message: told,
        hint: "wave run p --set owner=… --set count=…",
      });
    });
  }
});

Deno.test("inputText() gives one text to a pipeline without named inputs", async () => {
  const plain = pipelineOf('input: { example: "acme/shop 42" }\n');
  assert.equal(await fit(plain, text(" as it is\n")), " as it is\n");
  assert.equal(await fit(plain, text("")), "");
  assert.equal(await fit(plain, null, false), "");
  await assert.rejects(fit(plain, null), {
    exitCode: 2,
    code: "input_missing",
    message: "Cannot run p without an input",
    hint: 'wave run p "acme/shop 42"; an empty one is --input ""',
  });
  await assert.rejects(fit(plain, named({ a: "b" })), { exitCode: 2, code: "bad_input" });
});

Deno.test("inputText() does without an input where the pipeline says so", async () => {
  assert.equal(await fit(pipelineOf("input: { required: false }\n"), null), "");
  assert.equal(await fit(pipelineOf("input: { default: 1.10 }\n"), null), "1.10");
  assert.equal(await fit(pipelineOf("input: { default: x }\n"), text("")), "");
  const needed = pipelineOf("input: { required: true, schema: { description: what to do } }\n");
  await assert.rejects(fit(needed, null, false), {
    code: "input_missing",
    message: "Cannot run p without an input: what to do",
  });
});

Deno.test("inputText() checks one text against its schema", async () => {
  const choice = pipelineOf("input: { schema: { type: string, enum: [dev, prod] } }\n");
  assert.equal(await fit(choice, text("dev")), "dev");
  await assert.rejects(
    fit(choice, text("prd")),
    /must be "dev" or "prod", not "prd"; did you mean/,
  );
  const count = pipelineOf("input: { schema: { type: integer, minimum: 2 } }\n");
  assert.equal(await fit(count, text("2")), "2");
  await assert.rejects(fit(count, text("two")), /must be a whole number, not "two"/);
  await assert.rejects(fit(count, text("1")), /must be >= 2, but is 1/);
});

Deno.test("inputText() refuses a text that names no issue or pull request", async () => {
  for (const [type, what] of [["issue_ref", "an issue"], ["pr_ref", "a pull request"]]) {
    const pipeline = pipelineOf(`input: { type: ${type}, example: acme/shop 42 }\n`);
    const fine = [
      ...["acme/shop 42", "acme/shop#42", "#42", "https://forge.example/acme/shop/issues/42"],
      '{"owner":"acme","repo":"shop","number":42}',
    ];
    for (const each of fine) assert.equal(await fit(pipeline, text(each)), each);
    for (const each of ["", "demo", "acme/shop"]) {
      await assert.rejects(fit(pipeline, text(each)), {
        exitCode: 2,
        code: "bad_input",
        message: `Cannot run p: its input must name ${what}, as "acme/shop 42", not "${each}"`,
      });
    }
  }
});
