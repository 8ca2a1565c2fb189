/** `wave list` without `runs`: how the definitions are shown. */
import { UsageError } from "../../event/errors.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { paint } from "../output/color.ts";
import {
  type DefinitionKind,
  type Definitions,
  type ListedInput,
  readDefinitions,
} from "../definitions/read_definitions.ts";
import { propertyNames, propertyOf } from "../../executor/language/inputs/schema_properties.ts";
import { fitRows } from "../output/fit_rows.ts";
import { findProject } from "../runs/find_project.ts";
import { safeLine } from "../output/safe_text.ts";
import { renderTable } from "../cliffy/render_table.ts";

const ALL: readonly DefinitionKind[] = ["pipelines", "personas", "adapters"];

/** Names are typed again. */
const NAMES_KEPT = { kept: [0] };

/** The kinds that were asked for, all without one. */
export function listDefinitions(context: Context, kind: string | undefined): Outcome {
  const kinds = ALL.filter((each) => kind === undefined || each === kind);
  if (kinds.length === 0) throw new UsageError("bad_argument", `Cannot list "${kind}"`);
  const { stdout } = context;
  const definitions = readDefinitions(findProject(context), context.env("PATH") ?? "");
  if (definitions.manifestError !== null) {
    context.stderr.write(`warning: ${safeLine(definitions.manifestError)}\n`);
  }
  if (context.quiet && context.format === "text") {
    const names = kinds.flatMap((each) => definitions[each].map(({ name }) => name));
    return { text: () => names.map((name) => `${safeLine(name)}\n`).join("") };
  }
  return {
    json: {
      ...Object.fromEntries(kinds.map((each) => [each, definitions[each]])),
      manifest_error: definitions.manifestError,
    },
    text: () => {
      const table = (each: DefinitionKind) => {
        if (definitions[each].length === 0) return null;
        const rows = rowsOf(each, definitions, context.color);
        return renderTable(stdout.isTerminal ? fitRows(rows, stdout.width, NAMES_KEPT) : rows);
      };
      const [only, ...others] = kinds;
      if (only !== undefined && others.length === 0) return table(only) ?? "";
      return kinds.map((each) =>
        `${paint(context.color, "bold", each)}\n${table(each) ?? "none\n"}`
      ).join("\n");
    },
    note: kind !== undefined && kinds.every((each) => definitions[each].length === 0)
      ? `no ${kind} in this project
`
      : "",
  };
}

function rowsOf(kind: DefinitionKind, definitions: Definitions, color: boolean): string[][] {
  switch (kind) {
    case "pipelines":
      return [
        ["Pipeline", "Description", "Input", "Steps"],
        ...definitions.pipelines.map(({ name, description, steps, input, error, disabled }) => [
          safeLine(name) + (disabled ? " (disabled)" : ""),
          error === null
            ? shortened(description)
            : paint(color, "red", `broken: ${shortened(error)}`),
          shortened(inputCell(input)),
          error === null ? shortened(steps.join(" ")) : "-",
        ]),
      ];
    case "personas":
      return [
        ["Persona", "Adapter", "Allowed tools", "Denied tools", "Enforced"],
        ...definitions.personas.map((
          { name, adapter, allowed_tools, denied_tools, not_enforced },
        ) => [
          safeLine(name),
          safeLine(adapter),
          shortened(allowed_tools.join(" ")) || "-",
          shortened(denied_tools.join(" ")) || "-",
          not_enforced.length === 0
            ? "yes"
            : paint(color, "yellow", `not: ${shortened(not_enforced.join(", "))}`),
        ]),
      ];
    case "adapters":
      return [
        ["Adapter", "Binary", "Mode", "Found"],
        ...definitions.adapters.map(({ name, binary, mode, found }) => [
          safeLine(name),
          safeLine(binary),
          safeLine(mode),
          found ? paint(color, "green", "yes") : paint(color, "red", "no"),
        ]),
      ];
  }
}

/** `owner count?` of named inputs, else `text` or `text?`; the question mark is for what may be left out. `-`: none. */
function inputCell(input: ListedInput | null): string {
  if (input === null) return "-";
  const { type, required, schema, description, example, default: fallback } = input;
  const names = propertyNames(schema);
  if (names === null) {
    const isNamed = [type, description, example, fallback].some((each) => each !== null);
    return required || isNamed ? `${type ?? "text"}${required ? "" : "?"}` : "-";
  }
  const listed: unknown = schema?.["required"];
  const needed: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const isNeeded = (name: string) =>
    needed.includes(name) && Reflect.get(Object(propertyOf(schema, name)), "default") === undefined;
  return names.map((name) => `${name}${isNeeded(name) ? "" : "?"}`).join(" ");
}

const WIDEST = 60;

function shortened(text: string): string {
  const line = safeLine(text.trim().replace(/\s+/g, " "));
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
}
