import { parseDuration } from "../../../event/duration.ts";
import { quote } from "../source/diagnostic.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";

/** Milliseconds, or null with an error reported: of what is shorter than `min`, too. */
export function durationOf(text: string, path: Path, report: Report, min = 0): number | null {
  const ms = parseDuration(text, "ms");
  if (ms === null || ms < min) {
    report.error(
      "bad_duration",
      path,
      `"${String(path.at(-1))}" is no duration: ${quote(text)}`,
      "write it like 90s, 15m or 1h30m",
    );
  }
  return ms;
}

/** Milliseconds of a number of minutes; null where none is given. */
export function inMilliseconds(minutes: number | undefined): number | null {
  return minutes === undefined ? null : Math.round(minutes * 60_000);
}
