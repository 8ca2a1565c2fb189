/** Several runs' entries in the order of time. */
import type { RunEvent } from "../../event/event.ts";

/** What is merged: an event, and whatever comes with it. */
interface Entry {
  readonly event: RunEvent;
}

export interface MergeSource<E extends Entry> {
  /** Epoch milliseconds; no entry of it is expected to be older. */
  readonly startedAt: number;
  /** Called when the merge has come to `startedAt`, and not before: runs may be many. */
  open(): Iterable<E>;
}

interface Front<E> {
  entry: E;
  readonly rest: Iterator<E>;
}

/**
 * Yields all entries by time; each run's own stay in the order of its trace, also where its clock
 * jumped. Of equal times the run comes first that stands first in `sources`. Holds open only the runs
 * that overlap.
 */
export function* mergeByTime<E extends Entry>(
  sources: readonly MergeSource<E>[],
): Generator<E> {
  const waiting = [...sources].sort((a, b) => a.startedAt - b.startedAt);
  const fronts: Front<E>[] = [];
  let next = 0;
  try {
    while (fronts.length > 0 || next < waiting.length) {
      const oldest = oldestOf(fronts);
      const source = waiting[next];
      if (
        source !== undefined &&
        (oldest === undefined || source.startedAt <= Date.parse(oldest.entry.event.timestamp))
      ) {
        next++;
        const rest = source.open()[Symbol.iterator]();
        const first = rest.next();
        if (first.done !== true) fronts.push({ entry: first.value, rest });
        continue;
      }
      if (oldest === undefined) return;
      yield oldest.entry;
      const following = oldest.rest.next();
      if (following.done === true) fronts.splice(fronts.indexOf(oldest), 1);
      else oldest.entry = following.value;
    }
  } finally {
    for (const { rest } of fronts) rest.return?.();
  }
}

/** Times are all of one form, so they compare as text. */
function oldestOf<E extends Entry>(fronts: readonly Front<E>[]): Front<E> | undefined {
  let oldest: Front<E> | undefined;
  for (const front of fronts) {
    if (oldest === undefined || timeOf(front) < timeOf(oldest)) oldest = front;
  }
  return oldest;
}

function timeOf({ entry }: Front<Entry>): string {
  return entry.event.timestamp;
}
