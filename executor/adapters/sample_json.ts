/** A JSON value that a simple JSON Schema accepts. The same schema always gives the same value. */
import { sampleTextFor } from "./sample_text.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Ends schemas that contain themselves. */
const MAX_DEPTH = 12;
const FORMATS: Readonly<Record<string, string>> = {
  "date": "2024-01-01",
  "date-time": "2024-01-01T00:00:00Z",
  "email": "mock@example.com",
  "time": "00:00:00Z",
  "uri": "https://example.com",
  "uri-reference": "https://example.com",
  "uuid": "00000000-0000-4000-8000-000000000000",
};

/**
 * Knows types, enumerations, ranges, lengths, simple patterns, references within the schema, and
 * combinations; no `not`, no `if`.
 */
export function sampleJson(schema: unknown): unknown {
  return sample(schema, isObject(schema) ? schema : {}, 0);
}

function sample(given: unknown, root: Schema, depth: number): unknown {
  if (!isObject(given)) return "mock";
  if (depth > MAX_DEPTH) return null;
  const schema = resolved(given, root, depth);
  if ("const" in schema) return schema["const"];
  const chosen = firstOf(schema["enum"]) ?? schema["default"] ?? firstOf(schema["examples"]);
  if (chosen !== undefined) return chosen;
  switch (typeOf(schema)) {
    case "object":
      return sampleObject(schema, root, depth);
    case "array":
      return sampleArray(schema, root, depth);
    case "integer":
    case "number":
      return sampleNumber(schema);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleText(schema);
  }
}

/** The schema with what it refers to and the first of its alternatives merged into it. */
function resolved(schema: Schema, root: Schema, depth: number): Schema {
  if (depth > MAX_DEPTH) return schema;
  const { $ref, anyOf, oneOf, allOf, ...own } = schema;
  const parts = [
    typeof $ref === "string" ? lookUp($ref, root) : undefined,
    firstOf(anyOf),
    firstOf(oneOf),
    ...Array.isArray(allOf) ? allOf : [],
  ].filter(isObject);
  return parts.reduce<Schema>((all, part) => merge(all, resolved(part, root, depth + 1)), own);
}

function merge(one: Schema, other: Schema): Schema {
  const required = [...listOf(one["required"]), ...listOf(other["required"])];
  const properties = { ...recordOf(other["properties"]), ...recordOf(one["properties"]) };
  return { ...other, ...one, required, properties };
}

/** What a reference such as `#/$defs/item` points at. */
function lookUp(reference: string, root: Schema): unknown {
  if (!reference.startsWith("#")) return undefined;
  let value: unknown = root;
  for (const part of reference.slice(1).split("/").filter((part) => part !== "")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

function typeOf(schema: Schema): string {
  const type = Array.isArray(schema["type"]) ? firstOf(schema["type"]) : schema["type"];
  if (typeof type === "string") return type;
  const isRecord = Object.keys(recordOf(schema["properties"])).length > 0 ||
    listOf(schema["required"]).length > 0;
  if (isRecord) return "object";
  if ("items" in schema) return "array";
  return "minimum" in schema || "maximum" in schema ? "number" : "string";
}

function sampleObject(schema: Schema, root: Schema, depth: number): Record<string, unknown> {
  const properties = recordOf(schema["properties"]);
  const required = listOf(schema["required"]).filter((key) => typeof key === "string");
  const other = schema["additionalProperties"];
  const keys = new Set(required);
  for (const key of Object.keys(properties)) {
    if (keys.size < numberAt(schema, "minProperties", 0)) keys.add(key);
  }
  return Object.fromEntries(
    [...keys].map((key) => {
      const of = Object.hasOwn(properties, key) ? properties[key] : other;
      return [key, sample(of, root, depth + 1)];
    }),
  );
}

/** One item where it may have one, so that what iterates over it has something to do. */
function sampleArray(schema: Schema, root: Schema, depth: number): unknown[] {
  const first = listOf(schema["prefixItems"]);
  const most = numberAt(schema, "maxItems", Infinity);
  const count = Math.max(numberAt(schema, "minItems", Math.min(1, most)), first.length);
  return Array.from({ length: Math.min(count, 1000) }, (_, index) => {
    const item = sample(first[index] ?? schema["items"], root, depth + 1);
    return schema["uniqueItems"] === true && index > 0 ? another(item, index) : item;
  });
}

function another(item: unknown, index: number): unknown {
  if (typeof item === "number") return item + index;
  return typeof item === "string" ? `${item}-${index}` : item;
}

function sampleNumber(schema: Schema): number {
  const step = numberAt(schema, "multipleOf", 1);
  const least = Math.max(
    numberAt(schema, "minimum", -Infinity),
    numberAt(schema, "exclusiveMinimum", -Infinity) + step,
  );
  const most = Math.min(
    numberAt(schema, "maximum", Infinity),
    numberAt(schema, "exclusiveMaximum", Infinity) - step,
  );
  if (least <= step && step <= most) return step;
  if (least > step) return Math.ceil(least / step) * step;
  return Math.floor(most / step) * step;
}

function sampleText(schema: Schema): string {
  const format = schema["format"];
  const known = typeof format === "string" && Object.hasOwn(FORMATS, format)
    ? FORMATS[format]
    : null;
  const least = numberAt(schema, "minLength", 0);
  const most = numberAt(schema, "maxLength", Infinity);
  const pattern = schema["pattern"];
  const word = typeof pattern === "string" ? sampleTextFor(pattern, least) ?? "mock" : "mock";
  return (known ?? word.padEnd(least, ".")).slice(0, most);
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function recordOf(value: unknown): Schema {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function firstOf(value: unknown): unknown {
  return listOf(value)[0];
}

function numberAt(schema: Schema, key: string, otherwise: number): number {
  const value = schema[key];
  return typeof value === "number" ? value : otherwise;
}
