/** How a `RunQuery` selects runs. */
import { globMatches } from "../../event/glob.ts";
import type { RunQuery } from "./run_reader.ts";
import type { ObservedRun } from "./records.ts";

/** What the first line of a run's trace tells. */
export interface RunHead {
  readonly id: string;
  readonly pipeline: string;
  readonly startedAt: number;
}

/** A query made ready for many runs; `limit` and `offset` are not looked at. */
interface Matcher {
  /** True when the filters that a run's head can answer let it through: all but the status. */
  head(head: RunHead): boolean;
  /** True when the query selects the run. */
  run(run: ObservedRun): boolean;
}

export function matcher(query: RunQuery): Matcher {
  const ids = query.ids === undefined ? null : new Set(query.ids);
  const { pipeline, since = -Infinity, until = Infinity, statuses } = query;
  const head = (head: RunHead) =>
    (ids === null || ids.has(head.id)) && head.startedAt >= since && head.startedAt <= until &&
    (pipeline === undefined || globMatches(pipeline, head.pipeline));
  return {
    head,
    run: (run) =>
      (query.interrupted !== true || run.liveness === "interrupted") &&
      (statuses === undefined || statuses.includes(run.status)) && head(run.record),
  };
}

/** Newest start first; equal starts by id, greatest first. */
export function newestFirst(a: Omit<RunHead, "pipeline">, b: Omit<RunHead, "pipeline">): number {
  if (a.startedAt !== b.startedAt) return b.startedAt - a.startedAt;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** The window of `limit` and `offset` over what is already in order. */
export function cut<T>(query: RunQuery, ordered: readonly T[]): readonly T[] {
  const offset = query.offset ?? 0;
  return ordered.slice(offset, query.limit === undefined ? undefined : offset + query.limit);
}
