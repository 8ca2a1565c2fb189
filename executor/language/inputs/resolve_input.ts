/** Reads `input` of a pipeline. */
import { isObject, type JsonObject } from "../../../event/json.ts";
import { coerce, typesOf } from "./coerce_value.ts";
import { propertyNames, propertyOf } from "./schema_properties.ts";
import type { InputSpec, NamedInput } from "../model/input_spec.ts";
import { didYouMean, quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { jsonAsWritten } from "../template/written_json.ts";
import { checkInputSchema, schemaAsWritten } from "./input_schema.ts";
import type { InputShape } from "./input_schema_shape.ts";

/** Named in `--set <name>=…` and in `{{ input.<name> }}`. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;

const AT: Path = ["input", "schema"];

/** What the pipeline says of its input. Mistakes in the schema are reported. */
export function resolveInput(shape: InputShape | undefined, report: Report): InputSpec {
  const schema = shape?.schema === undefined ? null : schemaAsWritten(shape.schema, AT, report);
  const spec = {
    source: shape?.source ?? "cli",
    type: shape?.type ?? typesOf(schema)[0] ?? null,
    description: textIn(schema, "description"),
    example: shape?.example ?? null,
    required: shape?.required ?? null,
    default: shape?.default ?? null,
    schema,
  };
  if (schema === null) return { ...spec, named: null };
  checkInputSchema(shape?.schema, AT, report);
  if (!typesOf(schema).includes("object")) return { ...spec, named: null };
  if (shape?.default !== undefined) {
    report.error(
      "wrong_value",
      ["input", "default"],
      "named inputs have no default together",
      `give each its own: schema.properties.<name>.default`,
    );
  }
  return { ...spec, named: namedInputs(schema, report) };
}

function textIn(schema: JsonObject | null, key: string): string | null {
  const value = schema?.[key];
  return typeof value === "string" ? value : null;
}

function namedInputs(schema: JsonObject, report: Report): NamedInput[] {
  const names = propertyNames(schema) ?? [];
  const given = schema["required"];
  const required: readonly unknown[] = Array.isArray(given) ? given : [];
  required.forEach((name, index) => {
    if (typeof name !== "string" || names.includes(name) || names.length === 0) return;
    report.error(
      "unknown_input",
      [...AT, "required", index],
      `there is no property ${quote(name)}`,
      didYouMean(name, names),
    );
  });
  return names.map((name): NamedInput => {
    const at = [...AT, "properties", name];
    const property = propertyOf(schema, name);
    const own = isObject(property) ? property : {};
    if (!NAME.test(name)) {
      const message = `${quote(name)} cannot be named: letters, digits, "_" and "-"`;
      report.atKey("error", "bad_name", at, message);
    }
    const { enum: values, default: value } = own;
    const input = {
      name,
      description: textIn(own, "description"),
      types: typesOf(own),
      values: Array.isArray(values) ? values : null,
    };
    const fallback = value === undefined ? null : defaultOf(value, input, at, report);
    return { ...input, required: required.includes(name) && fallback === null, default: fallback };
  });
}

/** The default as JSON, its numbers as they are written. */
function defaultOf(
  value: unknown,
  { types, values }: Pick<NamedInput, "types" | "values">,
  path: Path,
  report: Report,
): string | null {
  const at = [...path, "default"];
  const json = jsonAsWritten(value, report.source.written(at));
  const coerced = typeof value === "string"
    ? coerce(value, types.includes("string") ? ["string"] : types, values ?? [])
    : coerce(json, types.length === 0 ? [] : types, []);
  if ("problem" in coerced) {
    report.error("wrong_value", at, `"default" ${coerced.problem}`);
    return null;
  }
  if (values !== null && !values.some((each) => JSON.stringify(each) === coerced.json)) {
    report.error("wrong_value", at, `"default" is none of the values of "enum"`);
  }
  return coerced.json;
}
