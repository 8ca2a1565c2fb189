import { NotFoundError } from "../../event/errors.ts";
import type { JsonObject } from "../../event/json.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { schema } from "../schema.ts";
import { safeText } from "../output/safe_text.ts";
import { schemaNames, schemaOf } from "./output_schemas.ts";
import { suggest } from "../../event/closest.ts";

/** The files of a project that have one, and how it is made: only where it is asked for. */
const FILES: Readonly<Record<string, () => Promise<JsonObject>>> = {
  pipeline: async () => (await fileSchemas()).pipelineFileSchema(),
  manifest: async () => (await fileSchemas()).manifestFileSchema(),
};

function fileSchemas() {
  return import("../../executor/language/file_schemas.ts");
}

/** Answers a call of `wave schema`. */
export async function run(
  _context: Context,
  { args: [name] }: CallOf<typeof schema>,
): Promise<Outcome> {
  const all = [...schemaNames(), ...Object.keys(FILES)];
  const names = name === undefined ? all : [name];
  const schemas = Object.fromEntries(
    await Promise.all(names.map(async (known) => {
      const found = schemaOf(known) ??
        (Object.hasOwn(FILES, known) ? await FILES[known]?.() : undefined);
      if (found !== undefined) return [known, found] as const;
      const meant = suggest(known, all);
      throw new NotFoundError("schema_not_found", `Cannot find a schema of "${safeText(known)}"`, {
        hint: meant === null ? "wave schema --format json lists all" : `did you mean "${meant}"?`,
      });
    })),
  );
  const shown = name === undefined ? schemas : schemas[name];
  return { json: { schemas }, text: () => `${JSON.stringify(shown, null, 2)}\n` };
}
