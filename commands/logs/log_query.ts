/** Which entries the options of `wave logs` ask for. */
import { UsageError } from "../../event/errors.ts";
import type { Level } from "../../event/event.ts";
import type { LogQuery } from "../../state/records/run_reader.ts";
import type { CallOf } from "../cli/command.ts";
import type { logs } from "../logs.ts";

export type LogsValues = CallOf<typeof logs>["options"];

const DEFAULT_LINES = 100;

/** How many entries `logs` shows: the last `lines` of those that the query selects, but `offset`. */
export interface LinesWindow {
  readonly lines: number | "all";
  readonly offset: number;
}

export function windowOf({ lines, offset, after }: LogsValues): LinesWindow {
  return { lines: lines ?? (after === undefined ? DEFAULT_LINES : "all"), offset: offset ?? 0 };
}

const LEVELS: Readonly<Record<string, Level>> = { all: "debug", info: "info", error: "error" };

/**
 * The filters over a run's entries.
 *
 * @throws {UsageError} `bad_regex`, `contradicting_options`.
 */
export function logQuery(values: LogsValues): LogQuery {
  const { step, persona, since, until, grep, after, errors, raw } = values;
  if (errors && values.level !== undefined && values.level !== "error") {
    throw new UsageError(
      "contradicting_options",
      `Cannot use --errors with --level ${values.level}`,
    );
  }
  const level = errors ? "error" : LEVELS[values.level ?? "all"];
  return {
    ...(step === undefined ? {} : stepQuery(step)),
    ...(persona === undefined ? {} : { persona }),
    ...(level === undefined || level === "debug" ? {} : { level }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(grep === undefined ? {} : { grep: regex(grep) }),
    ...(after === undefined ? {} : { after }),
    ...(raw ? { raw } : {}),
  };
}

/** True when the output of programs is left out, so that a failure has to show its last lines itself. */
export function isNarrowed({ level }: LogQuery): boolean {
  return level !== undefined && level !== "debug";
}

/** `all[3]` is the third item of the step `all`: no name of a step holds a bracket. */
export function stepQuery(text: string): { readonly step: string; readonly item?: number } {
  const [, step, item] = /^(.*)\[([1-9]\d{0,8})\]$/.exec(text) ?? [];
  if (step === undefined || item === undefined) return { step: text };
  return { step, item: Number(item) - 1 };
}

function regex(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  try {
    // Escapes such as `\-` are no error without `u`, and people write them.
    return new RegExp(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError("bad_regex", `Cannot use "${source}" as --grep: ${error.message}`, {
      cause: error,
      hint: "escape special characters with a backslash, for example 'a\\.b'",
    });
  }
}
