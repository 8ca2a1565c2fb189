/** The input that a run of a pipeline gets, out of what it was given. */
import { UsageError } from "../../../event/errors.ts";
import type { GivenInput, InputSpec } from "../model/input_spec.ts";
import type { Pipeline } from "../model/pipeline.ts";
import { printable, quote } from "../source/diagnostic.ts";
import { coerce, typesOf } from "./coerce_value.ts";
import { callWith, exampleOf } from "./input_example.ts";
import { namedValues } from "./named_values.ts";
import { namesNumber, REFERENCES } from "./reference_types.ts";
import { valueProblems } from "./value_problems.ts";

/** What is asked for. */
export interface InputRequest {
  /** Null: nothing was given. */
  readonly given: GivenInput | null;
  /** Whether the pipeline does something with its input, and so cannot do without. */
  uses(): boolean;
}

/**
 * The text of a run's input; of named inputs the JSON of all of them, defaults included.
 *
 * @throws {UsageError} `input_missing`, `bad_input`, with every problem in the message.
 * @throws {OperationError} `bad_schema`.
 */
export async function inputText(
  { name, input }: Pipeline,
  { given, uses }: InputRequest,
): Promise<string> {
  if (input.named !== null) {
    const { json, problems } = await namedValues(input, given);
    if (problems.length > 0) throw badInput(name, input, problems);
    return json;
  }
  if (given?.kind === "named") {
    throw new UsageError("bad_input", `Cannot give ${name} named inputs: its input is one text`, {
      hint: callWith(name, input),
    });
  }
  const text = given?.text ?? input.default;
  if (text === null) {
    if (input.required === false || (input.required === null && !uses())) return "";
    const what = input.description === null ? "" : `: ${printable(input.description)}`;
    throw new UsageError("input_missing", `Cannot run ${name} without an input${what}`, {
      hint: `${callWith(name, input)}; an empty one is --input ""`,
    });
  }
  const problems = await textProblems(input, text);
  if (problems.length > 0) throw badInput(name, input, problems);
  return text;
}

function badInput(name: string, input: InputSpec, problems: readonly string[]): UsageError {
  const [first] = problems;
  const message = problems.length === 1
    ? `Cannot run ${name}: ${first}`
    : [`Cannot run ${name}, because of its input:`, ...problems.map((each) => `  ${each}`)]
      .join("\n");
  return new UsageError("bad_input", message, { hint: callWith(name, input) });
}

/** Keywords that say nothing of what a text must be. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  ...["type", "title", "description", "examples", "default", "$schema", "$id", "$comment"],
]);

async function textProblems(input: InputSpec, text: string): Promise<string[]> {
  const reference = REFERENCES.get(input.type ?? "");
  if (reference !== undefined && !namesNumber(text)) {
    const like = exampleOf(input) ?? "owner/repo 42";
    return [`its input must name ${reference}, as ${quote(like)}, not ${quote(text)}`];
  }
  const { schema } = input;
  if (schema === null) return [];
  const types = typesOf(schema);
  const coerced = coerce(text, types.length === 0 ? ["string"] : types, []);
  if ("problem" in coerced) return [`its input ${coerced.problem}`];
  if (Object.keys(schema).every((key) => ANNOTATIONS.has(key))) return [];
  return (await valueProblems(JSON.parse(coerced.json), schema)).map(({ text }) => text);
}
