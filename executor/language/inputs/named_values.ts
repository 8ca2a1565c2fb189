/** The JSON of named inputs, out of what was given: by name, or as one JSON object. */
import { isObject } from "../../../event/json.ts";
import type { GivenInput, InputSpec, NamedInput } from "../model/input_spec.ts";
import { didYouMean, printable, quote } from "../source/diagnostic.ts";
import { describe } from "../source/yaml_source.ts";
import { parseWritten } from "../template/written_json.ts";
import { coerce } from "./coerce_value.ts";
import { allowsOthers } from "./schema_properties.ts";
import { type ValueProblem, valueProblems } from "./value_problems.ts";

export interface NamedValues {
  /** A JSON object: the inputs in the order of the schema, defaults among them, and then others. */
  readonly json: string;
  /** Sentences, each with the name that it is about; where there are any, nothing may be run. */
  readonly problems: readonly string[];
}

/** What could be read. */
interface Read {
  /** JSON by name. */
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly ValueProblem[];
  /** True when no single value could be read. */
  readonly isNone?: boolean;
}

type Known = ReadonlyMap<string, NamedInput>;

/**
 * Every problem at once: unknown and repeated names, values of a wrong type or that the schema refuses, and
 * missing ones.
 *
 * @throws {OperationError} `bad_schema` when the schema is none.
 */
export async function namedValues(
  { schema, named }: InputSpec,
  given: GivenInput | null,
): Promise<NamedValues> {
  const known: Known = new Map((named ?? []).map((input) => [input.name, input]));
  const read = given?.kind === "text" ? readObject(given.text) : readTexts(given, known);
  if (read.isNone === true) return { json: "{}", problems: read.problems.map(({ text }) => text) };
  const unknown = allowsOthers(schema)
    ? []
    : [...read.values.keys()].filter((name) => !known.has(name));
  const problems = [...read.problems, ...unknown.map((name) => unknownName(name, known))];
  const names = new Set(problems.map(({ name }) => name));
  const json = jsonOf(new Map([...read.values].filter(([name]) => !names.has(name))), known);
  for (const problem of await valueProblems(JSON.parse(json), schema ?? {})) {
    // Of one that could not be read it is not news that it is missing.
    if (problem.name === null || !names.has(problem.name)) problems.push(described(problem, known));
  }
  const order = [...known.keys()];
  const place = ({ name }: ValueProblem) => {
    const at = order.indexOf(name ?? "");
    return at < 0 ? order.length : at;
  };
  const sorted = problems.toSorted((a, b) => place(a) - place(b));
  return { json, problems: sorted.map(({ text }) => text) };
}

/** One JSON object; its numbers stay as they are written. */
function readObject(text: string): Read {
  const nothing = (problem: string): Read => ({
    values: new Map(),
    problems: [{ name: null, text: problem }],
    isNone: true,
  });
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return nothing(`the input is not JSON: ${printable(error.message)}`);
  }
  const value = parseWritten(text);
  if (!isObject(value)) return nothing(`the input must be a JSON object, not ${describe(value)}`);
  const values = Object.entries(value).map(([name, each]) => [name, JSON.stringify(each)] as const);
  return { values: new Map(values), problems: [] };
}

/** A text for each name. */
function readTexts(given: Exclude<GivenInput, { kind: "text" }> | null, known: Known): Read {
  const values = new Map<string, string>();
  const problems: ValueProblem[] = [];
  for (const [name, text] of given?.values ?? []) {
    const coerced = coerce(text, known.get(name)?.types ?? [], known.get(name)?.values ?? []);
    if (values.has(name)) {
      problems.push({ name, text: `${printable(name)} is given more than once` });
    } else if ("problem" in coerced) {
      problems.push({ name, text: `${name} ${coerced.problem}` });
    } else {
      values.set(name, coerced.json);
    }
  }
  const before = given?.before === undefined ? null : readObject(given.before);
  for (const [name, json] of before?.values ?? []) {
    if (!given?.values.some(([each]) => each === name)) values.set(name, json);
  }
  return { values, problems };
}

function unknownName(name: string, known: Known): ValueProblem {
  const near = didYouMean(name, known.keys());
  return { name, text: `there is no input ${quote(name)}${near === null ? "" : `; ${near}`}` };
}

/** One that is missing is told with what it is for. */
function described({ name, text }: ValueProblem, known: Known): ValueProblem {
  const description = known.get(name ?? "")?.description ?? null;
  const isMissing = text === `${name} is missing` && description !== null;
  return { name, text: isMissing ? `${text}: ${printable(description)}` : text };
}

function jsonOf(values: ReadonlyMap<string, string>, known: Known): string {
  const all = new Map<string, string>();
  for (const [name, { default: value }] of known) {
    const json = values.get(name) ?? value;
    if (json !== null) all.set(name, json);
  }
  for (const [name, json] of values) if (!known.has(name)) all.set(name, json);
  return `{${[...all].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}
