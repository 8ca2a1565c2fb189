/** The named inputs of a pipeline, as a plan shows them. */
import { isObject, type JsonObject } from "../../event/json.ts";
import type { InputSpec } from "../../executor/language/model/input_spec.ts";
import { textOf } from "../../executor/language/template/template.ts";
import { parseWritten } from "../../executor/language/template/written_json.ts";
import { renderTable } from "../cliffy/render_table.ts";
import { head } from "../output/run_text.ts";
import { safeLine } from "../output/safe_text.ts";

/** An input, and what a run would get for it. */
export interface PlannedInput {
  readonly name: string;
  /** Names of JSON types; empty: any. */
  readonly types: readonly string[];
  /** The only ones that it may have; null: any of its types. */
  readonly values: readonly unknown[] | null;
  readonly required: boolean;
  readonly description: string | null;
  /** Absent when it has none. */
  readonly value?: unknown;
  readonly from: "given" | "default" | "none";
}

/**
 * Empty for a pipeline whose input is one text.
 *
 * @param text the JSON of all inputs; null when none were given: then the defaults are shown.
 */
export function plannedInputs({ named }: InputSpec, text: string | null): PlannedInput[] {
  const given: JsonObject = objectIn(text ?? "{}");
  return (named ?? []).map(({ name, types, values, required, description, default: fallback }) => {
    const of = { name, types, values, required, description };
    const own = Object.hasOwn(given, name) ? JSON.stringify(given[name]) : null;
    if (own !== null && own !== fallback) {
      return { ...of, value: parseWritten(own), from: "given" };
    }
    if (fallback !== null) return { ...of, value: parseWritten(fallback), from: "default" };
    return { ...of, from: "none" };
  });
}

function objectIn(json: string): JsonObject {
  const value = parseWritten(json);
  return isObject(value) ? value : {};
}

/** A table below that of the steps; empty without inputs. */
export function inputsTable(inputs: readonly PlannedInput[], color: boolean): string {
  if (inputs.length === 0) return "";
  const rows = inputs.map(({ name, types, values, required, value, from }) =>
    [
      name,
      values?.map(textOf).join("|") ?? (types.join("|") || "any"),
      value === undefined ? "-" : textOf(value),
      from === "none" && required ? "missing" : from === "none" ? "-" : from,
    ].map(safeLine)
  );
  return renderTable([head(["Input", "Type", "Value", "From"], color), ...rows]);
}
