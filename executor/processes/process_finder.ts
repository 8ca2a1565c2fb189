/** Finds and signals the processes of attempts by their marks. */
import type { Mark } from "./process_marker.ts";

/** Whose processes are meant. */
export interface Target {
  readonly mark: Mark;
  /**
   * The leader of the attempt, which is a session and group of its own. Where there is no `/proc` it is
   * all there is to go by; elsewhere the marks suffice.
   */
  readonly process?: { readonly pid: number; readonly processStart: string | null } | null;
  /**
   * Nothing of the attempt is older than this: its leader's pid, and when it was started by
   * `performance.now()`. Makes a look cheap; leave it out for an attempt of another process.
   */
  readonly since?: { readonly pid: number; readonly startedAt: number };
}

export type Signal = "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT";

/**
 * One search process a run; dispose it at the end. Every operation is safe to call side by side.
 * Zombies do not count as alive. Never found: this process, the search itself, pid 0 and 1.
 */
export interface Finder extends AsyncDisposable {
  /** False where processes that left the group and lost their parent are not found (macOS). */
  readonly exact: boolean;
  /** Pids alive of any of `targets`, ascending. */
  find(targets: readonly Target[]): Promise<readonly number[]>;
  /** Finds and signals right after the check; returns the pids that were signalled. */
  signal(signal: Signal, targets: readonly Target[]): Promise<readonly number[]>;
  /**
   * What the system says of the start of `pid`, or null when there is no such process. Two equal answers
   * mean the same process. Compared, never parsed.
   *
   * @throws {OperationError} `bad_pid` for 0, 1, negative and other impossible pids.
   */
  processStart(pid: number): Promise<string | null>;
}
