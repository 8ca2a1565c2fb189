/**
 * `{{ … }}` in prompts, names and paths. Scripts are different, see `script.ts`.
 *
 * | expression | value |
 * | --- | --- |
 * | `input` | the run's input; `input_file` the absolute path of a file that holds it |
 * | `input.<name>[.a.b]` | a named input, or a field of it; empty when it was not given |
 * | `pipeline_id`, `run.id` | the run's id; `pipeline_name` its pipeline's name |
 * | `step_id`, `timestamp` | of the step that is expanded: its id, the time it started |
 * | `item`, `item.a.b`, `item_index` | the item of `iterate` or a matrix |
 * | `iteration` | of a loop, from 0 |
 * | `steps.<step>.artifacts.<name>[.a.b]` | an artifact's text, or a field of it as JSON |
 * | `<step>.out.<name>[.a.b]` | the same |
 * | `<step>.output[.a.b]` | the step's first artifact; of a step with items, the list of all |
 * | `artifacts.<name>` | the path of an injected artifact in the workspace |
 * | `gate.<step>.choice`, `.text`, `.timestamp` | how a gate was answered |
 * | `env.<name>` | what the pipeline above handed down; empty in a run that was started by itself |
 * | `project.<name>`, `forge.<name>` | from the manifest; empty when it does not say |
 *
 * Whatever else stands between the braces is a mistake: there are no operators, filters or functions. A
 * backslash in front, `\{{ x }}`, keeps the braces.
 */
import { isWrittenNumber, parseWritten } from "./written_json.ts";
import { UsageError } from "../../../event/errors.ts";

/** What an expression names. `field` is the path within a JSON value; empty for all of it. */
export type Reference =
  | { readonly kind: "input" | "input_file" | "pipeline_name" | "run_id" | "step_id" | "timestamp" }
  | { readonly kind: "iteration" | "item_index" }
  /** `path` begins with the input's name. */
  | { readonly kind: "input_value"; readonly path: readonly string[] }
  | { readonly kind: "item"; readonly field: readonly string[] }
  /** `path` begins with the artifact's name, whose own dots it may be split at: `splitArtifact`. */
  | { readonly kind: "artifact"; readonly step: string; readonly path: readonly string[] }
  | { readonly kind: "output"; readonly step: string; readonly field: readonly string[] }
  | { readonly kind: "artifact_path"; readonly name: string }
  | {
    readonly kind: "gate";
    readonly step: string;
    readonly field: "choice" | "text" | "timestamp";
  }
  | { readonly kind: "env" | "project" | "forge"; readonly name: string };

/**
 * The value of a reference. `undefined` says that there is none, and makes the expansion fail; what is
 * no string is printed as JSON.
 */
export type Lookup = (reference: Reference) => unknown;

/** An expression in a text: `text.slice(start, end)` is all of it with its braces. */
export interface Expression {
  readonly start: number;
  readonly end: number;
  /** What stands between the braces, trimmed. */
  readonly path: string;
  /** Null when wave knows no such name. */
  readonly reference: Reference | null;
}

const PATH = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * All expressions of a text, in order. `${{ … }}` is somebody else's, and so are `\{{ … }}`, empty
 * braces, and braces over several lines that hold braces themselves. Takes linear time.
 */
export function expressionsIn(text: string): Expression[] {
  const found: Expression[] = [];
  for (let from = text.indexOf("{{"); from >= 0;) {
    const close = text.indexOf("}}", from + 2);
    if (close < 0) break;
    // The innermost pair: `{"a": {{ input }}}` is JSON around a value.
    const start = text.lastIndexOf("{{", close - 2);
    const end = close + 2;
    const content = text.slice(start + 2, close);
    const path = content.trim();
    const before = start === 0 ? "" : text[start - 1];
    const isCode = content.includes("\n") && /[{}]/.test(content);
    if (before !== "\\" && before !== "$" && path !== "" && !isCode) {
      found.push({ start, end, path, reference: PATH.test(path) ? referenceOf(path) : null });
    }
    from = text.indexOf("{{", end);
  }
  return found;
}

/** True for what could be the name of a value, though there be none. */
export function isValueName(path: string): boolean {
  return PATH.test(path);
}

const SIMPLE: Readonly<Record<string, Reference>> = {
  input: { kind: "input" },
  input_file: { kind: "input_file" },
  pipeline_id: { kind: "run_id" },
  pipeline_name: { kind: "pipeline_name" },
  "run.id": { kind: "run_id" },
  run_id: { kind: "run_id" },
  step_id: { kind: "step_id" },
  timestamp: { kind: "timestamp" },
  iteration: { kind: "iteration" },
  item: { kind: "item", field: [] },
  item_index: { kind: "item_index" },
};

/** Names that a path may begin with, for "did you mean". */
export const ROOTS: readonly string[] = [
  ...Object.keys(SIMPLE),
  ...["steps", "artifacts", "gate", "env", "project", "forge"],
];

function referenceOf(path: string): Reference | null {
  const simple = Object.hasOwn(SIMPLE, path) ? SIMPLE[path] : undefined;
  if (simple !== undefined) return simple;
  const parts = path.split(".");
  if (parts.some((part) => part === "")) return null;
  const [root, ...rest] = parts;
  if (rest.length === 0) return null;
  switch (root) {
    case "input":
      return { kind: "input_value", path: rest };
    case "item":
      return { kind: "item", field: rest };
    case "env":
    case "project":
    case "forge":
      return { kind: root, name: rest.join(".") };
    case "artifacts":
      return { kind: "artifact_path", name: rest.join(".") };
    case "gate":
      return gateOf(rest);
    case "steps":
      return stepsOf(rest);
  }
  // A step's id may hold dots: it ends where the first `output` or `out` stands.
  const at = parts.findIndex((part, index) => index > 0 && (part === "output" || part === "out"));
  if (at < 0) return null;
  const step = parts.slice(0, at).join(".");
  const tail = parts.slice(at + 1);
  if (parts[at] === "output") return { kind: "output", step, field: tail };
  return tail.length === 0 ? null : { kind: "artifact", step, path: tail };
}

function gateOf(rest: readonly string[]): Reference | null {
  const field = rest.at(-1);
  const step = rest.slice(0, -1).join(".");
  if (step === "" || (field !== "choice" && field !== "text" && field !== "timestamp")) return null;
  return { kind: "gate", step, field };
}

function stepsOf(rest: readonly string[]): Reference | null {
  const at = rest.indexOf("artifacts", 1);
  if (at < 0 || at === rest.length - 1) return null;
  return { kind: "artifact", step: rest.slice(0, at).join("."), path: rest.slice(at + 1) };
}

/** Splits the path of an `artifact` reference at the longest declared name; null when none fits. */
export function splitArtifact(
  path: readonly string[],
  names: Iterable<string>,
): { name: string; field: readonly string[] } | null {
  const known = new Set(names);
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join(".");
    if (known.has(name)) return { name, field: path.slice(length) };
  }
  return null;
}

/** The value at `field` within a JSON value, or undefined. Own properties and array indices only. */
export function fieldOf(value: unknown, field: readonly string[]): unknown {
  let here = value;
  for (const name of field) {
    if (typeof here !== "object" || here === null || isWrittenNumber(here)) return undefined;
    if (!Object.hasOwn(here, name)) return undefined;
    here = Reflect.get(here, name);
  }
  return here;
}

/** How a value reads in a text: a string as it is, anything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

/**
 * The text with every expression replaced by its value. Values are not expanded again.
 *
 * @throws {UsageError} `unknown_variable` when there is no such value.
 */
export function expand(text: string, lookup: Lookup): string {
  let result = "";
  let from = 0;
  for (const expression of expressionsIn(text)) {
    result += unescape(text.slice(from, expression.start)) + valueOf(expression, lookup);
    from = expression.end;
  }
  return result + unescape(text.slice(from));
}

/**
 * The text of one expression's value.
 *
 * @throws {UsageError} `unknown_variable` when there is no such value.
 */
export function valueOf(expression: Expression, lookup: Lookup): string {
  const value = expression.reference === null ? undefined : lookup(expression.reference);
  if (value === undefined) {
    throw new UsageError("unknown_variable", `There is no value for {{ ${expression.path} }}`, {
      hint: "wave validate names the variables of each pipeline that do not exist",
    });
  }
  return textOf(value);
}

/**
 * The JSON with every text in it expanded. What a value holds stays within its text.
 *
 * @throws {UsageError} `unknown_variable` when there is no such value.
 */
export function expandJson(json: string, lookup: Lookup): string {
  return JSON.stringify(expandIn(parseWritten(json), lookup));
}

function expandIn(value: unknown, lookup: Lookup): unknown {
  if (typeof value === "string") return expand(value, lookup);
  if (Array.isArray(value)) return value.map((item) => expandIn(item, lookup));
  if (typeof value !== "object" || value === null || isWrittenNumber(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expandIn(item, lookup)]),
  );
}

/** Takes the backslash off `\{{ … }}`. */
export function unescape(text: string): string {
  return text.includes("\\{{") ? text.replaceAll("\\{{", "{{") : text;
}
