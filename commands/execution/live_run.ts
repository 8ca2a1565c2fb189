/** Shows a run while this process executes it, and ends as it ended: `run`, `resume` and `do`. */
import type { RunEvent } from "../../event/event.ts";
import type { RunResult } from "../../executor/api.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { StopSwitch } from "./stop_switch.ts";
import type { RunRequest, Session } from "./session.ts";
import { safeLine, safeText } from "../output/safe_text.ts";
import { heldOutput } from "../output/held_output.ts";
import { EventStream } from "../output/event_stream.ts";

/**
 * Prints the events of a run: all as JSON; as text those of level info and above, and all with `-v`;
 * with `-q` nothing but the id. A reader who goes away (`wave run … | head -1`) does not stop the run:
 * what agents have done already was paid for. Without `-q` stderr says so. Of a task the text goes to
 * stderr, so that its answer is alone on stdout.
 */
export function showEvents(
  context: Context,
  { isTask = false }: { readonly isTask?: boolean } = {},
): (event: RunEvent) => void {
  const output = isTask && context.format === "text" ? context.stderr : context.stdout;
  const stream = new EventStream(context, {
    namesRun: true,
    output: heldOutput(context, output),
  });
  const all = context.format === "json" || context.verbose;
  let open = true;
  return (event) => {
    if (!open || (event.level === "debug" && !all)) return;
    try {
      if (context.format === "json" || !context.quiet) stream.print(event);
      else if (event.state === "started") context.stdout.write(`${safeLine(event.run_id)}\n`);
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      open = false;
      if (context.quiet) return;
      const id = safeLine(event.run_id);
      context.stderr.write(
        `nobody reads the output any more; the run goes on: wave logs ${id} -f\n`,
      );
    }
  };
}

/** Executes the run that `recording` has begun, under this process's signals and `wave cancel`. */
export async function executeLive(
  context: Context,
  session: Session,
  recording: Recording,
  request: RunRequest,
): Promise<Outcome> {
  const { runId } = recording;
  using stop = new StopSwitch({
    onStop(cause, force) {
      if (cause !== "SIGINT" || force || context.quiet) return;
      context.stderr.write("cancelling: running steps finish; Ctrl-C again ends them now\n");
    },
  });
  const { graceful, forced } = recording.control;
  const onGraceful = () => stop.stop("cancel", false);
  const onForced = () => stop.stop("cancel", true);
  graceful.addEventListener("abort", onGraceful);
  forced.addEventListener("abort", onForced);
  if (graceful.aborted) onGraceful();
  if (forced.aborted) onForced();
  const result = await session.execute(recording, request, stop.control);
  if (context.format === "text" && !context.quiet) explain(context, runId, result);
  return { exit: stop.exitCode(result.status) };
}

/** Says on stderr why a run did not complete, and what to type next. */
function explain(context: Context, runId: string, { status, message }: RunResult): void {
  const id = safeLine(runId);
  if (status === "failed") {
    context.stderr.write(
      `error: ${id} failed: ${safeText(message)}\n` +
        `hint: wave logs ${id} --errors; wave resume ${id}\n`,
    );
  } else if (status === "cancelled") {
    context.stderr.write(`${id} was cancelled\nhint: wave resume ${id}\n`);
  }
}
