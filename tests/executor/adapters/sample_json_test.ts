import assert from "node:assert/strict";
import { Ajv } from "ajv";
import { sampleJson } from "../../../executor/adapters/sample_json.ts";

const ajv = new Ajv({ strict: false, validateFormats: false });

for (
  const schema of [
    {},
    true,
    { type: "string" },
    { type: "string", minLength: 30, maxLength: 40 },
    { type: "string", maxLength: 2 },
    { type: "string", pattern: "^[A-Z]+-[0-9]+$" },
    { type: "string", pattern: "^[a-f0-9]{40}$" },
    { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
    { type: "string", enum: ["low", "high"] },
    { type: "integer", minimum: 5, maximum: 7 },
    { type: "integer", minimum: 0, maximum: 0 },
    { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 100, multipleOf: 5 },
    { type: ["null", "string"] },
    { type: "array", minItems: 3, uniqueItems: true, items: { type: "string" } },
    { type: "array", maxItems: 0 },
    { type: "object", minProperties: 1, properties: { a: { type: "number" } } },
    { required: ["a", "b"], properties: { a: { const: 1 }, b: { type: "boolean" } } },
    { allOf: [{ required: ["a"] }, { properties: { a: { type: "integer" } } }], type: "object" },
    {
      oneOf: [{ type: "object", required: ["kind"], properties: { kind: { const: "x" } } }, {
        type: "string",
      }],
    },
    {
      $ref: "#/$defs/node",
      $defs: {
        node: {
          type: "object",
          required: ["name", "children"],
          properties: {
            name: { type: "string" },
            children: { type: "array", maxItems: 1, minItems: 0, items: { type: "object" } },
          },
        },
      },
    },
    {
      type: "object",
      required: ["findings"],
      additionalProperties: false,
      properties: {
        findings: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            required: ["severity", "line"],
            properties: {
              severity: { enum: ["minor", "major"] },
              line: { type: "integer", minimum: 1 },
            },
          },
        },
      },
    },
  ]
) {
  Deno.test(`sampleJson() fits ${JSON.stringify(schema).slice(0, 80)}`, () => {
    const value = sampleJson(schema);
    assert(ajv.validate(schema, value), `${JSON.stringify(value)}: ${ajv.errorsText()}`);
  });
}

Deno.test("sampleJson() ends on a schema that contains itself", () => {
  const schema = {
    $ref: "#/$defs/a",
    $defs: { a: { type: "array", items: { $ref: "#/$defs/a" } } },
  };
  assert(Array.isArray(sampleJson(schema)));
  assert.equal(sampleJson({ $ref: "#" }), "mock");
});
