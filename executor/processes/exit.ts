/** How an attempt's program ended. */
import type { EndReport } from "./end_processes.ts";

interface Facts {
  readonly durationMs: number;
  /** The last 2 KiB that it wrote to stderr, decoded, for an error message. Untrusted text. */
  readonly stderrTail: string;
  /** True when a process that no mark finds still held the output open, so that its end was cut. */
  readonly outputCut: boolean;
  /** How what it left was ended; null of a program that was never started. */
  readonly end: EndReport | null;
}

/** The first cause of death wins: a program that was ended by its time limit never reads as `signal`. */
type Cause =
  | { readonly kind: "success" }
  | { readonly kind: "exit_code"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "timed_out"; readonly limitMs: number }
  /** Nothing was written to stdout or stderr for `limitMs`. */
  | { readonly kind: "silent"; readonly limitMs: number }
  /** More was used than there was; `reason` names limit and use. */
  | { readonly kind: "over_budget"; readonly reason: string }
  /** The signal given to it was aborted: a forced cancel. */
  | { readonly kind: "cancelled" }
  | { readonly kind: "spawn_failed"; readonly cause: Error };

export type StepExit = Facts & Cause;

/** A plain sentence without the output's tail, such as `exit code 3` or `no output for 90s`. */
export function describeExit(exit: StepExit): string {
  switch (exit.kind) {
    case "success":
      return "done";
    case "exit_code":
      return `exit code ${exit.code}`;
    case "signal":
      return `ended by ${exit.signal}`;
    case "timed_out":
      return `time limit of ${seconds(exit.limitMs)} reached`;
    case "silent":
      return `no output for ${seconds(exit.limitMs)}`;
    case "over_budget":
      return exit.reason;
    case "cancelled":
      return "cancelled";
    case "spawn_failed":
      return exit.cause.message;
  }
}

/** The exit code to record: null when there was none. */
export function exitCodeOf(exit: StepExit): number | null {
  if (exit.kind === "success") return 0;
  return exit.kind === "exit_code" ? exit.code : null;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10}s`;
}
