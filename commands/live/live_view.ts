/** The live view of a run on the terminal of whoever executes it (contract, section 10). */
import type { RunEvent } from "../../event/event.ts";
import type { Context, Output } from "../cli/command.ts";
import { heldView } from "../output/held_output.ts";
import { type Expected, liveLines } from "./live_lines.ts";
import { LiveScreen } from "./live_screen.ts";
import { foldLive, NOTHING_LIVE } from "./live_state.ts";

export interface LiveView {
  /** For what is to stand above the view. */
  readonly output: Output;
  /** To be called with every event of the run. */
  heard(event: RunEvent): void;
  /** Resolves when it is taken away. */
  end(): Promise<void>;
}

/** True where lines can be drawn over. */
export function canDraw(
  context: Pick<Context, "env" | "format" | "quiet">,
  output: Output,
): boolean {
  return output.isTerminal && context.env("TERM") !== "dumb" && context.format === "text" &&
    !context.quiet;
}

/** Shows a run at the bottom of `terminal` from its first event on. `expect` tells how long it may take. */
export function openLiveView(
  context: Context,
  terminal: Output,
  expect: (pipeline: string, mock: boolean) => Expected | null = () => null,
): LiveView {
  let state = NOTHING_LIVE;
  let expected: Expected | null = null;
  const screen = new LiveScreen(terminal, () => {
    const { width, height } = terminal;
    // What a person reads above it must not be pushed out by it.
    const size = { width, height, now: context.now(), color: context.color };
    return liveLines(state, size, expected);
  });
  const held = heldView(context, screen);
  return {
    output: screen.output,
    heard(event) {
      if (state.record === null) {
        const mock = event.state === "started" && event.data.mock;
        expected = expect(event.pipeline_id, mock);
        screen.start();
      }
      state = foldLive(state, event);
      screen.touch();
    },
    async end() {
      held[Symbol.dispose]();
      await screen.end();
    },
  };
}
