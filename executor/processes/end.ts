/** Ends the processes of attempts until none is left. */
import type { Finder, Target } from "./finder.ts";

export interface EndOptions {
  /** From SIGTERM to SIGKILL; 5000 unless told. */
  readonly graceMs?: number;
  /** Skips the rest of the grace. */
  readonly signal?: AbortSignal;
}

/**
 * SIGTERM to all, then after `graceMs` SIGSTOP and SIGKILL to what is left, again until none is.
 * Returns the number of processes that were found.
 *
 * @throws {OperationError} `process_will_not_die`, naming the pids.
 */
export function endAll(
  _finder: Finder,
  _targets: readonly Target[],
  _options: EndOptions = {},
): Promise<number> {
  return Promise.reject(new Error("endAll is not built yet"));
}
