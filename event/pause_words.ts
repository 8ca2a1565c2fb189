/** How a pause reads: the same words in the log, in `status` and in the reason of a run that did not wait. */
import { clockTime, localDay } from "./local_time.ts";

const MINUTE_MS = 60_000;

/**
 * `14:10`, of the next minute `14:10:30`, of another day than that of `now` `2026-02-03 14:10`; both in
 * milliseconds since the epoch.
 */
export function untilText(until: number, now: number): string {
  const time = clockTime(until);
  const clock = until - now < MINUTE_MS ? time : time.slice(0, 5);
  const day = localDay(until);
  return day === localDay(now) ? clock : `${day} ${clock}`;
}

/** `paused until 14:10: claude usage limit`, with the same of every other pause. */
export function pauseText(
  pauses: readonly { readonly until: number; readonly reason: string }[],
  now: number,
): string {
  const each = pauses.map(({ until, reason }) => `until ${untilText(until, now)}: ${reason}`);
  return `paused ${each.join("; ")}`;
}
