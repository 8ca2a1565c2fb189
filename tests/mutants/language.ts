/** Faults in `executor/language/`. */
import { faultsIn, type Mutant } from "./mutant.ts";

export const LANGUAGE: readonly Mutant[] = [
  ...faultsIn("executor/language/inputs/coerce_value.ts", "executor/language/inputs", [
    ["a whole number has no zeros before it", "/^-?(?:0|[1-9]\\d*)$/", "/^-?\\d+$/"],
    [
      "a text is kept as written",
      'type === "string" ? JSON.stringify(text)',
      'type === "-" ? text',
    ],
    ["only two words are a boolean", 'text === "true" || text === "false"', "true"],
  ]),
  ...faultsIn("executor/language/inputs/named_values.ts", "executor/language/inputs", [
    ["an unknown name is refused", ".filter((name) => !known.has(name));", ".filter(() => false);"],
    ["a name is given once", "if (values.has(name)) {", "if (false) {"],
    [
      "a default is taken where nothing is given",
      "values.get(name) ?? value",
      "values.get(name) ?? null",
    ],
    [
      "what could not be read is not told as missing",
      "problem.name === null || !names.has(problem.name)",
      "true",
    ],
  ]),
  ...faultsIn("executor/language/inputs/input_text.ts", "executor/language/inputs", [
    ["an empty text is an input", "given?.text ?? input.default", "given?.text || input.default"],
    ["an issue has a number", "reference !== undefined && !namesNumber(text)", "false"],
  ]),
  ...faultsIn(
    "executor/language/check/called_inputs.ts",
    "executor/language/check/called_inputs_test.ts",
    [
      [
        "a missing input is told",
        "if (!input.required || names.has(input.name)) continue;",
        "continue;",
      ],
      [
        "values of the run are not known yet",
        "if (expressionsIn(text).length > 0) return;\n  const coerced",
        "const coerced",
      ],
    ],
  ),
  ...faultsIn("executor/language/check/references.ts", "executor/language/check/cycles_test.ts", [
    [
      "pipelines in a circle are refused",
      "  checkPipelineCycles(members, around.project, report);\n",
      "",
    ],
  ]),
  ...faultsIn("executor/language/check/cycles.ts", "executor/language/check/cycles_test.ts", [
    [
      "a step that waits for itself",
      "if (onPath.has(id)) {",
      "if (onPath.has(id) && id !== top.node.id) {",
    ],
    ["a cycle is told from where it begins", "path.slice(path.indexOf(id))", "path"],
    ["only so many cycles are told", "cycles.length >= most", "cycles.length > most"],
  ]),
  ...faultsIn("executor/language/check/references.ts", "executor/language/mistakes_test.ts", [
    ["a step's id is unique", "members.byId.get(step.id) !== member", "false"],
    ["a name is injected once", "if (seen.has(injection.as)) {", "if (false) {"],
    ["a step must be there", "if (!this.#around.broken.has(id)) {", "if (false) {"],
    ["cycles are refused", "  checkStepCycles(members, report);\n", ""],
    ["gates lead somewhere", "  checkGateTargets(members, report);\n", ""],
  ]),
  ...faultsIn("executor/language/check/check_project.ts", "executor/language/mistakes_test.ts", [
    ["a persona must be there", "if (has[what](name)) return;", "return;"],
    ["a schema is JSON", 'if (kind === "json") JSON.parse', 'if (kind === "text") JSON.parse'],
  ]),
  ...faultsIn("executor/language/source/fit_shape.ts", "executor/language/mistakes_test.ts", [
    ["a key that is nearly known is an error", "if (near !== null || CLOSED", "if (CLOSED"],
    ["a limit that nobody holds is an error", " || CLOSED.has(path.at(-2))", ""],
    [
      "what is missing is told",
      'if (value === undefined && issue.code !== "custom") {',
      "if (false) {",
    ],
  ]),
  ...faultsIn(
    "executor/language/source/yaml_source.ts",
    "executor/language/source/yaml_source_test.ts",
    [
      [
        "a pipe is not waited for",
        "if (!info.isFile) return broken",
        "if (info.isDirectory) return broken",
      ],
      ["what is no UTF-8 is told", "fatal: true", "fatal: false"],
      ["a mistake is told once for each place", "pos[0] === at) === index", "pos[0] === at) >= 0"],
    ],
  ),
  ...faultsIn(
    "executor/language/template/template.ts",
    "executor/language/template/template_test.ts",
    [
      ["templates of others stay", ' && before !== "$"', ""],
      [
        "the innermost pair is meant",
        'text.lastIndexOf("{{", close - 2)',
        'text.indexOf("{{", from)',
      ],
      [
        "a value that is not there is an error",
        "if (value === undefined) {",
        "if (value === null) {",
      ],
      [
        "the longest name of an artifact",
        "let length = path.length; length > 0; length--",
        "let length = 1; length <= path.length; length++",
      ],
      ["own properties alone", "if (!Object.hasOwn(here, name)) return undefined;", ""],
      ["a backslash keeps braces", 'text.replaceAll("\\\\{{", "{{")', "text"],
    ],
  ),
  ...faultsIn(
    "executor/language/resolve/resolve_retry.ts",
    "executor/language/resolve/resolve_retry_test.ts",
    [
      [
        "max_attempts counts the first",
        "retry.max_attempts ?? policy.attempts",
        "1 + (retry.max_attempts ?? policy.attempts)",
      ],
      ["the policies stand for numbers", "standard: { attempts: 3,", "standard: { attempts: 4,"],
    ],
  ),
  ...faultsIn(
    "executor/language/check/pipeline_cycles.ts",
    "executor/language/check/cycles_test.ts",
    [
      [
        "a pipeline that runs itself",
        "name === own ? [...places.keys()] : calls.of(name)",
        "name === own ? [] : calls.of(name)",
      ],
    ],
  ),
];
