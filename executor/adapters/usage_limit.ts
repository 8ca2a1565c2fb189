/** What an agent or its service says of a usage limit: that one is reached, and when it resets. */
import { resetTime } from "./reset_time.ts";

/** A limit that is reached. */
export interface UsageLimit {
  /** When it resets, milliseconds since the epoch; null where that was not told. */
  readonly until: number | null;
}

/** Of an account, for hours or days. */
const ACCOUNT =
  /usage limit|(?:session|weekly|monthly|daily|hourly|hour|opus|sonnet) limit|hit your limit|exhausted your (?:\w+ )?quota|quota (?:is |has been )?(?:exceeded|exhausted)/i;
/** Of requests a minute, too: a limit to wait for only where a time is told, else something to try again. */
const RATE =
  /limit reached|rate.?limit|current quota|too many requests|RESOURCE_EXHAUSTED|\b429\b/i;

/** The limit of an account that an error speaks of; null also for one of requests a minute. */
export function accountLimitIn(error: string, now: number): UsageLimit | null {
  return ACCOUNT.test(error) ? { until: resetTime(error, now) } : null;
}

/**
 * The limit that an error speaks of, or null for any other error.
 *
 * @param error of an agent or of the service behind it, never an answer.
 * @param now milliseconds since the epoch.
 */
export function usageLimitIn(error: string, now: number): UsageLimit | null {
  const account = accountLimitIn(error, now);
  if (account !== null || !RATE.test(error)) return account;
  const until = resetTime(error, now);
  return until === null ? null : { until };
}
