/** Shows a run while this process executes it, and ends as it ended: `run`, `resume` and `do`. */
import type { ExitCode } from "../../event/errors.ts";
import type { RunResult } from "../../executor/api.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { isOnGithub } from "../output/github_annotation.ts";
import { branchesNote } from "./branches_note.ts";
import { endLeftovers } from "./finalize_run.ts";
import { StopSwitch } from "./stop_switch.ts";
import { UncaughtErrors } from "./uncaught_errors.ts";
import type { RunRequest, Session } from "./session.ts";
import type { ShownEvents } from "./show_events.ts";
import { runSummary } from "./run_summary.ts";

/** Executes the run that `recording` has started, under this process's signals and `wave cancel`. */
export async function executeLive(
  context: Context,
  session: Session,
  recording: Recording,
  request: RunRequest,
  shown: ShownEvents,
): Promise<Outcome> {
  const { exit, result } = await executeUnderSignals(context, session, recording, request, shown)
    .catch(async (error) => {
      await shown.end();
      throw error;
    });
  // First: others must see that it is over, however long a reader of its output takes.
  await recording[Symbol.asyncDispose]();
  await shown.end();
  if (context.format === "text" && !context.quiet) {
    context.stderr.write(branchesNote(session.paths, recording.runId));
    context.stderr.write(runSummary(recording.record, recording.artifacts, result));
  }
  if (isOnGithub(context)) {
    const { tellGithub } = await import("./github_job.ts");
    tellGithub(context, session.root, recording.runId, request.pipeline);
  }
  return { exit };
}

async function executeUnderSignals(
  context: Context,
  session: Session,
  recording: Recording,
  request: RunRequest,
  shown: ShownEvents,
): Promise<{ readonly exit: ExitCode; readonly result: RunResult }> {
  using stop = new StopSwitch({
    onStop(cause, force) {
      if (cause !== "SIGINT" || force || context.quiet) return;
      shown.notice("cancelling: running steps finish; Ctrl-C again ends them now\n");
    },
  });
  const { graceful, forced } = recording.control;
  const onGraceful = () => stop.stop("cancel", false, String(graceful.reason));
  const onForced = () => stop.stop("cancel", true, String(forced.reason));
  graceful.addEventListener("abort", onGraceful);
  forced.addEventListener("abort", onForced);
  if (graceful.aborted) onGraceful();
  if (forced.aborted) onForced();
  using faults = new UncaughtErrors((error) => stop.fail(error));
  try {
    const result = await faults.around(session.execute(recording, request, stop.control));
    return { exit: stop.exitCode(result.status), result };
  } catch (error) {
    // Nothing is left when the run ended in order; else whatever was to end its processes is gone.
    await endLeftovers(session.records, recording.record);
    throw error;
  }
}
