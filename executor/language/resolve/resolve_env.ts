/** Reads `env` of a pipeline or a step. */
import * as z from "zod/mini";
import { namesSecret } from "../../../event/redaction/secret_names.ts";
import { SETS_EXECUTION } from "../shell/execution_variables.ts";
import { fit } from "../source/fit_shape.ts";
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import { type Path, valueAt } from "../source/yaml_source.ts";
import type { Variables } from "../model/pipeline.ts";
import { trusted } from "../template/script.ts";
import { expressionsIn } from "../template/template.ts";

const NAME = /^[A-Za-z_]\w*$/;
const NAMES = z.array(z.string());
const VALUES = z.record(z.string(), z.string());

/**
 * The variables that stand at `path` of a file, as `NAME: value` or as a list of names to pass on; a name
 * without a value is passed on, too. A value of the run may be in none that changes what programs do: there
 * it would be code. What the file itself says may.
 */
export function resolveEnv(path: Path, report: Report): Variables {
  const data = valueAt(report.source.data, path);
  // What is neither is told already.
  if (typeof data !== "object" || data === null) return {};
  if (Array.isArray(data)) {
    const names = fit(NAMES, data, path, report) ?? [];
    names.forEach((name, index) => checkPassed(name, [...path, index], report));
    return { envNames: [...new Set(names)] };
  }
  const env = fit(VALUES, data, path, report) ?? {};
  for (const [name, value] of Object.entries(env)) {
    const at = [...path, name];
    if (!checkName(name, at, report)) continue;
    checkValue(name, value, at, report);
  }
  const passed = Object.entries(data).flatMap(([name, value]) => value === null ? [name] : []);
  for (const name of passed) checkName(name, [...path, name], report);
  return { env: { ...env }, ...passed.length === 0 ? {} : { envNames: passed } };
}

function checkPassed(name: string, path: Path, report: Report): void {
  const [variable] = name.split("=", 1);
  if (variable === name || !NAME.test(variable ?? "")) return void checkName(name, path, report);
  report.error(
    "wrong_value",
    path,
    `a list names variables to pass on, and ${quote(variable ?? "")} has a value`,
    `env: { ${variable}: … }`,
  );
}

function checkName(name: string, path: Path, report: Report): boolean {
  if (!NAME.test(name)) {
    report.error("wrong_value", path, `${quote(name)} is no name of a variable`);
    return false;
  }
  if (!/^WAVE_/i.test(name)) return true;
  report.error("wrong_value", path, `${quote(name)}: names that begin with WAVE_ are wave's own`);
  return false;
}

function checkValue(name: string, value: string, path: Path, report: Report): void {
  const expressions = expressionsIn(value);
  if (SETS_EXECUTION.test(name) && expressions.some((expression) => !trusted(expression))) {
    report.error(
      "unsafe_variable",
      path,
      `${name} changes what programs do, so it takes no value of the run`,
      "give the variable a name of your own",
    );
  }
  if (value === "" || expressions.length > 0 || !namesSecret(name)) return;
  report.warning(
    "secret_in_file",
    path,
    `${name} looks like a secret, and its value stands in the file`,
    `name it alone, env: [${name}], and set it in the environment or in a file: --env-file .env`,
  );
}
