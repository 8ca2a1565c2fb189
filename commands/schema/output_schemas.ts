/** The JSON Schemas (draft 2020-12) of what the commands print. */
import { actionSchemas } from "./action_schemas.ts";
import { definitionSchemas } from "./definition_schemas.ts";
import { array, constant, object, oneOf, type Schema, string } from "./schema_parts.ts";
import { readSchemas } from "./read_schemas.ts";

/** Any error, on stdout with `--format json` (contract, section 2). */
const errorSchema: Schema = object({
  schema_version: constant(1),
  error: object({ code: string, message: string, hint: string }, ["hint"]),
});

const ownSchemas: Readonly<Record<string, Schema>> = {
  // Its stdout is the protocol's; with --format json it may print an error alone.
  mcp: object({}),
  schema: object({ schemas: { type: "object" } }),
  completions: object({ shell: string, script: string }),
  help: object({ help: string }),
  version: object({ version: string, commit: string, flavour: oneOf(["jsr", "npm"]) }),
  __complete: object({ candidates: array(object({ value: string, summary: string })) }),
};

const results: Readonly<Record<string, Schema>> = {
  ...readSchemas,
  ...actionSchemas,
  ...definitionSchemas,
  ...ownSchemas,
};

/** What schemas there are: one for each command, and `help`, `version` and `error`. */
export function schemaNames(): string[] {
  return [...Object.keys(results), "error"];
}

/**
 * The schema of a command's output, of one line where it prints a stream; every command may print an
 * error instead. Undefined for what has none. Readers must let unknown keys pass: some may be added.
 */
export function schemaOf(name: string): Schema | undefined {
  const base = { $schema: "https://json-schema.org/draft/2020-12/schema", title: `wave ${name}` };
  if (name === "error") return { ...base, ...errorSchema };
  const result = Object.hasOwn(results, name) ? results[name] : undefined;
  if (result === undefined) return undefined;
  return { ...base, type: "object", anyOf: [...alternatives(result), errorSchema] };
}

function alternatives(schema: Schema): Schema[] {
  const many = schema["anyOf"];
  return (Array.isArray(many) ? many : [schema]).map(withVersion);
}

function withVersion(schema: Schema): Schema {
  const { properties, required } = schema;
  const keys: unknown[] = Array.isArray(required) ? required : [];
  return {
    ...schema,
    properties: { ...Object(properties), schema_version: constant(1) },
    required: ["schema_version", ...keys.filter((key) => key !== "schema_version")],
  };
}
