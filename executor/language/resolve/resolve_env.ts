/** Reads `env` of a step. */
import { SETS_EXECUTION } from "../shell/execution_variables.ts";
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { trusted } from "../template/script.ts";
import { expressionsIn } from "../template/template.ts";

const NAME = /^[A-Za-z_]\w*$/;

/**
 * The variables that the scripts of a step get. A value of the run may be in none that changes what
 * programs do: there it would be code. What the file itself says may.
 */
export function resolveEnv(
  env: Readonly<Record<string, string>>,
  path: Path,
  report: Report,
): Record<string, string> {
  for (const [name, value] of Object.entries(env)) {
    const at = [...path, name];
    if (!NAME.test(name)) {
      report.error("wrong_value", at, `${quote(name)} is no name of a variable`);
    } else if (/^WAVE_/i.test(name)) {
      report.error("wrong_value", at, `${quote(name)}: names that begin with WAVE_ are wave's own`);
    } else if (
      SETS_EXECUTION.test(name) && expressionsIn(value).some((expression) => !trusted(expression))
    ) {
      report.error(
        "unsafe_variable",
        at,
        `${name} changes what programs do, so it takes no value of the run`,
        "give the variable a name of your own",
      );
    }
  }
  return { ...env };
}
