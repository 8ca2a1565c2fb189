/** Names, run ids and the identity of this process. */
import type { Owner } from "./event.ts";
import { clockTime, localDay } from "./local_time.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** A character class of Unicode (`\p{Cc}`) takes half a millisecond to compile. */
const CONTROL = /[^ -~\u00a0-\uffff]/;
/** Leaves room for `trace-`, `.log` and a suffix within the 255 bytes of a file name. */
const MAX_RUN_ID_BYTES = 200;
const encoder = new TextEncoder();

/** What {@linkcode isName} asks of a name, for a message. */
export const NAME_RULE =
  "a name has letters, digits, dashes, underscores and single dots, begins with a letter or digit, and has at most 64 characters";

/**
 * True for a name of a pipeline, step or artifact (contract, section 1). A name with `..` is refused
 * too: it would make run ids that nobody can address.
 */
export function isName(text: string): boolean {
  return NAME.test(text) && !text.includes("..");
}

/** `<pipeline>-<YYYYMMDD>-<HHMMSS>` in local time, of a moment in milliseconds since the epoch. */
export function formatRunId(pipeline: string, nowMs: number): string {
  const day = localDay(nowMs).replaceAll("-", "");
  const time = clockTime(nowMs).replaceAll(":", "");
  return `${pipeline}-${day}-${time}`;
}

/**
 * True when a text can stand in a file name as a run id: no separators, no `..`, no control
 * characters, no leading dot, at most 200 bytes. Says nothing about whether such a run exists.
 */
export function isRunIdShape(text: string): boolean {
  return text !== "" && !text.startsWith(".") && !/[/\\]/.test(text) && !text.includes("..") &&
    !CONTROL.test(text) && encoder.encode(text).length <= MAX_RUN_ID_BYTES;
}

/** This process as the owner of a run. `processStart` is what the system says of its start. */
export function thisProcess(processStart: string | null): Owner {
  return { host: Deno.hostname(), pid: Deno.pid, process_start: processStart };
}
