/** What a run does about a usage limit that an agent reached. */
import type { AdapterPause, LimitWaiter, Pauses } from "../api.ts";

/** An agent waits by itself until its service takes requests again; others need not ask before. */
export function throttled(adapter: string, until: number): AdapterPause {
  return { adapter, until, reason: `${adapter} rate limit` };
}

/** A service that says so often in a row that its limit resets soon does not tell the truth. */
export const MOST_LIMITS = 20;

/** The last moment that a trace can name; what resets later was misread, or is a bad joke. */
const LATEST = Date.UTC(9999, 11, 31);

/** Why a limit is not waited for, so that another model may take over; null where it is, or is over. */
export function unwaited(
  pauses: Pauses,
  { adapter, until }: { readonly adapter: string; readonly until: number | null },
  waiter: LimitWaiter,
  now: number,
): string | null {
  const reason = `${adapter} usage limit`;
  if (until === null || until > LATEST) return `${reason}; nobody said when it resets`;
  return until <= now ? null : pauses.refusal({ adapter, until, reason }, waiter);
}

/**
 * Pauses the adapter until its limit resets, or ends the run where nobody said when that is. False for a
 * limit that has been reset already: then it is an error like others.
 */
export function pauseFor(
  pauses: Pauses,
  { adapter, until }: { readonly adapter: string; readonly until: number | null },
  waiter: LimitWaiter,
  now: number,
): boolean {
  const reason = `${adapter} usage limit`;
  if (until === null || until > LATEST) pauses.refuse(`${reason}; nobody said when it resets`);
  else if (until <= now) return false;
  else pauses.begin({ adapter, until, reason }, waiter);
  return true;
}
