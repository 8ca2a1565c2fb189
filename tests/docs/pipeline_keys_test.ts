/** Holds the tables of all keys in `docs/pipelines.md` and the language against each other. */
import assert from "node:assert/strict";
import * as z from "zod/mini";
import { PipelineShape, StepShape } from "../../executor/language/resolve/pipeline_shape.ts";
import {
  AdapterShape,
  ManifestShape,
  PersonaShape,
  RuntimeShape,
} from "../../executor/language/resolve/resolve_manifest.ts";
import {
  ADAPTER_KEYS,
  CONTRACT_KEYS,
  MANIFEST_KEYS,
  PERSONA_KEYS,
  STEP_KEYS,
} from "../../executor/language/resolve/unsupported_keys.ts";
import { REPOSITORY } from "../start_program.ts";

/** What is in an optional value, a list, or a map of any keys. */
function inside(schema: unknown): unknown {
  if (schema instanceof z.ZodMiniOptional) return inside(schema.def.innerType);
  if (schema instanceof z.ZodMiniArray) return inside(schema.def.element);
  if (schema instanceof z.ZodMiniRecord) return inside(schema.def.valueType);
  return schema;
}

/** The keys that wave acts upon, by the map that they are in. */
function keysOf(schema: unknown, path: string, found: Map<string, string[]>): void {
  const object = inside(schema);
  if (!(object instanceof z.ZodMiniObject)) return;
  const keys: [string, unknown][] = Object.entries(object.shape);
  const used = keys.filter(([key, value]) => !isAccepted(value) && !isUnused(path, key));
  found.set(path, used.map(([key]) => key).sort());
  for (const [key, value] of used) keysOf(value, `${path}.${key}`, found);
}

/** A key of published pipelines that may hold anything: nobody looks at it. */
function isAccepted(schema: unknown): boolean {
  return schema instanceof z.ZodMiniOptional && schema.def.innerType instanceof z.ZodMiniUnknown;
}

const UNUSED: Readonly<Record<string, object>> = {
  step: STEP_KEYS,
  manifest: MANIFEST_KEYS,
  adapter: ADAPTER_KEYS,
  persona: PERSONA_KEYS,
};

/** Told by `validate` to have no effect, or refused. */
function isUnused(path: string, key: string): boolean {
  const [top = "", ...below] = [...path.split("."), key];
  return Object.hasOwn(UNUSED[top] ?? {}, below.join(".")) ||
    path === "step.handover.contract" && Object.hasOwn(CONTRACT_KEYS, key);
}

/** The rows of the table, `map` and its keys. */
function documented(page: string, heading: string): Map<string, string[]> {
  const [, section = ""] = page.split(`${heading}\n`);
  const [table = ""] = section.split(/\n##+ /);
  const rows = new Map<string, string[]>();
  for (const line of table.split("\n")) {
    const [, map, keys] = /^\| `([a-z_.]+)` +\| (.*?) +\|$/.exec(line) ?? [];
    if (map === undefined || keys === undefined) continue;
    rows.set(map, [...keys.matchAll(/`([A-Za-z_]+)`/g)].map(([, key]) => key ?? "").sort());
  }
  return rows;
}

Deno.test("docs/pipelines.md names all keys that wave acts upon, and no others", async () => {
  const language = new Map<string, string[]>();
  keysOf(PipelineShape, "pipeline", language);
  keysOf(StepShape, "step", language);
  // One description is enough for both places.
  for (const path of [...language.keys()]) {
    if (path.startsWith("step.handover.contracts")) language.delete(path);
  }
  const page = await Deno.readTextFile(`${REPOSITORY}docs/pipelines.md`);
  assert.deepEqual(
    Object.fromEntries(documented(page, "## All keys")),
    Object.fromEntries(language),
  );
});

Deno.test("docs/pipelines.md names all keys of the manifest that wave acts upon, and no others", async () => {
  const language = new Map<string, string[]>();
  // What is resolved apart from the rest.
  const parts = { runtime: RuntimeShape, pricing: z.record(z.string(), z.string()) };
  keysOf(z.strictObject({ ...ManifestShape.shape, ...parts }), "manifest", language);
  keysOf(AdapterShape, "adapter", language);
  keysOf(PersonaShape, "persona", language);
  const page = await Deno.readTextFile(`${REPOSITORY}docs/pipelines.md`);
  const table = documented(page, "### All keys of the manifest");
  assert.deepEqual(Object.fromEntries(table), Object.fromEntries(language));
});
