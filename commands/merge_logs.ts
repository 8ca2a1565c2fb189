/** Several runs' entries in the order of time. On the hot path. */
import type { RunEvent } from "../event/event.ts";

export interface MergeSource {
  /** Epoch milliseconds; no entry of it is expected to be older. */
  readonly startedAt: number;
  /** Called when the merge has come to `startedAt`, and not before: runs may be many. */
  open(): Iterable<RunEvent>;
}

interface Front {
  event: RunEvent;
  readonly rest: Iterator<RunEvent>;
}

/**
 * Yields all entries by time; each run's own stay in the order of its trace, also where its clock
 * jumped. Of equal times the run comes first that stands first in `sources`. Holds open only the runs
 * that overlap.
 */
export function* mergeByTime(sources: readonly MergeSource[]): Generator<RunEvent> {
  const waiting = [...sources].sort((a, b) => a.startedAt - b.startedAt);
  const fronts: Front[] = [];
  let next = 0;
  try {
    while (fronts.length > 0 || next < waiting.length) {
      const oldest = oldestOf(fronts);
      const source = waiting[next];
      if (
        source !== undefined &&
        (oldest === undefined || source.startedAt <= Date.parse(oldest.event.timestamp))
      ) {
        next++;
        const rest = source.open()[Symbol.iterator]();
        const first = rest.next();
        if (first.done !== true) fronts.push({ event: first.value, rest });
        continue;
      }
      if (oldest === undefined) return;
      yield oldest.event;
      const following = oldest.rest.next();
      if (following.done === true) fronts.splice(fronts.indexOf(oldest), 1);
      else oldest.event = following.value;
    }
  } finally {
    for (const { rest } of fronts) rest.return?.();
  }
}

/** Times are all of one form, so they compare as text. */
function oldestOf(fronts: readonly Front[]): Front | undefined {
  let oldest: Front | undefined;
  for (const front of fronts) {
    if (oldest === undefined || front.event.timestamp < oldest.event.timestamp) oldest = front;
  }
  return oldest;
}
