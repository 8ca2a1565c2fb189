/** Checks printed JSON against the schemas that `wave schema` prints. */
import { deepStrictEqual } from "node:assert/strict";
import { Ajv2020, type ValidateFunction } from "ajv/2020";
import { schemaOf } from "../commands/schema/output_schemas.ts";

/** As `schema`, but no key that it does not name is allowed: a new key has to be declared. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  return "properties" in copy && !("additionalProperties" in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const schema = schemaOf(name);
  if (schema === undefined) throw new Error(`There is no schema of ${name}`);
  const validate = new Ajv2020({ allErrors: true }).compile(Object(closed(schema)));
  validators.set(name, validate);
  return validate;
}

/** Asserts that `value` is what the schema of `name` describes, without a key more. */
export function assertSchema(name: string, value: unknown): void {
  const validate = validatorOf(name);
  validate(value);
  deepStrictEqual(validate.errors ?? null, null, JSON.stringify(value).slice(0, 1000));
}
