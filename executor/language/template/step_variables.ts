/** The variables that a step's `env` gives its scripts. */
import { expand, type Lookup } from "./template.ts";
import { checked } from "./script.ts";

/**
 * The variables with their values, to be set for the process.
 *
 * @throws {UsageError} `unknown_variable` for a value that there is none of, `value_too_large` for one of
 * more than 127 KiB, `invalid_value` for one with a NUL character.
 */
export function stepVariables(
  env: Readonly<Record<string, string>> | undefined,
  lookup: Lookup,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env ?? {}).map(([name, text]) => {
      return [name, checked(name, { text, value: expand(text, lookup) })];
    }),
  );
}
