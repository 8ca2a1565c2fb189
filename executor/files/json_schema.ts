/** Checks JSON files against JSON Schema. */
import type { ErrorObject, ValidateFunction } from "ajv";
import { basename, join } from "@std/path";
import { OperationError } from "../../event/errors.ts";
import { readText } from "./read_text.ts";
import type { OutputArtifact } from "../language/model/pipeline.ts";
import type { Contract, JsonSchemaContract } from "../language/model/contract.ts";

/** How many violations a message names. */
const NAMED = 10;

/** Compiled once a schema text; a run has few. */
const compiled = new Map<string, ValidateFunction>();

/**
 * What is wrong with the JSON in `text`: each violation with its path, or why it is no JSON at all.
 *
 * @returns null when nothing is.
 * @throws {OperationError} `bad_schema` when `schema` is no JSON Schema.
 */
export async function violations(text: string, schema: string): Promise<string | null> {
  const validate = await compileSchema(schema);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return `it is no JSON: ${error.message}`;
    throw error;
  }
  if (validate(value)) return null;
  const errors = validate.errors ?? [];
  const named = errors.slice(0, NAMED).map(describe).join("; ");
  return errors.length > NAMED ? `${named}; and ${errors.length - NAMED} more` : named;
}

/**
 * A function that checks values, and then has its `errors`.
 *
 * @throws {OperationError} `bad_schema` when `schema` is no JSON Schema.
 */
export async function compileSchema(schema: string): Promise<ValidateFunction> {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  try {
    const parsed: unknown = JSON.parse(schema);
    // Not loaded until a contract needs it.
    const { Ajv, Ajv2020 } = await import("./schema_validators.ts");
    const options = { allErrors: true, strict: false, validateFormats: false };
    const ajv = /2019-09|2020-12/.test(dialectOf(parsed))
      ? new Ajv2020(options)
      : new Ajv({ ...options, validateSchema: false });
    const validate = ajv.compile(withoutDialect(parsed));
    compiled.set(schema, validate);
    return validate;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperationError("bad_schema", `the JSON Schema cannot be used: ${reason}`, {
      cause: error,
    });
  }
}

function dialectOf(schema: unknown): string {
  const named = typeof schema === "object" && schema !== null && "$schema" in schema;
  return named && typeof schema.$schema === "string" ? schema.$schema : "";
}

/** The checker is chosen by the dialect; naming one that it does not know would only fail. */
function withoutDialect(schema: unknown): object | boolean {
  if (typeof schema === "boolean") return schema;
  if (typeof schema !== "object" || schema === null) {
    throw new Error("a schema is an object, true or false");
  }
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== "$schema" && key !== "$id"),
  );
}

function describe({ instancePath, message, params, keyword }: ErrorObject): string {
  const allowed = keyword === "enum" && Array.isArray(params.allowedValues)
    ? ` (${params.allowedValues.map((value: unknown) => JSON.stringify(value)).join(", ")})`
    : keyword === "additionalProperties"
    ? ` ("${params.additionalProperty}")`
    : "";
  return `${instancePath === "" ? "the whole" : instancePath} ${message ?? keyword}${allowed}`;
}

/** What is wrong with a file, both paths absolute; null when nothing is. */
export function checkSchemaFile(file: string, schemaFile: string): Promise<string | null> {
  return violations(readText(file, basename(file)), Deno.readTextFileSync(schemaFile));
}

/**
 * The schema text of a contract.
 *
 * @throws {OperationError} `bad_schema` when its file is not there.
 */
export function contractSchema(contract: JsonSchemaContract, root: string): string {
  if (contract.schema !== null) return contract.schema;
  // Without a schema the contract asks for JSON, whatever is in it.
  if (contract.schemaPath === null) return "true";
  const path = contract.schemaPath;
  try {
    return Deno.readTextFileSync(join(root, path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new OperationError("bad_schema", `there is no JSON Schema at ${path}`, { cause: error });
  }
}

/** The parsed schema that a contract holds an artifact to; undefined when there is none to be had. */
export function expectedSchema(
  contracts: readonly Contract[],
  artifacts: readonly OutputArtifact[],
  path: string,
  root: string,
): unknown {
  for (const contract of contracts) {
    if (contract.type !== "json_schema") continue;
    if ((contract.source ?? artifacts[0]?.path) !== path) continue;
    try {
      return JSON.parse(contractSchema(contract, root));
    } catch (error) {
      // The contract itself will say what is wrong with its schema.
      if (error instanceof SyntaxError || error instanceof OperationError) return undefined;
      throw error;
    }
  }
  return undefined;
}
