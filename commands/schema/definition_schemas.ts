/** Schemas of the commands about a project's definitions and its health. */
import {
  anyObject,
  array,
  boolean,
  integer,
  nullable,
  object,
  oneOf,
  type Schema,
  string,
} from "./schema_parts.ts";

const diagnostic = object({
  severity: oneOf(["error", "warning"]),
  code: string,
  file: string,
  line: integer,
  column: integer,
  message: string,
  suggestion: nullable(string),
});

export const definitionSchemas: Readonly<Record<string, Schema>> = {
  init: object({
    root: string,
    created: array(string),
    overwritten: array(string),
    kept: array(string),
    backups: array(string),
    left_out: array(string),
  }),
  validate: object({ valid: boolean, diagnostics: array(diagnostic), pipelines: array(string) }),
};

/** Definitions as `wave list` prints them. */
export const pipelineListed = object({
  name: string,
  description: string,
  steps: array(string),
  file: string,
  category: nullable(string),
  disabled: boolean,
  // Null of a broken file.
  input: nullable(object({
    type: nullable(string),
    description: nullable(string),
    example: nullable(string),
    // Whether a run is refused without one.
    required: boolean,
    default: nullable(string),
    // JSON Schema; null where any text will do.
    schema: nullable(anyObject),
  })),
  error: nullable(string),
});

export const personaListed = object({
  name: string,
  description: string,
  adapter: string,
  model: nullable(string),
  allowed_tools: array(string),
  denied_tools: array(string),
  not_enforced: array(string),
});

export const adapterListed = object({
  name: string,
  binary: string,
  mode: string,
  found: boolean,
  path: nullable(string),
});
