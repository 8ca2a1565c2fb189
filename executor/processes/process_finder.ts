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

/** What a look found. */
export interface Sighting {
  /** Pids alive, ascending. */
  readonly pids: readonly number[];
  /** Those of them that this user may not signal: a program of another user, such as what `sudo` starts. */
  readonly refused: readonly number[];
  /** False while others were started faster than could be looked at: more may be there than was found. */
  readonly settled: boolean;
  /** True where nothing tells which processes there are: Linux without `/proc`. */
  readonly blind: boolean;
}

/** What a look that found nothing answers. */
export const NOTHING_FOUND: Sighting = { pids: [], refused: [], settled: true, blind: false };

/**
 * One search process a run; dispose it at the end. Every operation is safe to call side by side.
 * Zombies do not count as alive. Never found: this process, the search itself, pid 0 and 1.
 */
export interface Finder extends AsyncDisposable {
  /** False where processes that left the group and lost their parent are not found (macOS). */
  readonly exact: boolean;
  /** The processes of any of `targets`. */
  find(targets: readonly Target[]): Promise<Sighting>;
  /** Finds and signals right after the check. */
  signal(signal: Signal, targets: readonly Target[]): Promise<Sighting>;
  /**
   * Tells that this process just started `pid` as the leader of an attempt: looks for other attempts pass
   * it over. Must be called before anything is awaited.
   */
  started?(pid: number): void;
  /** What this system keeps from being found, as a sentence for a person; null when nothing is kept. */
  weakness(): Promise<string | null>;
  /**
   * What the system says of the start of `pid`, or null when there is no such process. Two equal answers
   * mean the same process. Compared, never parsed.
   *
   * @throws {OperationError} `bad_pid` for 0, negative and other impossible pids.
   */
  processStart(pid: number): Promise<string | null>;
}
