/** Shows the events of a run while this process executes it. */
import { WaveError } from "../../event/errors.ts";
import type { RunEvent } from "../../event/event.ts";
import type { Context } from "../cli/command.ts";
import { EventStream } from "../output/event_stream.ts";
import { isRaw } from "../../state/trace/read_log.ts";
import { heldOutput } from "../output/held_output.ts";
import { expectedDuration } from "./expected_duration.ts";
import { canDraw, openLiveView } from "../live/live_view.ts";
import { QueuedStream } from "../output/queued_stream.ts";
import { safeLine } from "../output/safe_text.ts";

/** Characters that may wait for a reader who has stopped reading (Ctrl-S, a pager) before it is given up. */
const MOST_WAITING = 64 << 20;

export interface ShownEvents {
  /** Shows an event. Never throws and never waits: the run goes on whatever happens to its output. */
  readonly listener: (event: RunEvent) => void;
  /** Says something on stderr, so that it does not stand amid what is drawn. */
  notice(text: string): void;
  /** Resolves when all is written that can be. */
  end(): Promise<void>;
}

/**
 * Prints the events of a run: all as JSON; as text those of level info and above, and all with `-v`;
 * with `-q` nothing but the id. Output that cannot be written does not stop the run: what agents have done
 * already was paid for. Stderr says so once, except with `-q`. Of a task the text goes to stderr, so that
 * its answer is alone on stdout.
 */
export function showEvents(
  context: Context,
  { isTask = false, isPlain = false }: {
    readonly isTask?: boolean;
    readonly isPlain?: boolean;
  } = {},
): ShownEvents {
  const toStderr = isTask && context.format === "text" && !context.quiet;
  const terminal = toStderr ? context.stderr : context.stdout;
  const live = isPlain || !canDraw(context, terminal) ? null : openLiveView(
    context,
    terminal,
    (pipeline, mock) => expectedDuration(context, pipeline, mock),
  );
  const output = heldOutput(context, live?.output ?? terminal);
  const all = context.format === "json" || context.verbose;
  const stream = new QueuedStream(
    new EventStream(context, {
      namesRun: true,
      lastLines: !all,
      idsOnly: isQuiet(context),
      output,
    }),
  );
  let open = true;
  let runId = "";
  const giveUp = (reason: string) => {
    if (!open) return;
    open = false;
    // It waits for the reader, too: the run does not.
    void live?.end();
    if (isQuiet(context)) return;
    context.stderr.write(`${reason}; the run goes on: wave logs ${safeLine(runId)} -f\n`);
  };
  stream.signal.addEventListener("abort", () => giveUp(reasonOf(stream.signal.reason)));
  return {
    listener(event) {
      runId ||= event.run_id;
      if (open) live?.heard(event);
      if (!open || (event.level === "debug" && !all)) return;
      if (isRaw(event)) return;
      if (isQuiet(context) && event.state !== "started") return;
      stream.add(event);
      if (stream.waiting > MOST_WAITING) giveUp("the output is not read any more");
    },
    notice(text) {
      // Where the view is drawn, what is written goes above it.
      const onTerminal = live !== null && context.stderr.isTerminal;
      if (onTerminal) void live.output.send(text);
      else context.stderr.write(text);
    },
    async end() {
      try {
        if (!open) return;
        await stream.end();
        await live?.end();
      } catch (error) {
        // Told already.
        if (!(error instanceof Deno.errors.BrokenPipe || error instanceof WaveError)) throw error;
      }
    },
  };
}

function isQuiet({ quiet, format }: Context): boolean {
  return quiet && format === "text";
}

function reasonOf(error: unknown): string {
  if (error instanceof WaveError) return error.message;
  return "nobody reads the output any more";
}
