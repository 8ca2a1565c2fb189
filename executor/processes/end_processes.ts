/** Ends the processes of attempts until none is left. */
import { OperationError } from "../../event/errors.ts";
import type { Finder, Sighting, Signal, Target } from "./process_finder.ts";
import { delay } from "../../event/delay.ts";

export interface EndOptions {
  /** From SIGTERM to SIGKILL, in milliseconds; 5000 by default (contract, section 3). */
  readonly graceMs?: number;
  /** How long SIGKILL is repeated: what is left then waits in the kernel, and no signal helps. */
  readonly killForMs?: number;
  /** Skips the rest of the grace. */
  readonly signal?: AbortSignal;
}

/** How processes were ended, and what is left of them. */
export interface EndReport {
  /** The signals that were sent, in order, each with the pids that got it. */
  readonly signalled: readonly { readonly signal: Signal; readonly pids: readonly number[] }[];
  /** When was looked last, milliseconds since the epoch. */
  readonly lookedAt: number;
  /** Pids of what is still there; empty when nothing is. */
  readonly left: readonly number[];
  /** Why it is not proven that nothing is left; null when nothing is. */
  readonly reason: "other_user" | "in_kernel" | "no_proc" | "forks" | null;
}

/**
 * SIGTERM to all, then after `graceMs` SIGSTOP and SIGKILL to what is left, again until none is. What this
 * user may not signal is not waited for.
 */
export async function endAll(
  finder: Finder,
  targets: readonly Target[],
  { graceMs = 5000, killForMs = 5000, signal }: EndOptions = {},
): Promise<EndReport> {
  const log = new EndLog();
  const ending = new Ending();
  const first = log.sent("SIGTERM", await finder.signal("SIGTERM", targets));
  if (ending.isOver(first)) return log.report(first);
  const deadline = performance.now() + graceMs;
  for (
    let wait = 1;
    performance.now() < deadline && !signal?.aborted;
    wait = Math.min(wait * 2, 50)
  ) {
    await delay(Math.min(wait, deadline - performance.now()), signal);
    const seen = await finder.find(targets);
    if (ending.isOver(seen, first.refused)) {
      return log.report(withRefused(seen, first.refused));
    }
  }
  return await killAll(finder, targets, killForMs, log, ending);
}

/**
 * As `endAll`, but what is left is an error.
 *
 * @throws {OperationError} `process_will_not_die`, naming the pids; `process_search_failed` where nothing
 * tells whether something is left.
 */
export async function endAllOrThrow(
  finder: Finder,
  targets: readonly Target[],
  options: EndOptions = {},
): Promise<EndReport> {
  const report = await endAll(finder, targets, options);
  const failure = unprovenEnd(report);
  if (failure !== null) throw failure;
  return report;
}

/** How many processes the first signal reached. */
export function endedCount({ signalled }: EndReport): number {
  return signalled[0]?.pids.length ?? 0;
}

/** Why the end of the processes is not proven, as an error; null when nothing is left. */
export function unprovenEnd({ left, reason }: EndReport): OperationError | null {
  const pids = left.join(", ");
  switch (reason) {
    case null:
      return null;
    case "no_proc":
      return new OperationError(
        "process_search_failed",
        "Cannot tell whether processes are left: there is no /proc",
        { hint: "mount it, or look with ps on the machine around this one" },
      );
    case "forks":
      return new OperationError(
        "process_search_failed",
        "Cannot tell whether processes are left: new ones start faster than they can be looked at",
        { hint: "look with ps, and try again" },
      );
    case "other_user":
      return new OperationError(
        "process_will_not_die",
        `Cannot end process ${pids}: it belongs to another user, and this one may not signal it`,
        { hint: `sudo kill -9 ${left.join(" ")}` },
      );
    case "in_kernel":
      return new OperationError(
        "process_will_not_die",
        `Cannot end process ${pids}: still there after SIGKILL`,
        {
          hint:
            "it waits in the kernel, for a disk or network file system; see ps -o pid,stat,wchan",
        },
      );
  }
}

/** Stopped first, so that nothing forks while the others are killed. */
async function killAll(
  finder: Finder,
  targets: readonly Target[],
  killForMs: number,
  log: EndLog,
  ending: Ending,
): Promise<EndReport> {
  const deadline = performance.now() + killForMs;
  for (let wait = 1;; wait = Math.min(wait * 2, 50)) {
    await finder.signal("SIGSTOP", targets);
    const killed = log.sent("SIGKILL", await finder.signal("SIGKILL", targets));
    const seen = await finder.find(targets);
    if (ending.isOver(seen, killed.refused)) {
      return log.report(withRefused(seen, killed.refused));
    }
    if (performance.now() >= deadline) return log.report(seen);
    await delay(wait);
  }
}

/** After so many looks in a row that found nothing and proved nothing, it is told that there is no proof. */
const EMPTY_LOOKS = 3;

/** Decides when nothing is left that a signal could reach. */
class Ending {
  #empty = 0;

  isOver({ pids, settled, blind }: Sighting, refused: readonly number[] = []): boolean {
    this.#empty = pids.length === 0 ? this.#empty + 1 : 0;
    if (blind && pids.length === 0) return true;
    return (settled || this.#empty >= EMPTY_LOOKS) && pids.every((pid) => refused.includes(pid));
  }
}

function withRefused(seen: Sighting, refused: readonly number[]): Sighting {
  return { ...seen, refused: seen.pids.filter((pid) => refused.includes(pid)) };
}

/** Keeps what was sent. */
class EndLog {
  readonly #signalled: { signal: Signal; pids: readonly number[] }[] = [];

  sent(signal: Signal, seen: Sighting): Sighting {
    const pids = seen.pids.filter((pid) => !seen.refused.includes(pid));
    if (pids.length > 0) this.#signalled.push({ signal, pids });
    return seen;
  }

  report({ pids, refused, settled, blind }: Sighting): EndReport {
    return {
      signalled: this.#signalled,
      lookedAt: Date.now(),
      left: pids,
      reason: pids.length > 0 && pids.every((pid) => refused.includes(pid))
        ? "other_user"
        : pids.length > 0 && !blind
        ? "in_kernel"
        : blind
        ? "no_proc"
        : settled
        ? null
        : "forks",
    };
  }
}
