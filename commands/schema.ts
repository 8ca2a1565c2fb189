import { NotFoundError } from "../event/errors.ts";
import { command } from "./cli/command.ts";
import { safeText } from "./output/safe_text.ts";
import { schemaNames, schemaOf } from "./schema/output_schemas.ts";
import { suggest } from "../event/closest.ts";

/** `wave schema`: what the JSON of each command looks like (contract, section 2). */
export const schema = command({
  name: "schema",
  summary: "Print the JSON Schema of a command's output",
  description:
    "Draft 2020-12. Where a command prints a stream the schema is that of a line. Every command may " +
    "print an error instead; `wave schema error` is that alone. Keys may be added in later versions.",
  args: [{ name: "command", summary: "A command, or error, help, version; all without it" }],
  options: {},
  examples: [
    { command: "wave schema status", summary: "The schema of wave status --format json" },
    { command: "wave schema --format json", summary: "All of them" },
  ],
  run(_context, { args: [name] }) {
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
  },
});
