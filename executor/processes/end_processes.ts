/** Ends the processes of attempts until none is left. */
import { OperationError } from "../../event/errors.ts";
import type { Finder, Target } from "./process_finder.ts";
import { delay } from "../../event/delay.ts";

export interface EndOptions {
  /** From SIGTERM to SIGKILL, in milliseconds; 5000 by default (contract, section 3). */
  readonly graceMs?: number;
  /** How long SIGKILL is repeated: what is left then waits in the kernel, and no signal helps. */
  readonly killForMs?: number;
  /** Skips the rest of the grace. */
  readonly signal?: AbortSignal;
}

/**
 * SIGTERM to all, then after `graceMs` SIGSTOP and SIGKILL to what is left, again until none is.
 * Returns how many processes were found first.
 *
 * @throws {OperationError} `process_will_not_die`, naming the pids.
 */
export async function endAll(
  finder: Finder,
  targets: readonly Target[],
  { graceMs = 5000, killForMs = 5000, signal }: EndOptions = {},
): Promise<number> {
  const first = await finder.signal("SIGTERM", targets);
  if (first.length === 0) return 0;
  const deadline = performance.now() + graceMs;
  for (
    let wait = 1;
    performance.now() < deadline && !signal?.aborted;
    wait = Math.min(wait * 2, 50)
  ) {
    await delay(Math.min(wait, deadline - performance.now()), signal);
    if ((await finder.find(targets)).length === 0) return first.length;
  }
  await killAll(finder, targets, killForMs);
  return first.length;
}

/** Stopped first, so that nothing forks while the others are killed. */
async function killAll(
  finder: Finder,
  targets: readonly Target[],
  killForMs: number,
): Promise<void> {
  const deadline = performance.now() + killForMs;
  for (let wait = 1;; wait = Math.min(wait * 2, 50)) {
    await finder.signal("SIGSTOP", targets);
    await finder.signal("SIGKILL", targets);
    const left = await finder.find(targets);
    if (left.length === 0) return;
    if (performance.now() >= deadline) {
      throw new OperationError(
        "process_will_not_die",
        `Cannot end process ${left.join(", ")}: still there after SIGKILL`,
        {
          hint:
            "it waits in the kernel, for a disk or network file system; see ps -o pid,stat,wchan",
        },
      );
    }
    await delay(wait);
  }
}
