/** `input` of a pipeline as people write it, and the keywords of its JSON Schema with what each of them takes. */
import * as z from "zod/mini";
import { JSON_TYPES } from "./coerce_value.ts";

const text = z.string();
const count = z.int().check(z.gte(0));
const any = z.optional(z.unknown());
/** A schema within another one: it is looked at by itself. */
export const SchemaShape = z.union([z.boolean(), z.record(text, z.unknown())], "a schema");
const schemas = z.array(SchemaShape).check(z.minLength(1));
const byName = z.record(text, SchemaShape);
const type = z.enum(JSON_TYPES);

export const InputSchemaShape = z.strictObject({
  $schema: z.optional(text),
  $id: z.optional(text),
  $ref: z.optional(text),
  $comment: z.optional(text),
  $defs: z.optional(byName),
  definitions: z.optional(byName),
  title: z.optional(text),
  description: z.optional(text),
  default: any,
  examples: z.optional(z.array(z.unknown())),
  deprecated: z.optional(z.boolean()),
  readOnly: z.optional(z.boolean()),
  writeOnly: z.optional(z.boolean()),
  type: z.optional(z.union([type, z.array(type)], `${JSON_TYPES.join(", ")}, or a list of these`)),
  enum: z.optional(z.array(z.unknown()).check(z.minLength(1))),
  const: any,
  multipleOf: z.optional(z.number().check(z.positive())),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  exclusiveMinimum: z.optional(z.number()),
  exclusiveMaximum: z.optional(z.number()),
  minLength: z.optional(count),
  maxLength: z.optional(count),
  pattern: z.optional(text),
  format: z.optional(text),
  items: z.optional(z.union([SchemaShape, schemas], "a schema or a list of them")),
  prefixItems: z.optional(schemas),
  additionalItems: z.optional(SchemaShape),
  contains: z.optional(SchemaShape),
  minItems: z.optional(count),
  maxItems: z.optional(count),
  uniqueItems: z.optional(z.boolean()),
  properties: z.optional(byName),
  required: z.optional(z.array(text)),
  additionalProperties: z.optional(SchemaShape),
  patternProperties: z.optional(byName),
  propertyNames: z.optional(SchemaShape),
  dependentRequired: z.optional(z.record(text, z.array(text))),
  minProperties: z.optional(count),
  maxProperties: z.optional(count),
  allOf: z.optional(schemas),
  anyOf: z.optional(schemas),
  oneOf: z.optional(schemas),
  not: z.optional(SchemaShape),
  if: z.optional(SchemaShape),
  then: z.optional(SchemaShape),
  else: z.optional(SchemaShape),
});

export const InputShape = z.strictObject({
  source: z.optional(text),
  type: z.optional(text),
  example: z.optional(text),
  required: z.optional(z.boolean()),
  default: z.optional(text),
  schema: z.optional(z.record(text, z.unknown())),
  label_filter: any,
  batch_size: any,
});
export type InputShape = z.output<typeof InputShape>;
