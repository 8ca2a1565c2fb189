/** Keeps secrets out of everything that is recorded (contract, section 6). */
import { findShapes } from "./find_shapes.ts";
import { type Span, ValueFinder } from "./find_values.ts";
import { formsOf } from "./secret_forms.ts";
import { MIN_SECRET_LENGTH, secretsIn } from "./secret_names.ts";

export const REPLACEMENT = "[redacted]";

/** A key of an object that says what it holds, even where some variable has that word as its value. */
const WORD = /^[A-Za-z_]+$/;

export interface Redactor {
  /** The text with every secret replaced. */
  text(text: string): string;
  /**
   * A JSON value with the secrets in its strings replaced, and in such keys as are no words; the same
   * value where there are none.
   */
  value(json: unknown): unknown;
  /** As `text`, and how many secrets there were. */
  counted(text: string): Redacted;
  /** From now on the secrets in these variables are replaced, too. */
  learn(env: Readonly<Record<string, string>>): void;
  /** The secrets by value; another one when more are learnt. */
  readonly values: ValueFinder;
}

export interface Redacted {
  readonly text: string;
  readonly count: number;
}

/**
 * A redactor for the secrets that stand in these environment variables, for other `secrets`, and for usual
 * token shapes. What is too short to be a secret is none.
 */
export function createRedactor(
  env: Readonly<Record<string, string>>,
  secrets: readonly string[] = [],
): Redactor {
  const forms = new Set<string>();
  let values = new ValueFinder([]);

  function learn(variables: Readonly<Record<string, string>>): void {
    add(secretsIn(variables));
  }

  function add(all: readonly string[]): void {
    const added = all.filter((secret) => !forms.has(secret));
    if (added.length === 0) return;
    for (const form of added.flatMap((secret) => [...formsOf(secret)])) forms.add(form);
    values = new ValueFinder(forms);
  }

  function counted(text: string): Redacted {
    if (text.length < MIN_SECRET_LENGTH) return { text, count: 0 };
    const spans = merged(values.find(text, 0), findShapes(text, 0, { over: true }).spans);
    if (spans.length === 0) return { text, count: 0 };
    let clean = "";
    let done = 0;
    for (const { start, end } of spans) {
      clean += text.slice(done, start) + REPLACEMENT;
      done = end;
    }
    return { text: clean + text.slice(done), count: spans.length };
  }

  function value(json: unknown): unknown {
    return isClean(json) ? json : cleaned(json);
  }

  /** True for what stays as it is, which nearly all does. */
  function isClean(json: unknown): boolean {
    if (typeof json === "string") return counted(json).count === 0;
    if (typeof json !== "object" || json === null) return true;
    if (Array.isArray(json)) return json.every(isClean);
    for (const [key, one] of Object.entries(json)) {
      if (!isClean(one) || !WORD.test(key) && counted(key).count > 0) return false;
    }
    return true;
  }

  function cleaned(json: unknown): unknown {
    if (typeof json === "string") return counted(json).text;
    if (Array.isArray(json)) return json.map(cleaned);
    if (typeof json !== "object" || json === null) return json;
    return Object.fromEntries(
      Object.entries(json).map((
        [key, one],
      ) => [WORD.test(key) ? key : counted(key).text, cleaned(one)]),
    );
  }

  learn(env);
  add(secrets.filter(({ length }) => length >= MIN_SECRET_LENGTH));
  return {
    text: (text) => counted(text).text,
    value,
    counted,
    learn,
    get values() {
      return values;
    },
  };
}

/** All of them in their order; those that overlap or touch as one. */
export function merged(one: readonly Span[], other: readonly Span[]): readonly Span[] {
  if (one.length === 0 && other.length <= 1) return other;
  const all = [...one, ...other].sort((a, b) => a.start - b.start);
  const result: Span[] = [];
  for (const span of all) {
    const last = result.at(-1);
    if (last === undefined || span.start > last.end) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = { start: last.start, end: span.end };
  }
  return result;
}
