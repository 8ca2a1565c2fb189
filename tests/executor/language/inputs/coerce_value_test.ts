import assert from "node:assert/strict";
import fc from "fast-check";
import { coerce } from "../../../../executor/language/inputs/coerce_value.ts";

/** The JSON that a text becomes for some types, or null where it is refused. */
const CASES: readonly [text: string, types: readonly string[], json: string | null][] = [
  // A text is kept as it is written.
  ...["0755", "1e3", "true", "null", "", " a ", "1.10", "[1]", '"quoted"', "yes", "ä\n\t"].map((
    text,
  ): [string, string[], string] => [text, ["string"], JSON.stringify(text)]),
  ["3", ["integer"], "3"],
  ["-3", ["integer"], "-3"],
  ["0", ["integer"], "0"],
  ["12345678901234567890", ["integer"], "12345678901234567890"],
  ...["", " 3", "3 ", "+3", "03", "0755", "3.0", "1e3", "0x10", "1_000", "three", "--3", "NaN"].map(
    (
      text,
    ): [string, string[], null] => [text, ["integer"], null],
  ),
  ["1.10", ["number"], "1.10"],
  ["1e3", ["number"], "1e3"],
  ["-0.5", ["number"], "-0.5"],
  ["3", ["number"], "3"],
  ...[".5", "5.", "+1", "1,5", "Infinity", "1e", "-", "007"].map((
    text,
  ): [string, string[], null] => [text, ["number"], null]),
  ["true", ["boolean"], "true"],
  ["false", ["boolean"], "false"],
  ...["yes", "no", "True", "1", "0", "", "TRUE"].map((
    text,
  ): [string, string[], null] => [text, ["boolean"], null]),
  ["[]", ["array"], "[]"],
  [' ["a", 1.10] ', ["array"], ' ["a", 1.10] '],
  ["{}", ["array"], null],
  ["a,b", ["array"], null],
  ['{"a": [1]}', ["object"], '{"a": [1]}'],
  ["[1]", ["object"], null],
  ["{a: 1}", ["object"], null],
  ["null", ["null"], "null"],
  ["", ["null"], null],
  // The most special of several types.
  ["3", ["string", "integer"], "3"],
  ["three", ["string", "integer"], '"three"'],
  ["null", ["string", "null"], "null"],
  ["1.5", ["integer", "boolean"], null],
  // Without a type JSON is read as such, and all else is a text.
  ["3", [], "3"],
  ["0755", [], '"0755"'],
  ["[1", [], '"[1"'],
];

Deno.test("coerce() reads a text as the type that a schema wants", async (t) => {
  for (const [text, types, json] of CASES) {
    await t.step(`${JSON.stringify(text)} as ${types.join(" or ") || "anything"}`, () => {
      const coerced = coerce(text, types, []);
      assert.equal("json" in coerced ? coerced.json : null, json);
    });
  }
});

Deno.test("coerce() says what is wanted", () => {
  const problem = (types: readonly string[]) => {
    const coerced = coerce("x", types, []);
    return "problem" in coerced ? coerced.problem : null;
  };
  assert.equal(problem(["integer"]), 'must be a whole number, not "x"');
  assert.equal(problem(["boolean", "null"]), 'must be null or true or false, not "x"');
});

Deno.test("coerce() takes a text among the values for one, whatever it looks like", () => {
  assert.deepEqual(coerce("1", [], ["1", "2"]), { json: '"1"' });
  assert.deepEqual(coerce("1", [], [1, 2]), { json: "1" });
});

Deno.test("coerce() gives back what it was given: each text as a text, each value from its JSON", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const coerced = coerce(text, ["string"], []);
    assert.ok("json" in coerced);
    assert.equal(JSON.parse(coerced.json), text);
  }));
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const json = JSON.stringify(value);
    const type = value === null
      ? "null"
      : Array.isArray(value)
      ? "array"
      : typeof value === "number"
      ? "number"
      : typeof value;
    if (type === "string") return;
    const coerced = coerce(json, [type], []);
    assert.ok("json" in coerced, json);
    assert.equal(coerced.json, json);
  }));
});

Deno.test("coerce() never makes anything but JSON of a wanted type", () => {
  const types = ["null", "boolean", "integer", "number", "array", "object", "string"];
  fc.assert(fc.property(fc.string(), fc.subarray(types, { minLength: 1 }), (text, wanted) => {
    const coerced = coerce(text, wanted, []);
    if ("problem" in coerced) return assert.ok(!wanted.includes("string"));
    const value: unknown = JSON.parse(coerced.json);
    const type = value === null
      ? ["null"]
      : Array.isArray(value)
      ? ["array"]
      : typeof value === "number"
      ? ["number", "integer"]
      : [typeof value];
    assert.ok(type.some((each) => wanted.includes(each)), `${text} as ${wanted}`);
  }));
});
