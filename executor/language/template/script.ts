/**
 * Values in shell scripts. No value is ever pasted into a script: it is put into an environment
 * variable, and the expression becomes a reference to that variable, quoted to suit the place:
 *
 * | where `{{ input }}` stands | what the shell reads |
 * | --- | --- |
 * | between words | `"${WAVE_INPUT}"` |
 * | in `"…"`, in a here-document | `${WAVE_INPUT}` |
 * | in `'…'` | `'"${WAVE_INPUT}"'` |
 *
 * The shell expands a variable after it has parsed the script and never parses the result, so whatever
 * the value holds is data. Where a value would be read as code all the same, the script is refused:
 * as the command itself, as an argument of `eval` and its like, as the code of `sh -c`, as a program of
 * `awk`, `sed` or another language, in arithmetic, in backquotes, in `${…}`, in `[[ … ]]`, and in a
 * here-document whose delimiter is quoted (nothing is expanded there). A script that later treats a
 * variable as code by its own doing (`printf '%s' {{ input }} | sh`) is its author's decision.
 *
 * `project.*` and `forge.*` come from the project's own manifest and may be commands: between words
 * they are pasted, in quotes they are handed over like all others.
 */
import { UsageError } from "../../../event/errors.ts";
import { type Expression, expressionsIn, type Lookup, unescape, valueOf } from "./template.ts";
import type { ShellPlace } from "../shell/shell_cursor.ts";
import { placesIn } from "../shell/shell_places.ts";

export interface Script {
  readonly script: string;
  /** To be set for the process that runs it. */
  readonly env: Readonly<Record<string, string>>;
}

/** What to do instead. */
export const UNSAFE_HINT = 'name it in the step: env: { NAME: "{{ … }}" }, and write "$NAME" here';

/** Linux takes at most 128 KiB for one variable, its name included. */
const LONGEST_VALUE = 127 * 1024;

/** Expressions that cannot be made safe where they stand, each with the reason. */
export function unsafeIn(script: string): { expression: Expression; reason: string }[] {
  const expressions = expressionsIn(script);
  const unsafe: { expression: Expression; reason: string }[] = [];
  placesIn(script, expressions).forEach((place, index) => {
    const expression = expressions[index];
    if (expression === undefined || place.kind !== "refused") return;
    if (trusted(expression)) return;
    unsafe.push({ expression, reason: place.reason });
  });
  return unsafe;
}

/**
 * The script to run and the variables that carry its values.
 *
 * @throws {UsageError} `unsafe_script` for an expression where a value would be code,
 * `unknown_variable` for one without a value, `value_too_large` for a value of more than 127 KiB,
 * `invalid_value` for one with a NUL character.
 */
export function scriptOf(template: string, lookup: Lookup): Script {
  const script = pasted(template, lookup);
  const expressions = expressionsIn(script);
  const places = placesIn(script, expressions);
  const env: Record<string, string> = {};
  let result = "";
  let from = 0;
  expressions.forEach((expression, index) => {
    const place = places[index] ?? { kind: "refused", reason: "the script cannot be read" };
    const name = variableOf(expression);
    const text = `{{ ${expression.path} }}`;
    env[name] = checked(text, { text, value: valueOf(expression, lookup) });
    result += unescape(script.slice(from, expression.start)) + reference(expression, place, name);
    from = expression.end;
  });
  return { script: result + unescape(script.slice(from)), env };
}

/** The script with the manifest's own values in place, where they do not stand in quotes. */
function pasted(script: string, lookup: Lookup): string {
  const expressions = expressionsIn(script);
  const places = placesIn(script, expressions);
  let result = "";
  let from = 0;
  expressions.forEach((expression, index) => {
    const kind = places[index]?.kind;
    if (!trusted(expression) || (kind !== "word" && kind !== "refused")) return;
    const value = valueOf(expression, lookup).replaceAll("{{", "\\{{");
    result += script.slice(from, expression.start) + value;
    from = expression.end;
  });
  return result + script.slice(from);
}

function reference(expression: Expression, place: ShellPlace, name: string): string {
  switch (place.kind) {
    case "word":
      return `"\${${name}}"`;
    case "double":
    case "comment":
      return `\${${name}}`;
    case "single":
      return `'"\${${name}}"'`;
    case "refused":
      throw new UsageError(
        "unsafe_script",
        `{{ ${expression.path} }} cannot stand here in a script: ${place.reason}`,
        {
          hint: UNSAFE_HINT,
        },
      );
  }
}

/** True for values that the project's own manifest gives. */
export function trusted(expression: Expression): boolean {
  return expression.reference?.kind === "project" || expression.reference?.kind === "forge";
}

/** `WAVE_INPUT`, `WAVE_VALUE_item_2e_name`: one name for one path, and never two for one. */
function variableOf(expression: Expression): string {
  if (expression.path === "input") return "WAVE_INPUT";
  const path = expression.path.replace(
    /[^A-Za-z0-9]/g,
    (character) => `_${character.charCodeAt(0).toString(16).padStart(2, "0")}_`,
  );
  return `WAVE_VALUE_${path}`;
}

/**
 * The value, when a variable of the environment, or an argument, can hold it.
 *
 * @param name What the value is called in messages.
 * @param expanded The value, and the text that it was made from.
 * @throws {UsageError} `value_too_large` over 127 KiB, `invalid_value` with a NUL character.
 */
export function checked(
  name: string,
  { text, value }: { readonly text: string; readonly value: string },
): string {
  if (value.includes("\0")) {
    throw new UsageError(
      "invalid_value",
      `${name} holds a NUL character, which no script can take`,
    );
  }
  // A character takes at most three bytes for each of its UTF-16 units.
  if (value.length * 3 > LONGEST_VALUE && new TextEncoder().encode(value).length > LONGEST_VALUE) {
    const ofInput = expressionsIn(text).some(({ reference }) =>
      reference?.kind === "input" || reference?.kind === "input_value"
    );
    const instead = ofInput
      ? "{{ input_file }} is the path of a file with the input"
      : "let the step read it from a file (memory.inject_artifacts)";
    throw new UsageError(
      "value_too_large",
      `${name} is larger than 127 KiB, too large for a script: ${instead}`,
    );
  }
  return value;
}
