/** The runs that a command acts on, chosen by ids and selectors. */
import { UsageError } from "../../event/errors.ts";
import type { RunPage, RunQuery } from "../../state/records/run_reader.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import type { Values } from "../cli/command.ts";
import type { Runs } from "./open_runs.ts";
import { hasSelector, type SELECTORS, toQuery } from "./selectors.ts";

type SelectorValues = Partial<Values<typeof SELECTORS>>;

/** True when the process of a run may still be at work. */
export function isActive(run: ObservedRun): boolean {
  return run.liveness === "alive" || run.liveness === "stalled" || run.liveness === "unknown";
}

/** The query of ids and selectors, or null when neither was given. */
export function selection(
  runs: Runs,
  args: readonly string[],
  options: SelectorValues,
): RunQuery | null {
  if (args.length === 0 && !hasSelector(options)) return null;
  return toQuery(runs.resolve(args), options);
}

/**
 * The runs that ids and selectors name, newest first.
 *
 * @throws {UsageError} `nothing_selected` when neither was given.
 */
export function selectRuns(
  runs: Runs,
  args: readonly string[],
  options: SelectorValues,
  hint: string,
): RunPage {
  const query = selection(runs, args, options);
  if (query === null) {
    throw new UsageError(
      "nothing_selected",
      "Cannot tell which runs are meant: none were selected",
      { hint },
    );
  }
  return runs.reader.runs(query);
}
