/** Checks what a step gives to the pipeline that it runs against what that one takes. */
import { coerce } from "../inputs/coerce_value.ts";
import { allowsOthers } from "../inputs/schema_properties.ts";
import type { InputSpec, NamedInput } from "../model/input_spec.ts";
import type { NamedTemplate } from "../model/pipeline.ts";
import { didYouMean, quote } from "../source/diagnostic.ts";
import { listed } from "../source/fit_shape.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";
import { expressionsIn, textOf } from "../template/template.ts";
import { pipelinesCalled } from "./called_pipelines.ts";
import { projectCalls } from "./project_calls.ts";
import type { ProjectView } from "./check_project.ts";
import type { Member } from "./step_index.ts";

/** Where a step stands, and what it may hand on. */
interface Around {
  readonly project: ProjectView;
  /** What the pipeline says of its own input. */
  readonly input: InputSpec;
}

/** Reports names that the called pipeline does not take, those that it misses, and values that cannot fit. */
export function checkCalledInputs(member: Member, around: Around, report: Report): void {
  const { action } = member.step;
  if (action.kind !== "pipeline" && action.kind !== "branch") return;
  const calls = projectCalls(around.project, report.source.file);
  for (const { name, at } of pipelinesCalled(member.step)) {
    const spec = calls.inputOf(name);
    if (spec === null) continue;
    const place = [...member.path, ...action.input === null ? at : ["input"]];
    const check = { name, spec, place, report };
    if (action.input === null) checkHandedOn(around.input, check);
    else if (typeof action.input === "string") checkText(action.input, check);
    else checkNamed(action.input.named, check);
  }
}

interface Check {
  readonly name: string;
  readonly spec: InputSpec;
  readonly place: Path;
  readonly report: Report;
}

function checkNamed(
  given: readonly NamedTemplate[],
  { name, spec, place, report }: Check,
): void {
  if (spec.named === null) {
    const message = `pipeline ${quote(name)} takes one text, and no named inputs`;
    report.error("unknown_input", place, message, "write it as a text");
    return;
  }
  const known = new Map(spec.named.map((input) => [input.name, input]));
  for (const template of given) {
    const at = [...place, template.name];
    const input = known.get(template.name);
    if (input !== undefined) checkValue(template, input, at, report);
    else if (!allowsOthers(spec.schema)) {
      const message = `pipeline ${quote(name)} has no input ${quote(template.name)}`;
      report.atKey(
        "error",
        "unknown_input",
        at,
        message,
        () =>
          didYouMean(template.name, known.keys()) ??
            `it has ${listed([...known.keys()]).replace(" or ", " and ")}`,
      );
    }
  }
  const names = new Set(given.map((template) => template.name));
  for (const input of spec.named) {
    if (!input.required || names.has(input.name)) continue;
    report.atKey("error", "input_missing", place, missing(name, input));
  }
}

function missing(pipeline: string, { name, description }: NamedInput): string {
  const what = description === null ? "" : `: ${description}`;
  return `pipeline ${quote(pipeline)} needs its input ${quote(name)}${what}`;
}

/** A value without expressions is known now. */
function checkValue(
  { text, isJson }: NamedTemplate,
  { types, values }: NamedInput,
  at: Path,
  report: Report,
): void {
  if (expressionsIn(text).length > 0) return;
  const coerced =
    isJson && types.length > 0 && !types.includes("array") && !types.includes("object")
      ? { problem: `must be ${listed(types)}, not a list or a map` }
      : coerce(text, types, values ?? []);
  const what = quote(String(at.at(-1)));
  if ("problem" in coerced) {
    report.error("wrong_value", at, `${what} ${coerced.problem}`);
  } else if (values !== null && !values.some((each) => JSON.stringify(each) === coerced.json)) {
    const texts = values.map(textOf);
    report.error(
      "wrong_value",
      at,
      `${what} must be ${listed(texts.map(quote))}, not ${quote(text)}`,
      didYouMean(text, texts),
    );
  }
}

/** A text for named inputs is JSON. */
function checkText(text: string, { name, spec, place, report }: Check): void {
  if (spec.named === null || expressionsIn(text).length > 0) return;
  if ("json" in coerce(text, ["object"], [])) return;
  report.error(
    "wrong_value",
    place,
    `pipeline ${quote(name)} takes named inputs, and this is not JSON of them`,
    `input: { ${spec.named[0]?.name ?? "name"}: … }`,
  );
}

/** Without `input` the called pipeline gets that of the one that calls it. */
function checkHandedOn(own: InputSpec, { name, spec, place, report }: Check): void {
  if (spec.named === null) return;
  const given = new Set(own.named?.map((input) => input.name));
  for (const input of spec.named) {
    if (
      !input.required || given.has(input.name) || allowsOthers(own.schema) && own.named !== null
    ) {
      continue;
    }
    const hint = `input: { ${input.name}: … }`;
    report.error("input_missing", place, missing(name, input), hint);
  }
  if (allowsOthers(spec.schema)) return;
  const known = new Set(spec.named.map((input) => input.name));
  for (const input of own.named ?? []) {
    if (known.has(input.name)) continue;
    report.error(
      "unknown_input",
      place,
      `pipeline ${quote(name)} has no input ${quote(input.name)}, which it is handed on`,
      "say what it gets: input: { … }",
    );
  }
}
