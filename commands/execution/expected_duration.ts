/** How long a run may take, by those of its pipeline that completed (contract, section 10). */
import { openReader } from "../../state/open_reader.ts";
import type { Context } from "../cli/command.ts";
import type { Expected } from "../live/live_lines.ts";
import { findProject } from "../runs/find_project.ts";

/** Fewer say nothing. */
const LEAST_RUNS = 3;
/** Older ones did something else, as likely as not. */
const MOST_RUNS = 20;

/** Null of fewer than three durations (milliseconds). */
export function expectedOf(durations: readonly number[]): Expected | null {
  if (durations.length < LEAST_RUNS) return null;
  const sorted = durations.toSorted((a, b) => a - b);
  const [least = 0] = sorted;
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? least;
  return { least, median, most: sorted.at(-1) ?? median };
}

/** Of a run with the mock, those with the mock. */
export function expectedDuration(
  context: Context,
  pipeline: string,
  mock: boolean,
): Expected | null {
  using reader = openReader(findProject(context), { now: () => context.now() });
  const query = { pipeline, statuses: ["completed"], limit: MOST_RUNS } as const;
  const runs = reader.runs(query).runs.filter(({ record }) => record.mock === mock);
  return expectedOf(runs.map(({ elapsedMs }) => elapsedMs));
}
