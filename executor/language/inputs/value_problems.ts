/** What is wrong with a value, by a JSON Schema, in words for whoever wrote the value. */
import type { ErrorObject } from "ajv";
import { compileSchema } from "../../files/json_schema.ts";
import type { JsonObject } from "../../../event/json.ts";
import { didYouMean, printable, quote } from "../source/diagnostic.ts";
import { listed } from "../source/fit_shape.ts";
import { valueAt } from "../source/yaml_source.ts";

/** So much of a value is quoted. */
const LONGEST = 80;

export interface ValueProblem {
  /** The top property that it is about; null: the value as a whole. */
  readonly name: string | null;
  /** A sentence without its end. */
  readonly text: string;
}

/**
 * Every problem of a value.
 *
 * @throws {OperationError} `bad_schema` when `schema` is no JSON Schema.
 */
export async function valueProblems(value: unknown, schema: JsonObject): Promise<ValueProblem[]> {
  const validate = await compileSchema(JSON.stringify(schema));
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  return errors.filter((error) => !isPartOfChoice(error, errors)).map((error) => {
    const path = error.instancePath.split("/").slice(1).map(unescaped);
    const missing = error.keyword === "required" ? [String(error.params["missingProperty"])] : [];
    const whole = [...path, ...missing];
    const [name = null] = whole;
    const told = sentence(error, valueAt(value, path));
    return { name, text: `${whole.join(".") || "the input"} ${told}` };
  });
}

/** What each alternative says is of no use beside that none fits. */
function isPartOfChoice({ schemaPath }: ErrorObject, all: readonly ErrorObject[]): boolean {
  return all.some((other) =>
    (other.keyword === "anyOf" || other.keyword === "oneOf") &&
    schemaPath.startsWith(`${other.schemaPath}/`)
  );
}

function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function sentence({ keyword, params, message }: ErrorObject, data: unknown): string {
  switch (keyword) {
    case "required":
      return "is missing";
    case "enum":
      return notOneOf(data, params["allowedValues"]);
    case "const":
      return `must be ${shown(params["allowedValue"])}, not ${shown(data)}`;
    case "additionalProperties":
      return `has no property ${quote(String(params["additionalProperty"]))}`;
    default:
      return `${message ?? keyword}, but is ${shown(data)}`;
  }
}

function notOneOf(value: unknown, allowed: unknown): string {
  const values: readonly unknown[] = Array.isArray(allowed) ? allowed : [];
  const texts = values.filter((each) => typeof each === "string");
  const near = typeof value === "string" ? didYouMean(value, texts) : null;
  const told = `must be ${listed(values.map(shown))}, not ${shown(value)}`;
  return near === null ? told : `${told}; ${near}`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return quote(value);
  const json = JSON.stringify(value) ?? "nothing";
  return printable(json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json);
}
