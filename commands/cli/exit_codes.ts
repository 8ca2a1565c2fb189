/** The exit codes that say how runs ended, where no signal is involved (contract, section 2). */
import { ExitCode } from "../../event/errors.ts";
import type { RunStatus } from "../../event/event.ts";

/** Of a run that is over. */
export function exitCodeOfRun(status: RunStatus): ExitCode {
  if (status === "completed") return ExitCode.done;
  return status === "cancelled" ? ExitCode.cancelled : ExitCode.failed;
}

/** Of several runs: a failed one is worse than one that somebody cancelled. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(ExitCode.failed)) return ExitCode.failed;
  return codes.includes(ExitCode.cancelled) ? ExitCode.cancelled : ExitCode.done;
}
