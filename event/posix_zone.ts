/** Time zones as POSIX writes them in `TZ`, of which the runtime knows only the simplest. */

/** How far a zone is ahead of UTC at a moment (milliseconds since the epoch), in milliseconds. */
export type Offset = (ms: number) => number;

const NAME = "(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)";
const TIME = "[+-]?\\d{1,3}(?::\\d{2}){0,2}";
const DAY = "J\\d{1,3}|\\d{1,3}|M(?:0?[1-9]|1[0-2])\\.[1-5]\\.[0-6]";
const CHANGE = `(${DAY})(?:/(${TIME}))?`;

/** What the C library takes when a zone has summer time and does not say when: that of the USA. */
const USUAL_CHANGES = ",M3.2.0,M11.1.0";
const HOUR_MS = 3_600_000;

/** Milliseconds of `-3:30` or `02:00:00`. */
function timeOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return text.startsWith("-") ? 0 - ms : ms;
}

/** Midnight of the day that `M3.5.0`, `J60` or `59` names in a year, as if it were in UTC. */
function midnightOf(day: string, year: number): number {
  if (day.startsWith("J")) {
    // Counts from 1, and 29 February is never counted: 2001 has none.
    const counted = new Date(Date.UTC(2001, 0, Number(day.slice(1))));
    return Date.UTC(year, counted.getUTCMonth(), counted.getUTCDate());
  }
  if (!day.startsWith("M")) return Date.UTC(year, 0, 1 + Number(day));
  const [month = 1, week = 1, weekday = 0] = day.slice(1).split(".").map(Number);
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const date = 1 + (weekday - first + 7) % 7 + (week - 1) * 7;
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  // The fifth one is the last one.
  return Date.UTC(year, month - 1, date > length ? date - 7 : date);
}

/**
 * Reads a zone such as `EST5EDT`, `<-03>3` or `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX, Base
 * Definitions, 8.3). A zone with summer time that does not say when it begins has that of the USA.
 *
 * @returns null when `text` is not of this form.
 */
export function parsePosixZone(text: string): Offset | null {
  const zone = new RegExp(`^${NAME}(${TIME})(?:(${NAME})(${TIME})?(,.*)?)?$`);
  const [, west, summerName, summerWest, changes] = zone.exec(text) ?? [];
  if (west === undefined) return null;
  // POSIX counts to the west.
  const standard = 0 - timeOf(west);
  if (summerName === undefined) return () => standard;
  const summer = summerWest === undefined ? standard + HOUR_MS : 0 - timeOf(summerWest);
  const [, begin, beginsAt = "2", end, endsAt = "2"] =
    new RegExp(`^,${CHANGE},${CHANGE}$`).exec(changes ?? USUAL_CHANGES) ?? [];
  if (begin === undefined || end === undefined) return null;
  return (ms) => {
    const year = new Date(ms + standard).getUTCFullYear();
    const from = midnightOf(begin, year) + timeOf(beginsAt) - standard;
    const until = midnightOf(end, year) + timeOf(endsAt) - summer;
    const isSummer = from < until ? from <= ms && ms < until : ms < until || from <= ms;
    return isSummer ? summer : standard;
  };
}
