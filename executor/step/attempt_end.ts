/** How an attempt of a step, or of one of its items, ended. */
import { WaveError } from "../../event/errors.ts";
import type { LastLine, Tokens } from "../../event/event.ts";
import { systemCode } from "../../event/system_error.ts";
import type { Contract } from "../language/model/contract.ts";
import type { RunContext } from "../run/run_context.ts";
import type { StepResult } from "../run/step_results.ts";
import type { UnmetNeed } from "../run/unmet_condition.ts";
import type { ReachedLimit } from "../work/work.ts";
import { stopMessage } from "../run/stop.ts";
import { NO_TOKENS } from "../../event/tokens.ts";

export interface Spent {
  readonly tokens: Tokens;
  /** Null when no program ended by itself. */
  readonly exitCode: number | null;
  /** What its program wrote last, where that tells why it failed. */
  readonly lastLines?: readonly LastLine[] | undefined;
}

export const NOTHING_SPENT: Spent = { tokens: NO_TOKENS, exitCode: null };

export type CompletedAttempt = Spent & {
  readonly kind: "completed";
  readonly result: StepResult;
  /** A gate's choice: the step to continue from. */
  readonly goTo?: string | undefined;
};

export type FailedAttempt = Spent & {
  readonly kind: "failed";
  readonly message: string;
  /** False when trying again cannot help or is not wanted. */
  readonly retryable: boolean;
  /** The contract that failed it. */
  readonly contract?: Contract | undefined;
  /** Why the model of its agent could not be had, in a few words. */
  readonly unavailable?: string | undefined;
  /** Set when it failed so often for the same reason that it must not be sent back to. */
  readonly repeated?: string | undefined;
};

export type CancelledAttempt = Spent & { readonly kind: "cancelled"; readonly message: string };

/** Not run, because a condition was not met. */
export type SkippedAttempt = Spent & {
  readonly kind: "skipped";
  readonly message: string;
  /** The step whose condition it was. */
  readonly unmet: string;
};

/** A usage limit kept it from its end; it does not count as failed. */
export type LimitedAttempt =
  & Spent
  & { readonly kind: "limited"; readonly message: string }
  & ReachedLimit;

/** The end of all attempts of a step, or of one of its items. */
export type StepAttemptsEnd =
  | CompletedAttempt
  | FailedAttempt
  | CancelledAttempt
  | SkippedAttempt;

export type AttemptEnd = StepAttemptsEnd | LimitedAttempt;

export function failedAttempt(
  { tokens, exitCode, lastLines }: Spent,
  message: string,
  { retryable, contract, unavailable }: Pick<
    FailedAttempt,
    "retryable" | "contract" | "unavailable"
  >,
): FailedAttempt {
  return { kind: "failed", tokens, exitCode, lastLines, message, retryable, contract, unavailable };
}

/** An attempt whose step needs what another one did not deliver because of a condition. */
export function skippedAttempt({ message, unmet }: UnmetNeed): SkippedAttempt {
  return { kind: "skipped", ...NOTHING_SPENT, message, unmet };
}

/**
 * An attempt that failed by an error that a user, a step or the disk can cause, with what to do about it: the
 * workspace is the agent's, and what it makes of it fails the attempt, as a full disk does. Every other error is a bug
 * and thrown again.
 */
export function failedByError(error: unknown, spent: Spent, retryable: boolean): FailedAttempt {
  const foreseen = error instanceof WaveError || systemCode(error) !== null;
  if (!foreseen || !(error instanceof Error)) throw error;
  const hint = error instanceof WaveError ? error.hint : undefined;
  const message = hint === undefined ? error.message : `${error.message}; ${hint}`;
  return failedAttempt(spent, message, { retryable });
}

/** An attempt that a stop of the run cut short. */
export function cancelledAttempt(
  context: RunContext,
  { tokens, exitCode }: Spent,
): CancelledAttempt {
  return { kind: "cancelled", tokens, exitCode, message: stopMessage(context) };
}

/** True for whatever a forced stop makes fail, and for a wait that a graceful one has ended. */
export function isStop({ graceful, forced }: RunContext, error: unknown): boolean {
  return forced.aborted || (graceful.aborted && error === graceful.reason);
}
