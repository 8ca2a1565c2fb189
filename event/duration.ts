/** Durations as people write them: on the command line, in manifests and in pipelines. */

const UNITS_MS = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
} as const;
const DURATION =
  /^(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?(?:(?<ms>\d+)ms)?$/;

/** A hundred years. Beyond that, dates are no longer meaningful. */
const LONGEST_MS = 100 * 366 * 86_400_000;

/**
 * Milliseconds of a duration such as `90s`, `15m`, `7d` or `1h30m`, or null when `text` is none. Numbers
 * are whole; units fall from left to right, each at most once. `finest` is the smallest unit allowed.
 */
export function parseDuration(text: string, finest: "s" | "ms" = "s"): number | null {
  const parts = DURATION.exec(text)?.groups;
  if (parts === undefined || text === "") return null;
  if (finest === "s" && parts["ms"] !== undefined) return null;
  let ms = 0;
  for (const [unit, length] of Object.entries(UNITS_MS)) ms += Number(parts[unit] ?? 0) * length;
  return ms <= LONGEST_MS ? ms : null;
}
