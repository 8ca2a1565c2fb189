import { NotFoundError } from "../../event/errors.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { schema } from "../schema.ts";
import { safeText } from "../output/safe_text.ts";
import { schemaNames, schemaOf } from "./output_schemas.ts";
import { suggest } from "../../event/closest.ts";

/** Answers a call of `wave schema`. */
export function run(_context: Context, { args: [name] }: CallOf<typeof schema>): Outcome {
  const names = name === undefined ? schemaNames() : [name];
  const schemas = Object.fromEntries(names.map((known) => {
    const found = schemaOf(known);
    if (found !== undefined) return [known, found];
    const meant = suggest(known, schemaNames());
    throw new NotFoundError("schema_not_found", `Cannot find a schema of "${safeText(known)}"`, {
      hint: meant === null ? "wave schema --format json lists all" : `did you mean "${meant}"?`,
    });
  }));
  const shown = name === undefined ? schemas : schemas[name];
  return { json: { schemas }, text: () => `${JSON.stringify(shown, null, 2)}\n` };
}
