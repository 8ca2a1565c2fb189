/** What the live view shows of a run, folded from its events. */
import type { RunEvent } from "../../event/event.ts";
import { fold } from "../../state/records/fold.ts";
import type { RunRecord } from "../../state/records/records.ts";

export interface LiveState {
  /** Null before the run's first event. */
  readonly record: RunRecord | null;
  /** The last line that each step printed, or the last tool that it called; untrusted text. */
  readonly lastLines: ReadonlyMap<string, string>;
}

export const NOTHING_LIVE: LiveState = { record: null, lastLines: new Map() };

/** More of a line is not shown by any terminal. */
const LONGEST = 500;

/** The last line with something in it that a person can read; null where there is none. */
function lastLine(text: string): string | null {
  const line = text.slice(-8 * LONGEST).split("\n").findLast((each) => each.trim() !== "");
  // The stream of an agent's program is for programs.
  if (line === undefined || /^\s*\{"/.test(line)) return null;
  return line.trim().slice(0, LONGEST);
}

function toldBy(event: RunEvent): string | null {
  if (event.step_id === null) return null;
  switch (event.state) {
    case "retrying":
      return lastLine(event.message.trim().split("\n", 1)[0] ?? "");
    case "output":
    case "warning":
      return lastLine(event.message);
    case "tool": {
      const tool = "tool" in event.data && typeof event.data.tool === "string"
        ? event.data.tool
        : "";
      return lastLine(`${tool} ${event.message}`);
    }
    default:
      return null;
  }
}

/** The last lines with what these events tell. */
export function foldLastLines(
  lastLines: LiveState["lastLines"],
  events: Iterable<RunEvent>,
): LiveState["lastLines"] {
  let lines: Map<string, string> | null = null;
  for (const event of events) {
    const line = toldBy(event);
    if (line === null || event.step_id === null) continue;
    lines ??= new Map(lastLines);
    lines.set(event.step_id, line);
  }
  return lines ?? lastLines;
}

export function foldLive({ record, lastLines }: LiveState, event: RunEvent): LiveState {
  return { record: fold(record, event), lastLines: foldLastLines(lastLines, [event]) };
}
