/** Checks names of values that a pipeline is given: its inputs, and what the pipeline above hands down. */
import { allowsOthers, propertyNames, propertyOf } from "../inputs/schema_properties.ts";
import type { InputSpec } from "../model/input_spec.ts";
import { didYouMean, quote } from "../source/diagnostic.ts";
import type { Suggestion } from "../source/file_diagnostics.ts";
import { listed } from "../source/fit_shape.ts";
import type { ProjectView } from "./check_project.ts";
import { projectCalls } from "./project_calls.ts";

export interface NameProblem {
  readonly code: string;
  readonly message: string;
  readonly suggestion: Suggestion;
}

/** What is wrong with the path of a named input; names that a schema does not list may stand where it allows others. */
export function inputProblem(path: readonly string[], input: InputSpec): NameProblem | null {
  const code = "unknown_input";
  if (input.named === null) {
    return {
      code,
      message: "the pipeline has no named inputs",
      suggestion: `input: { schema: { type: object, properties: { ${
        path[0]
      }: { type: string } } } }`,
    };
  }
  let schema: unknown = input.schema;
  for (const name of path) {
    const names = propertyNames(schema);
    if (names === null || allowsOthers(schema)) return null;
    if (!names.includes(name)) {
      const message = schema === input.schema
        ? `the pipeline has no input ${quote(name)}`
        : `the input has no property ${quote(name)}`;
      return { code, message, suggestion: () => didYouMean(name, names) ?? listedNames(names) };
    }
    schema = propertyOf(schema, name);
  }
  return null;
}

function listedNames(names: readonly string[]): string | null {
  return names.length === 0 ? null : `there is ${listed(names)}`;
}

/** What no pipeline hands down is likely meant for a variable of the shell. */
export function handedDownProblem(
  name: string,
  project: ProjectView,
  file: string,
): NameProblem | null {
  const names = projectCalls(project, file).env();
  if (names.has(name)) return null;
  return {
    code: "unknown_variable",
    message: "no pipeline hands that down with `config.env`",
    suggestion: () =>
      didYouMean(name, names) ?? `a script reads an environment variable as $${name}`,
  };
}
