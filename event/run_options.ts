/** What a run was started with on the command line, beside pipeline and input (contract, section 11). */
import { isObject } from "./json.ts";

/**
 * Each key is the name of the option, with `_` for `-`; durations are milliseconds, as `_ms` says. An absent
 * one was not given. Keys that only a later wave knows are kept, and shown.
 */
export interface RunOptions {
  /** Instead of the models and adapters that the definitions name, for every agent of the run. */
  readonly model?: string;
  readonly adapter?: string;
  /** The steps that were chosen, by id, and those that were left out. */
  readonly steps?: readonly string[];
  readonly exclude?: readonly string[];
  readonly from_step?: string;
  /** The run that it does again. */
  readonly again?: string;
  /** Gates are answered with their default, or with their first choice that goes on. */
  readonly auto_approve?: true;
  /** By gate: the key of the choice. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Relative to the project root where it lies in the project. */
  readonly manifest?: string;
  readonly max_workers?: number;
  readonly timeout_ms?: number;
  /** It fails at a usage limit rather than to wait. */
  readonly no_wait?: true;
}

export const NO_OPTIONS: RunOptions = {};

function isOptionValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each === "string");
  if (isObject(value)) return Object.values(value).every((each) => typeof each === "string");
  return typeof value === "string" || typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
}

const KINDS: Readonly<Record<keyof RunOptions, (value: unknown) => boolean>> = {
  model: (value) => typeof value === "string",
  adapter: (value) => typeof value === "string",
  steps: Array.isArray,
  exclude: Array.isArray,
  from_step: (value) => typeof value === "string",
  again: (value) => typeof value === "string",
  auto_approve: (value) => value === true,
  answers: isObject,
  manifest: (value) => typeof value === "string",
  max_workers: (value) => typeof value === "number",
  timeout_ms: (value) => typeof value === "number",
  no_wait: (value) => value === true,
};

/** True for what can stand as options in a record. */
export function isRunOptions(value: unknown): value is RunOptions {
  return isObject(value) && Object.values(value).every(isOptionValue) &&
    Object.entries(KINDS).every(([key, is]) => value[key] === undefined || is(value[key]));
}

/**
 * The options of a resumed run: those it had, unless they are given anew. Which steps are chosen is one
 * choice; what limits the time of one start does not hold for the next.
 */
export function resumedOptions(before: RunOptions, given: RunOptions): RunOptions {
  const { timeout_ms: _timeout, no_wait: _wait, from_step: _from, ...kept } = before;
  const { steps: _steps, exclude: _exclude, ...rest } = kept;
  const choosesSteps = given.steps !== undefined || given.exclude !== undefined;
  return { ...(choosesSteps ? rest : kept), ...given };
}

/** The options as one types them: `--model opus --steps 'a,b*' --answer ship=approve`. */
export function optionWords(options: RunOptions): string[] {
  return Object.entries(options).flatMap(([key, value]: [string, unknown]) => {
    const named = `--${key.replace(/_ms$/, "").replaceAll("_", "-")}`;
    if (value === true) return [named];
    if (value === undefined || value === false) return [];
    if (Array.isArray(value)) return [`${named} ${quoted(value.join(","))}`];
    if (isObject(value)) {
      return Object.entries(value).map(([of, is]) => `--answer ${quoted(`${of}=${is}`)}`);
    }
    const isTime = typeof value === "number" && key.endsWith("_ms");
    return [`${named} ${isTime ? `${Math.ceil(value / 1000)}s` : quoted(String(value))}`];
  });
}

/** A word for the shell. */
function quoted(word: string): string {
  return /^[\w.,=@/:+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
