/**
 * JSON Schemas (draft-07, which editors know) of a pipeline file and of the manifest, made from the shapes that
 * check these files. What needs more than one file, such as the name of a step, is told by `wave validate`.
 */
import * as z from "zod/mini";
import { isObject } from "../../event/json.ts";
import { InputSchemaShape, SchemaShape } from "./inputs/input_schema_shape.ts";
import { PipelineShape, StepShape } from "./resolve/pipeline_shape.ts";
import { HooksShape } from "./resolve/resolve_hooks.ts";
import { PriceShape } from "./resolve/resolve_pricing.ts";
import {
  AdapterShape,
  ManifestShape,
  PersonaShape,
  RuntimeShape,
} from "./resolve/resolve_manifest.ts";
import {
  ADAPTER_KEYS,
  CONTRACT_KEYS,
  MANIFEST_KEYS,
  PERSONA_KEYS,
  PIPELINE_KEYS,
  STEP_KEYS,
} from "./resolve/unsupported_keys.ts";

type Json = Record<string, unknown>;
type Reasons = Readonly<Record<string, string | { readonly refused: string }>>;

/** What editors show above the schema. */
const HEAD = { $schema: "http://json-schema.org/draft-07/schema#" };

const reference = (name: string): Json => ({ $ref: `#/definitions/${name}` });

/** The JSON Schema of `.wave/pipelines/<name>.yaml`. */
export function pipelineFileSchema(): Json {
  const step = schemaOf(StepShape);
  place(step, ["loop", "steps"], { type: "array", minItems: 1, items: reference("step") });
  place(step, ["input"], { anyOf: [TEXT, { type: "object" }] });
  place(step, ["env"], VARIABLES);
  place(step, ["retry", "stop_on_same"], {
    anyOf: [{ const: 0 }, { type: "integer", minimum: 2 }],
  });
  tell(step, STEP_KEYS);
  for (const at of [["handover", "contract"], ["handover", "contracts"]]) {
    tell(propertyAt(step, at), CONTRACT_KEYS);
  }
  const pipeline = schemaOf(PipelineShape);
  place(pipeline, ["steps"], { type: "array", minItems: 1, items: reference("step") });
  place(pipeline, ["input", "schema"], reference("inputSchema"));
  place(pipeline, ["env"], VARIABLES);
  place(pipeline, ["hooks"], hooks());
  tell(pipeline, PIPELINE_KEYS);
  const definitions = { step, inputSchema: schemaOf(InputSchemaShape) };
  return { ...HEAD, title: "A pipeline of wave", ...pipeline, definitions };
}

/** The JSON Schema of `wave.yaml`. */
export function manifestFileSchema(): Json {
  const byName = (shape: z.ZodMiniType, reasons: Reasons = {}): Json => {
    const additionalProperties = schemaOf(shape);
    tell(additionalProperties, reasons);
    return { type: "object", additionalProperties };
  };
  const manifest = schemaOf(ManifestShape);
  place(manifest, ["adapters"], byName(AdapterShape, ADAPTER_KEYS));
  place(manifest, ["personas"], byName(PersonaShape, PERSONA_KEYS));
  place(manifest, ["pricing"], byName(PriceShape));
  const prices = propertyAt(manifest, ["pricing"]);
  for (const rate of Object.keys(PriceShape.shape)) {
    place(Object(prices)["additionalProperties"], [rate], { type: "number", minimum: 0 });
  }
  place(manifest, ["runtime"], schemaOf(RuntimeShape));
  place(manifest, ["hooks"], hooks());
  tell(manifest, MANIFEST_KEYS);
  return { ...HEAD, title: "The manifest of wave", ...manifest };
}

/** Where a text is wanted, a number or a boolean is the text that the file has. */
const TEXT: Json = { type: ["string", "number", "boolean"] };

/** Values by name, or names of variables to pass on. */
const VARIABLES: Json = {
  anyOf: [
    // One without a value is passed on, too.
    { type: "object", additionalProperties: { type: ["string", "number", "boolean", "null"] } },
    { type: "array", items: TEXT },
  ],
};

/** A list of them, as in published files, is accepted and has no effect. */
function hooks(): Json {
  return { anyOf: [schemaOf(HooksShape), { type: "array" }] };
}

function schemaOf(shape: z.ZodMiniType): Json {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, {
    target: "draft-7",
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === SchemaShape) replace(jsonSchema, { anyOf: [SCHEMA, { type: "boolean" }] });
      if (jsonSchema.type === "string" && jsonSchema.enum === undefined) {
        replace(jsonSchema, TEXT);
      }
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      // All keys of a file are texts.
      delete jsonSchema.propertyNames;
    },
  });
  return { ...schema };
}

const SCHEMA = reference("inputSchema");

function replace(target: object, by: Json): void {
  for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
  Object.assign(target, by);
}

/** The schema of a property of properties; of those in a list, in each of them. */
function propertyAt(schema: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, name) => {
    const own = isObject(here) && isObject(here["items"]) ? here["items"] : here;
    const properties = isObject(own) ? own["properties"] : undefined;
    return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  }, schema);
}

/** Puts a schema in the place of one that says less. */
function place(schema: Json, path: readonly string[], by: Json): void {
  const there = propertyAt(schema, path);
  if (!isObject(there)) throw new Error(`the shape has no ${path.join(".")}`);
  replace(there, by);
}

/** What of a key asks for nothing: that is accepted of those that are refused. */
const NOTHING = [null, false, 0];

/** Says of keys that have no effect why, so that an editor strikes them through; what guards is refused. */
function tell(schema: unknown, reasons: Reasons): void {
  const here = isObject(schema) && isObject(schema["items"]) ? schema["items"] : schema;
  for (const [key, reason] of Object.entries(reasons)) {
    const there = propertyAt(here, key.split("."));
    if (!isObject(there)) continue;
    if (typeof reason === "string") {
      Object.assign(there, { description: reason, deprecated: true });
    } else {
      const description = `refused: ${reason.refused}`;
      Object.assign(there, { description, deprecated: true, enum: NOTHING });
    }
  }
}
