/** What `wave logs` is asked for. On the hot path. */
import { UsageError } from "../../event/errors.ts";
import type { Level } from "../../event/event.ts";
import type { LogQuery } from "../../state/records/run_reader.ts";
import type { Options, Values } from "../cli/command.ts";
import { SELECTORS } from "../runs/selectors.ts";

export const LOGS_OPTIONS = {
  lines: {
    kind: "count",
    short: "n",
    summary: "The last so many entries, 100 unless told, or all; with -f, 0 shows only what comes",
  },
  offset: { kind: "integer", summary: "Leave out so many of the newest entries" },
  after: { kind: "integer", summary: "Entries after this seq, oldest first, without a limit" },
  step: { kind: "text", summary: "Only entries of this step", complete: "step" },
  persona: { kind: "text", summary: "Only entries of this persona", complete: "persona" },
  level: {
    kind: "choice",
    choices: ["all", "info", "error"],
    summary: "info: without what agents wrote; error: failures and contract violations",
  },
  errors: { kind: "flag", summary: "The same as --level error" },
  since: { kind: "time", summary: "Only entries from then on" },
  until: { kind: "time", summary: "Only entries up to then" },
  grep: { kind: "text", summary: "Only entries whose message matches", placeholder: "regex" },
  follow: { kind: "flag", short: "f", summary: "Go on until the run ends" },
  next: { kind: "flag", summary: "With --follow: wait for the next run to start" },
  "exit-status": { kind: "flag", summary: "End with the exit code of the run" },
  status: SELECTORS.status,
  pipeline: SELECTORS.pipeline,
  limit: SELECTORS.limit,
} as const satisfies Options;

export type LogsValues = Values<typeof LOGS_OPTIONS>;

const DEFAULT_LINES = 100;

/** How many entries `logs` shows: the last `lines` of those that the query selects, but `offset`. */
export interface LogWindow {
  readonly lines: number | "all";
  readonly offset: number;
}

export function windowOf({ lines, offset, after }: LogsValues): LogWindow {
  return { lines: lines ?? (after === undefined ? DEFAULT_LINES : "all"), offset: offset ?? 0 };
}

const LEVELS: Readonly<Record<string, Level>> = { all: "debug", info: "info", error: "error" };

/**
 * The filters over a run's entries.
 *
 * @throws {UsageError} `bad_regex`, `contradicting_options`.
 */
export function logQuery(values: LogsValues): LogQuery {
  const { step, persona, since, until, grep, after, errors } = values;
  if (errors && values.level !== undefined && values.level !== "error") {
    throw new UsageError(
      "contradicting_options",
      `Cannot use --errors with --level ${values.level}`,
    );
  }
  const level = errors ? "error" : LEVELS[values.level ?? "all"];
  return {
    ...(step === undefined ? {} : { step }),
    ...(persona === undefined ? {} : { persona }),
    ...(level === undefined || level === "debug" ? {} : { level }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(grep === undefined ? {} : { grep: regex(grep) }),
    ...(after === undefined ? {} : { after }),
  };
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
