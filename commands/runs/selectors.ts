/** The selectors that mean the same on every command which takes runs (contract, section 2). */
import type { RunStatus } from "../../event/event.ts";
import { UsageError } from "../../event/errors.ts";
import type { RunQuery } from "../../state/records/run_reader.ts";
import type { Argument, Options, Values } from "../cli/command.ts";

const STATUSES = [
  "pending",
  "running",
  "completed",
  "failed",
  "cancelled",
] as const satisfies readonly RunStatus[];

export const SELECTOR_ARGUMENT = {
  name: "run-id",
  summary: "A run's id, a unique prefix of it, or @latest",
  variadic: true,
  complete: "run",
} as const satisfies Argument;

export const SELECTORS = {
  status: {
    kind: "choices",
    choices: STATUSES,
    synonyms: {
      ...{ queued: "pending", waiting: "running", active: "running", stalled: "running" },
      ...{ done: "completed", finished: "completed", ok: "completed", success: "completed" },
      ...{ succeeded: "completed", error: "failed", interrupted: "failed", aborted: "cancelled" },
    },
    summary: "Only runs with one of these statuses",
    placeholder: "list",
  },
  pipeline: {
    kind: "text",
    summary: "Only runs of pipelines whose name matches the glob",
    placeholder: "glob",
    complete: "pipeline",
  },
  since: { kind: "time", summary: "Only runs that started at or after this time" },
  until: { kind: "time", summary: "Only runs that started at or before this time" },
  limit: { kind: "integer", min: 1, summary: "Maximum number of runs, newest first" },
  offset: { kind: "integer", summary: "Number of newest runs to skip" },
} as const satisfies Options;

/** Throws where a glob cannot be one: a bracket that is never closed matches nothing by accident. */
function checkGlob(glob: string): string {
  if (glob === "" || /\[[^\]]*$/.test(glob)) {
    throw new UsageError("bad_value", `Cannot use "${glob}" as --pipeline: expected a glob`, {
      hint: "for example --pipeline 'review*'",
    });
  }
  return glob;
}

/**
 * The query that selectors make. Absent selectors do not filter; what matches nothing selects nothing.
 *
 * @param ids Run ids, resolved already; none means that none were given.
 * @throws {UsageError} `bad_value` for a glob that cannot be one.
 */
export function toQuery(
  ids: readonly string[],
  options: Partial<Values<typeof SELECTORS>>,
): RunQuery {
  const { status, pipeline, since, until, limit, offset } = options;
  return {
    ...(ids.length > 0 ? { ids } : {}),
    ...(status === undefined ? {} : { statuses: status }),
    ...(pipeline === undefined ? {} : { pipeline: checkGlob(pipeline) }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** True when any selector was given, ids aside. */
export function hasSelector(options: Partial<Values<typeof SELECTORS>>): boolean {
  return Object.keys(SELECTORS).some((name) =>
    options[name as keyof typeof SELECTORS] !== undefined
  );
}
