/**
 * The commands that the program answers without loading anything else (architecture, rule 12). What this
 * file imports, however indirectly, the lint plugin holds to `node:sqlite` and `Deno.*`.
 */
import { type CheckedCall } from "./cli/check_call.ts";
import type { Command } from "./cli/command.ts";
import { logs } from "./logs.ts";
import { listRuns } from "./list/list_runs.ts";
import { parseCall } from "./cli/parse_call.ts";
import { status } from "./status.ts";

const HOT: readonly Command[] = [status, logs];

export interface HotCall {
  readonly command: Command;
  readonly checked: CheckedCall;
}

/** The call that `argv` makes of a hot command, or null when the command tree has to look at it. */
export function parseHotCall(argv: readonly string[], now: number): HotCall | null {
  const [name, kind] = argv;
  const command = name === "list" && kind === "runs"
    ? listRuns
    : HOT.find((candidate) => candidate.name === name);
  if (command === undefined) return null;
  const checked = parseCall(command, argv.slice(1), now);
  return checked === null ? null : { command, checked };
}
