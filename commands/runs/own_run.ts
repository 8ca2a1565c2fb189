/** Whether this process is part of a run: to cancel, clean or resume that is a mistake, unless it is meant. */
import { OperationError } from "../../event/errors.ts";
import { isRunIdShape } from "../../event/identity.ts";
import { runsAround } from "../../state/nested_runs.ts";
import type { ObservedRun, RunSummary } from "../../state/records/records.ts";
import type { RunReader } from "../../state/records/run_reader.ts";
import type { Context } from "../cli/command.ts";
import { safeLine } from "../output/safe_text.ts";

export const ALLOW_SELF = {
  kind: "flag",
  summary: "Also when this command is itself a step of the run, or of a run within it",
} as const;

/**
 * Refuses to act on the run that this process is a step of, and on the runs around that (contract, section 8).
 *
 * @throws {OperationError} `own_run`.
 */
export function refuseOwnRun(
  context: Context,
  reader: Pick<RunReader, "run">,
  run: ObservedRun,
  act: "cancel" | "clean" | "resume",
): void {
  if (!isOwn(context, reader, run)) return;
  const { id } = run.record;
  throw new OperationError("own_run", `Cannot ${act} ${id}: this command is a step of it`, {
    hint: `if that is meant: wave ${act} ${id} --allow-self`,
  });
}

/**
 * The runs without those that this process is a step of, which are named on stderr: of all runs these alone are
 * seldom meant.
 */
export function withoutOwnRuns<Run extends Pick<RunSummary, "record">>(
  context: Context,
  reader: Pick<RunReader, "run">,
  runs: readonly Run[],
): readonly Run[] {
  if (!isWithinRun(context)) return runs;
  return runs.filter(({ record: { id } }) => {
    const run = reader.run(id);
    if (run === null || !isOwn(context, reader, run)) return true;
    if (!context.quiet) {
      context.stderr.write(`spared ${safeLine(id)}: this command is a step of it\n`);
    }
    return false;
  });
}

/** False when no run can be the one that this process is a step of. */
export function isWithinRun(context: Context): boolean {
  return context.env("WAVE_NONCE") !== undefined || context.env("WAVE_RUN_ID") !== undefined;
}

function isOwn(context: Context, reader: Pick<RunReader, "run">, run: ObservedRun): boolean {
  // A wave that a step starts has a run of its own; the marks name all the steps around this process.
  const marks = (context.env("WAVE_NONCE") ?? "").split("/");
  if (run.record.steps.some(({ nonce }) => nonce !== null && marks.includes(nonce))) return true;
  const id = context.env("WAVE_RUN_ID");
  if (id === undefined || !isRunIdShape(id)) return false;
  if (id === run.record.id) return true;
  const own = reader.run(id);
  return own !== null &&
    [...runsAround(reader, own)].some(({ record }) => record.id === run.record.id);
}
