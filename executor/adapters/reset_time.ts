/** Reads from a sentence of a service when its limit resets. Each form was told by an agent or its service. */

const UNITS_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `Claude AI usage limit reached|1771606800`: seconds since the epoch, or milliseconds. */
const EPOCH = /\|(\d{10})(\d{3})?\b/;
const NUMBER_AND_UNIT =
  /(\d+(?:\.\d+)?)\s*(ms|d(?:ays?)?|h(?:(?:ou)?rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])/gi;
const SPAN = new RegExp(
  `(?:reset|again|retry|retrying|available|next try|wait)\\w*\\s+(?:in|after)\\s+` +
    `((?:${NUMBER_AND_UNIT.source}[\\s,]*(?:and\\s+)?)+)`,
  "i",
);
/** `resets at 2026-02-20T17:00:00Z` */
const ISO = /(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))/;
/** `try again at 12:55 PM`, `at Nov 26th, 2026 12:55 PM`, `resets Nov 28, 3pm (Europe/Berlin)`. */
const CLOCK =
  /(?:reset|again|available|until)\w*\s+(?:at\s+|on\s+)?(?:([A-Z][a-z]{2})[a-z]*\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:(\d{4}),?\s+)?(?:at\s+)?)?(\d{1,2})(?::(\d\d))?\s*([ap])\.?m\b\.?(?:\s*\(([A-Za-z_+\-/0-9]+)\))?/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * When the limit resets that `text` speaks of, in milliseconds since the epoch, or null where it does not
 * say. Of a time without seconds the end of its minute, because a service may have cut them off.
 */
export function resetTime(text: string, now: number): number | null {
  const [, seconds, thousandths = "000"] = EPOCH.exec(text) ?? [];
  if (seconds !== undefined) return Number(seconds + thousandths);
  const span = SPAN.exec(text)?.[1];
  if (span !== undefined) return Math.ceil(now + spanMs(span));
  const iso = ISO.exec(text)?.[1];
  if (iso !== undefined) return Number.isNaN(Date.parse(iso)) ? null : Date.parse(iso);
  return clockTimeIn(text, now);
}

function spanMs(span: string): number {
  let ms = 0;
  for (const [, amount, unit = ""] of span.matchAll(NUMBER_AND_UNIT)) {
    const name = unit.toLowerCase() === "ms" ? "ms" : unit.charAt(0).toLowerCase();
    ms += Number(amount) * (UNITS_MS[name] ?? 0);
  }
  return ms;
}

function clockTimeIn(text: string, now: number): number | null {
  const found = CLOCK.exec(text);
  if (found === null) return null;
  const [, monthName, day, year, hour, minute = "0", half = "a", zone] = found;
  const hours = Number(hour) % 12 + (half.toLowerCase() === "p" ? 12 : 0);
  const today = wallTime(now, zone);
  if (today === null) return null;
  const month = monthName === undefined ? -1 : MONTHS.indexOf(monthName.toLowerCase());
  if (monthName !== undefined && month < 0) return null;
  const date = monthName === undefined
    ? [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()] as const
    : [Number(year ?? today.getUTCFullYear()), month, Number(day)] as const;
  const wall = Date.UTC(...date, hours, Number(minute)) + MINUTE_MS;
  // How far the wall of that zone is from UTC now; a change of summer time until then is an hour at most.
  const at = wall - (today.getTime() - now);
  // A time of day that has passed is tomorrow's, and a date without a year that has passed is next year's.
  if (at > now || year !== undefined) return at;
  return monthName === undefined
    ? at + DAY_MS
    : at + Date.UTC(date[0] + 1, month, Number(day)) - Date.UTC(...date);
}

/** A date whose UTC fields are what the clocks of a zone show at a moment; null for an unknown zone. */
function wallTime(ms: number, zone: string | undefined): Date | null {
  if (zone === undefined) return new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS);
  try {
    const parts = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      ...{ year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "numeric", minute: "numeric", second: "numeric" },
    }).formatToParts(ms);
    const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    const wall = Date.UTC(
      ...[of("year"), of("month") - 1, of("day")] as const,
      ...[of("hour"), of("minute"), of("second")] as const,
    );
    return new Date(wall + ms % 1000);
  } catch (error) {
    // The agent named a zone that this system does not know.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
