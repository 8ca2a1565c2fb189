/** Holds data from a file to a Zod schema, and turns what is wrong into diagnostics. */
import * as z from "zod/mini";
import { didYouMean, quote } from "./diagnostic.ts";
import type { Report } from "./file_diagnostics.ts";
import { describe, type Path, type Source, valueAt } from "./yaml_source.ts";

// Each schema checks a few small maps: compiling code for it takes longer than that.
z.config({ jitless: true });

/**
 * The data as its schema describes it. An unknown key is left out: with an error where it is nearly a
 * known one, else with a warning. What does not fit is an error and left out too; null when the rest is
 * then none either.
 *
 * @param foreign for keys of other tools, at the top of the data: what says the same here.
 */
export function fit<S extends z.ZodMiniType>(
  schema: S,
  data: unknown,
  path: Path,
  report: Report,
  foreign: Readonly<Record<string, string>> = {},
): z.output<S> | null {
  let given = withoutEmpty(data);
  let first = schema.safeParse(given);
  if (first.success) return first.data;
  const texts = new Map(
    first.error.issues.flatMap((issue) => textWanted(issue, given, path, report.source)),
  );
  if (texts.size > 0) {
    given = withTexts(given, [], texts);
    first = schema.safeParse(given);
    if (first.success) return first.data;
  }
  const wrong = first.error.issues.filter((issue) => issue.code !== "unrecognized_keys");
  for (const issue of wrong) tell(issue, given, path, report);
  let rest = given;
  for (const issue of first.error.issues) {
    if (issue.code !== "unrecognized_keys") continue;
    for (const key of issue.keys) {
      tellUnknown(key, [...path, ...pathOf(issue), key], report, {
        known: keysAt(schema, pathOf(issue)),
        hint: issue.path.length === 0 && Object.hasOwn(foreign, key) ? foreign[key] : undefined,
      });
    }
    rest = without(rest, pathOf(issue), new Set(issue.keys));
  }
  // What does not fit is left out, so that the rest can still be looked at.
  for (const issue of wrong) {
    const issuePath = pathOf(issue);
    const last = issuePath.findLastIndex((part) => typeof part === "string");
    if (last < 0) return null;
    rest = without(rest, issuePath.slice(0, last), new Set([String(issuePath[last])]));
  }
  const second = schema.safeParse(rest);
  return second.success ? second.data : null;
}

/**
 * Where a text is wanted, a number or a boolean is the text that the file has: `1.10`, `0755`, `true`.
 *
 * @returns the path as JSON and the text, or nothing.
 */
function textWanted(
  issue: z.core.$ZodIssue,
  data: unknown,
  prefix: Path,
  source: Source,
): [string, string][] {
  if (!wantsText(issue)) return [];
  const path = pathOf(issue);
  const value = valueAt(data, path);
  if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "bigint") {
    return [];
  }
  const written = source.written([...prefix, ...path]);
  return [[JSON.stringify(path), typeof written === "string" ? written : String(value)]];
}

/** Also where a text is one of several things that may stand there. */
function wantsText(issue: z.core.$ZodIssue): boolean {
  if (issue.code === "invalid_type") return issue.expected === "string";
  return issue.code === "invalid_union" &&
    issue.errors.some(([first]) =>
      first?.code === "invalid_type" && first.expected === "string" && first.path.length === 0
    );
}

/** A copy of the data with texts at some paths. */
function withTexts(data: unknown, path: Path, texts: ReadonlyMap<string, string>): unknown {
  if (typeof data !== "object" || data === null) {
    return texts.get(JSON.stringify(path)) ?? data;
  }
  if (Array.isArray(data)) {
    return data.map((item, index) => withTexts(item, [...path, index], texts));
  }
  return Object.fromEntries(
    Object.entries(data).map(([key, item]) => [key, withTexts(item, [...path, key], texts)]),
  );
}

/** Maps of which each key counts: a limit that nobody holds is worse than none. */
const CLOSED: ReadonlySet<unknown> = new Set(["budget"]);

/** A key of another tool is none of ours misspelt, however near it comes (`if`, `id`). */
function tellUnknown(
  key: string,
  path: Path,
  report: Report,
  { known, hint }: { readonly known: readonly string[]; readonly hint: string | undefined },
): void {
  const near = hint === undefined ? didYouMean(key, known) : null;
  if (near !== null || CLOSED.has(path.at(-2))) {
    const help = near ?? `there are ${listed(known).replace(/ or /, " and ")}`;
    report.atKey("error", "unknown_key", path, `there is no key ${quote(key)} here`, help);
    return;
  }
  const message = `wave knows no key ${quote(key)} here, and takes no notice of it`;
  report.atKey("warning", "unknown_key", path, message, hint ?? null);
}

/** A key without a value is as good as none. */
function withoutEmpty(data: unknown): unknown {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map(withoutEmpty);
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => value !== null)
      .map(([key, value]) => [key, withoutEmpty(value)]),
  );
}

function pathOf(issue: z.core.$ZodIssue): (string | number)[] {
  return issue.path.map((part) => typeof part === "symbol" ? String(part) : part);
}

/** A copy of the data without some keys of the map at `path`. */
function without(data: unknown, path: Path, keys: ReadonlySet<string>): unknown {
  if (typeof data !== "object" || data === null) return data;
  const [first, ...rest] = path;
  if (Array.isArray(data)) {
    return data.map((item, index) => index === first ? without(item, rest, keys) : item);
  }
  const entries = Object.entries(data);
  if (first === undefined) {
    return Object.fromEntries(entries.filter(([key]) => !keys.has(key)));
  }
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === first ? without(value, rest, keys) : value]),
  );
}

/** The keys that a schema has for the map at `path`. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  let here: unknown = schema;
  for (const part of [...path, null]) {
    while (here instanceof z.ZodMiniOptional) here = here.def.innerType;
    if (part === null) break;
    if (here instanceof z.ZodMiniObject) here = Reflect.get(here.shape, part);
    else if (here instanceof z.ZodMiniArray) here = here.def.element;
    else if (here instanceof z.ZodMiniRecord) here = here.def.valueType;
    else return [];
  }
  return here instanceof z.ZodMiniObject ? Object.keys(here.shape) : [];
}

function tell(issue: z.core.$ZodIssue, data: unknown, prefix: Path, report: Report): void {
  const path = pathOf(issue);
  const value = valueAt(data, path);
  const name = [...path].reverse().find((part) => typeof part === "string");
  const what = name === undefined ? "this" : quote(String(name));
  const at = [...prefix, ...path];
  if (value === undefined && issue.code !== "custom") {
    report.error("missing_key", at, `${what} is missing`);
    return;
  }
  switch (issue.code) {
    case "invalid_type":
      report.error(
        "wrong_type",
        at,
        `${what} must be ${TYPES[issue.expected] ?? issue.expected}, not ${describe(value)}`,
      );
      break;
    case "invalid_value":
      report.error(
        "wrong_value",
        at,
        `${what} must be ${listed(issue.values.map(String))}, not ${describe(value)}`,
        typeof value === "string" ? didYouMean(value, issue.values.map(String)) : null,
      );
      break;
    case "invalid_union":
      report.error("wrong_type", at, `${what} must be ${issue.message}, not ${describe(value)}`);
      break;
    case "too_small": {
      const many = issue.origin === "array" ? "have at least" : "be at least";
      const least = issue.inclusive === false ? "be more than" : many;
      report.error("wrong_value", at, `${what} must ${least} ${issue.minimum}`);
      break;
    }
    case "too_big":
      report.error("wrong_value", at, `${what} must be at most ${issue.maximum}`);
      break;
    default:
      report.error("wrong_value", at, `${what}: ${issue.message}`);
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
