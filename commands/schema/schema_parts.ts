/** Small pieces from which the JSON Schemas of the outputs are put together. */

export type Schema = Readonly<Record<string, unknown>>;

export const string: Schema = { type: "string" };
export const boolean: Schema = { type: "boolean" };
/** A count, a size or a duration: never negative. */
export const integer: Schema = { type: "integer", minimum: 0 };
/** RFC 3339 UTC with milliseconds. */
export const time: Schema = {
  type: "string",
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$",
};

export function constant(value: unknown): Schema {
  return { const: value };
}

export function oneOf(values: readonly (string | number)[]): Schema {
  return { enum: values };
}

export function array(items: Schema): Schema {
  return { type: "array", items };
}

export function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

export function anyOf(...schemas: readonly Schema[]): Schema {
  return { anyOf: schemas };
}

/** An object that has these keys, those of `optional` only sometimes, and perhaps more. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
  };
}

/** An object with whatever keys. */
export const anyObject: Schema = { type: "object", additionalProperties: true };
