/** Checks the JSON Schema of an input, and keeps its texts as the file has them. */
import { isObject, type JsonObject } from "../../../event/json.ts";
import { typesOf } from "./coerce_value.ts";
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import { fit } from "../source/fit_shape.ts";
import type { Path } from "../source/yaml_source.ts";
import { InputSchemaShape } from "./input_schema_shape.ts";

/** Keywords with one schema, with a list of schemas, and with schemas by name. */
const ONE = [
  ...["items", "additionalItems", "contains", "additionalProperties", "propertyNames"],
  ...["not", "if", "then", "else"],
];
const LISTS = ["items", "prefixItems", "allOf", "anyOf", "oneOf"];
const MAPS = ["properties", "patternProperties", "$defs", "definitions"];

/** The schemas that stand in a schema. */
function inner(schema: JsonObject): { value: JsonObject; at: Path }[] {
  const found: { value: unknown; at: Path }[] = ONE.map((key) => ({
    value: schema[key],
    at: [key],
  }));
  for (const key of LISTS) {
    const list = schema[key];
    if (Array.isArray(list)) {
      list.forEach((value, index) => found.push({ value, at: [key, index] }));
    }
  }
  for (const key of MAPS) {
    const map = schema[key];
    if (!isObject(map)) continue;
    for (const [name, value] of Object.entries(map)) found.push({ value, at: [key, name] });
  }
  return found.flatMap(({ value, at }) => isObject(value) ? [{ value, at }] : []);
}

/** Reports what is no JSON Schema: unknown keywords, values of a wrong type, references out of the file. */
export function checkInputSchema(schema: unknown, path: Path, report: Report): void {
  if (!isObject(schema)) return;
  fit(InputSchemaShape, schema, path, report);
  const { pattern, $ref } = schema;
  if (typeof pattern === "string" && !isPattern(pattern)) {
    report.error("wrong_value", [...path, "pattern"], `${quote(pattern)} is no regular expression`);
  }
  if (typeof $ref === "string" && !$ref.startsWith("#")) {
    report.error(
      "wrong_value",
      [...path, "$ref"],
      `${quote($ref)} is not in this schema`,
      "#/$defs/<name>",
    );
  }
  for (const { value, at } of inner(schema)) checkInputSchema(value, [...path, ...at], report);
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * The schema, in which the values of a text are texts: `enum: [1.10, 0755]` of a `type: string` means what is
 * written there.
 */
export function schemaAsWritten(schema: JsonObject, path: Path, report: Report): JsonObject {
  const result: Record<string, unknown> = { ...schema };
  const types = typesOf(schema);
  if (types.length === 1 && types[0] === "string") {
    for (const key of ["const", "default"]) {
      if (key in schema) result[key] = written(schema[key], [...path, key], report);
    }
    const { enum: values } = schema;
    if (Array.isArray(values)) {
      result["enum"] = values.map((each, index) => written(each, [...path, "enum", index], report));
    }
  }
  for (const { value, at: [key, name] } of inner(schema)) {
    if (key === undefined) continue;
    const own = schemaAsWritten(value, [...path, key, ...name === undefined ? [] : [name]], report);
    const around = result[key];
    result[key] = name === undefined
      ? own
      : Array.isArray(around)
      ? around.map((each, index) => index === name ? own : each)
      : { ...Object(around), [name]: own };
  }
  return result;
}

function written(value: unknown, path: Path, report: Report): unknown {
  if (typeof value === "string" || typeof value === "object") return value;
  const text = report.source.written(path);
  return typeof text === "string" ? text : String(value);
}
