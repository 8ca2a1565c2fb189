/** How a program is started in a session of its own, with the limit marker where there is one. */
import type { Mark } from "./process_marker.ts";
import { findTool, requireTool } from "./system_tool.ts";

/** A shell script with positional parameters, or a program by its absolute path. */
export type What =
  | { readonly script: string; readonly args?: readonly string[] }
  | { readonly program: string; readonly args: readonly string[] };

export interface SessionCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Let the runtime make the session, because no program does. */
  readonly detached: boolean;
}

// The letter of the limit on file locks is w in dash and busybox, x in bash. A shell that knows neither
// leaves the environment as the only mark.
const MARK = 'ulimit -S -w "$1" 2>/dev/null || ulimit -S -x "$1" 2>/dev/null;';
/** The script runs in this same shell, because a second one would cost a millisecond a step. */
const RUN_SCRIPT = `${MARK} eval "shift 2;$2"`;
const RUN_PROGRAM = `${MARK} shift; exec "$@"`;

/** The command that starts `what`; no text of it is ever part of a shell program. */
export function ownSession(what: What, mark: Mark): SessionCommand {
  const sh = requireTool("sh");
  const args = "script" in what
    ? ["-c", RUN_SCRIPT, "sh", String(mark.limit), what.script, ...what.args ?? []]
    : ["-c", RUN_PROGRAM, "sh", String(mark.limit), what.program, ...what.args];
  // The runtime's own `detached` forks the whole process, which gets slower as memory grows.
  const setsid = Deno.build.os === "linux" ? findTool("setsid") : null;
  return setsid === null
    ? { program: sh, args, detached: true }
    : { program: setsid, args: [sh, ...args], detached: false };
}
