/** Starts an attempt's program with its marks, and sees it to its end and past it. */
import type { StepExit } from "./exit.ts";
import type { Finder, Target } from "./finder.ts";
import type { Mark } from "./mark.ts";

export interface SpawnOptions {
  /** A shell script with positional parameters, or a program. Neither is ever built from user text. */
  readonly what:
    | { readonly script: string; readonly args?: readonly string[] }
    | { readonly program: string; readonly args: readonly string[] };
  /** Absolute. */
  readonly cwd: string;
  /** All of the environment, marks included (`markEnvironment`). */
  readonly env: Readonly<Record<string, string>>;
  readonly mark: Mark;
  readonly finder: Finder;
  /** Written to stdin, which is then closed; null stdin when absent. */
  readonly stdin?: string;
  /** Called as soon as bytes come; must not wait. */
  readonly onOutput: (stream: "stdout" | "stderr", bytes: Uint8Array) => void;
  /** Called only where marks alone do not find processes (macOS), before anything else happens. */
  readonly onSpawned?: (
    process: { readonly pid: number; readonly processStart: string | null },
  ) => void;
  readonly timeoutMs?: number | undefined;
  /** Ends it when nothing was written for so long. */
  readonly silenceMs?: number | undefined;
  /** From SIGTERM to SIGKILL; 5000 unless told. */
  readonly graceMs?: number;
  /** A forced cancel. */
  readonly signal: AbortSignal;
}

/**
 * Runs the program to its end. When this resolves, no process of the attempt is left.
 *
 * @throws {OperationError} `process_will_not_die`
 */
export function runProcess(_options: SpawnOptions): Promise<StepExit> {
  return Promise.reject(new Error("runProcess is not built yet"));
}

export type { Target };
