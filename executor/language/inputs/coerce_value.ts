/** From the text of a value, as a person writes it, to JSON of the type that a schema wants. */
import { isObject, parseJson } from "../../../event/json.ts";
import { listed } from "../source/fit_shape.ts";
import { quote } from "../source/diagnostic.ts";

export type Coerced =
  /** The value as JSON; a number as it is written. */
  | { readonly json: string }
  /** Why it is none, to stand behind the value's name: `must be …`. */
  | { readonly problem: string };

/** What each type is called. */
const CALLED: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a JSON array",
  object: "a JSON object",
  null: "null",
};

/** Types, the most special first: a text may be read as any of those before `string`. */
export const JSON_TYPES: readonly string[] = [
  "null",
  "boolean",
  "integer",
  "number",
  "array",
  "object",
  "string",
];

/** A number as JSON writes it: no leading zeros, no plus. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?(?:0|[1-9]\d*)$/;

/**
 * The text as a value of one of `types`: as the most special one that it can be read as. For type `string` it
 * is kept as written (`0755`, `1e3`, `true`).
 *
 * @param types names of JSON types; without any, JSON is read as such and all else is a text.
 * @param values what it may be, if that is told: a text among them is one, though it could be read as JSON.
 */
export function coerce(
  text: string,
  types: readonly string[],
  values: readonly unknown[],
): Coerced {
  if (types.length === 0 && values.includes(text)) return { json: JSON.stringify(text) };
  const wanted = JSON_TYPES.filter((type) => types.length === 0 || types.includes(type));
  for (const type of wanted) {
    if (isOfType(text, type)) return { json: type === "string" ? JSON.stringify(text) : text };
  }
  const names = wanted.map((type) => CALLED[type] ?? type);
  return { problem: `must be ${listed(names)}, not ${quote(text)}` };
}

function isOfType(text: string, type: string): boolean {
  switch (type) {
    case "string":
      return true;
    case "null":
      return text === "null";
    case "boolean":
      return text === "true" || text === "false";
    case "integer":
      return INTEGER.test(text);
    case "number":
      return NUMBER.test(text);
    case "array":
      return Array.isArray(parseJson(text));
    default:
      return isObject(parseJson(text));
  }
}

/** The types that a schema allows; none when it does not say. */
export function typesOf(schema: unknown): string[] {
  const type = isObject(schema) ? schema["type"] : undefined;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.filter((each) => typeof each === "string");
}
