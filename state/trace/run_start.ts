/** How a run was started, from the first line of its trace. */
import type { RunStarted } from "../../event/event.ts";
import { decodeBytes } from "./trace_entries.ts";
import { openReadable } from "./traces_reader.ts";
import { firstLine } from "./trace_scan.ts";

/** Null where the trace is gone, or its first line is damaged. */
export function readRunStart(path: string): RunStarted | null {
  using file = openReadable(path);
  const line = file === null ? null : firstLine(file);
  const event = line === null ? null : decodeBytes(line);
  return event?.state === "started" ? event : null;
}
