/** Local days and times of day, by `TZ` as every other program reads it. */
import { type Offset, parsePosixZone } from "./posix_zone.ts";

/** The rule at the end of a zone's file, which holds from its last listed change on. */
function zoneFileRule(path: string): string {
  try {
    return Deno.readTextFileSync(path).trimEnd().split("\n").at(-1) ?? "";
  } catch {
    // The C library, too, takes UTC for a file that it cannot read.
    return "UTC0";
  }
}

/**
 * The zone that a value of `TZ` names: a rule of POSIX or the path of a zone's file. The runtime takes
 * those for UTC, or knows no summer time of them.
 *
 * @returns null for any other value, such as `Europe/Berlin`: the runtime knows those.
 */
export function zoneOf(variable: string): Offset | null {
  const named = variable.startsWith(":") ? variable.slice(1) : variable;
  return parsePosixZone(named.startsWith("/") ? zoneFileRule(named) : named);
}

let zone: Offset | null | undefined;

/** A date whose UTC fields are the local ones at a moment, in milliseconds since the epoch. */
function shifted(ms: number): Date {
  if (zone === undefined) zone = zoneOf(Deno.env.get("TZ") ?? "");
  return new Date(ms + (zone?.(ms) ?? -new Date(ms).getTimezoneOffset() * 60_000));
}

const two = (n: number): string => `${n}`.padStart(2, "0");

/** The local day, `2026-02-02`, at a moment in milliseconds since the epoch. */
export function localDay(ms: number): string {
  const at = shifted(ms);
  const year = `${at.getUTCFullYear()}`.padStart(4, "0");
  return `${year}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
}

/** The local time of day, `14:30:22`, at a moment in milliseconds since the epoch. */
export function clockTime(ms: number): string {
  const at = shifted(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}
