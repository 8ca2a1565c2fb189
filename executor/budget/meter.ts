/** Counts what an agent uses while it works, and ends it when a limit is passed. */
import type { BudgetLimits, BudgetUnit, Tokens } from "../../event/event.ts";
import { ExitCode, WaveError } from "../../event/errors.ts";

/** An agent was not started because nothing is left for it. */
export class OverBudgetError extends WaveError {
  override readonly name = "OverBudgetError";
  /** @param remedy what to write so that it may start. */
  constructor(message: string, remedy: string) {
    super("over_budget", `not started: ${message}; to go on: ${remedy}`, ExitCode.failed);
  }
}

/** Where an agent's use is counted; asked for one reading each time that an agent is started. */
export interface Meter {
  /** The units of which there are limits. */
  readonly limited: ReadonlySet<BudgetUnit>;
  /**
   * Counts a start.
   *
   * @throws {OverBudgetError} when a limit leaves nothing for it.
   */
  start(): Reading;
}

/** One start of an agent. Disposed of when it has ended. */
export interface Reading extends Disposable {
  /** What was left when it started. */
  readonly left: BudgetLimits;
  /** Aborts, with a message as its reason, when a limit is exceeded. */
  readonly over: AbortSignal;
  /** Records all that is known so far of what it used; `details` stand beside it in the event. */
  used(tokens: Tokens, details?: Readonly<Record<string, unknown>>): void;
  /** It has ended, and this is all that it used, which its step's end records. */
  ended(tokens: Tokens): void;
  /**
   * It was ended, or ended itself, because a limit is reached.
   *
   * @returns which, as a message; null when none is.
   */
  enforced(): string | null;
}
