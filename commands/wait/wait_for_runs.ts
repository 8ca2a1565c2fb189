/** `wave wait` (contract, section 4). */
import { ExitCode, NotFoundError } from "../../event/errors.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { wait } from "../wait.ts";
import { paintStatus } from "../output/color.ts";
import { printWarning } from "../output/print.ts";
import { RunErrors } from "../output/run_errors.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import { exitCodeOfRun, worstExitCode } from "../cli/exit_codes.ts";
import { runEnded } from "../runs/wait_for_end.ts";
import { runJson } from "../output/run_json.ts";
import { safeLine } from "../output/safe_text.ts";
import { isActive, selectRuns } from "../runs/select_runs.ts";
import { leftOutNote } from "../output/run_page.ts";

/**
 * The runs as they are now, in the order of `ids`, and an error for each that was removed meanwhile.
 *
 * @throws {NotFoundError} `run_not_found` when the only one was removed.
 */
export function runsNow(
  runs: Pick<Runs, "reopen">,
  ids: readonly string[],
): { now: ObservedRun[]; errors: RunErrors } {
  using reopened = runs.reopen();
  const errors = new RunErrors();
  const now = ids.flatMap((id) => {
    const run = reopened.reader.run(id);
    if (run !== null) return run;
    errors.add(id, new NotFoundError("run_not_found", `Cannot wait for "${id}": it was removed`));
    return [];
  });
  errors.throwIfAlone(now);
  return { now, errors };
}

/** Answers a call of `wave wait`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof wait>,
): Promise<Outcome> {
  using runs = openRuns(context);
  const chosen = selectRuns(runs, args, options, "wave wait @latest");
  const { source } = runs.reader.provenance;
  const page = { source, total: chosen.total, truncated: chosen.runs.length < chosen.total };
  if (chosen.runs.length === 0) {
    const json = { ...page, timed_out: false, runs: [] };
    return { json, note: "no run matches: nothing to wait for\n" };
  }
  const ids = chosen.runs.map(({ record }) => record.id);
  const paths = wavePaths(runs.root);
  const active = chosen.runs.filter(isActive);
  const ended = await Promise.all(
    active.map((run) => runEnded(paths, run, context.signal, options.timeout)),
  );
  const { now, errors } = runsNow(runs, ids);
  errors.print(context);
  const late = ended.includes(false) || now.some(isActive);
  const codes = now.filter((run) => !isActive(run)).map(({ status }) => exitCodeOfRun(status));
  for (const { record } of now.filter(({ liveness }) => liveness === "unknown")) {
    printWarning(context, `nothing here tells whether ${record.id} still runs`);
  }
  if (late && !context.signal.aborted) {
    const left = now.filter(isActive).length;
    const verb = left === 1 ? "is" : "are";
    if (!context.quiet) {
      context.stderr.write(`${left} of ${now.length} ${verb} still running\n`);
    }
  }
  return {
    exit: errors.exit ?? (late ? ExitCode.failed : worstExitCode(codes)),
    json: {
      ...page,
      timed_out: late && !context.signal.aborted,
      runs: now.map(runJson),
      ...errors.json,
    },
    note: page.truncated ? leftOutNote(chosen) : "",
    text: () =>
      now.map((run) => {
        const id = safeLine(run.record.id);
        if (context.quiet) return `${id}\n`;
        return `${id} ${paintStatus(context.color, run.status, run.liveness)}\n`;
      }).join(""),
  };
}
