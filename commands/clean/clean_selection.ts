/** Which runs `wave clean` removes: pure, so that it can be compared with a plain reference. */
import type { RunSummary } from "../../state/records/records.ts";

export interface CleanFilter {
  /** Only runs that ended at least this many milliseconds ago. */
  readonly olderThan?: number | undefined;
  /** Keep so many of the newest finished runs of each pipeline. */
  readonly keepLast?: number | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}

/** True when nothing of the run can still be at work, so that removing it is safe. */
export function isRemovable(run: Pick<RunSummary, "liveness">): boolean {
  return run.liveness === "finished" || run.liveness === "interrupted";
}

/**
 * The runs to remove, newest first. `--keep-last` ranks the finished runs of each pipeline before any
 * other filter; age counts from a run's end; `offset` and `limit` cut what is left.
 *
 * @param all newest first: every run there is where `--keep-last` ranks them.
 * @param matching ids of those that the selectors match.
 * @param now epoch milliseconds.
 */
export function selectForClean(
  all: readonly RunSummary[],
  matching: ReadonlySet<string>,
  filter: CleanFilter,
  now: number,
): RunSummary[] {
  const { olderThan, keepLast = 0, offset = 0, limit } = filter;
  const ranks = new Map<string, number>();
  const selected = all.filter((run) => {
    if (!isRemovable(run)) return false;
    const { id, pipeline } = run.record;
    const rank = ranks.get(pipeline) ?? 0;
    ranks.set(pipeline, rank + 1);
    if (rank < keepLast || !matching.has(id)) return false;
    const endedAt = run.completedAt ?? run.record.lastEventAt;
    return olderThan === undefined || now - endedAt >= olderThan;
  });
  return selected.slice(offset, limit === undefined ? undefined : offset + limit);
}
