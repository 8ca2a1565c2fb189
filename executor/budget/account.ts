/** What a run, or a step of it, may use and has used: the one place that says whether something may start. */
import {
  BUDGET_UNITS,
  budgetMessage,
  exceededLimit,
  leftOf,
  narrowest,
  reachedLimit,
  type Use,
} from "../../event/budget.ts";
import type { BudgetLimits, BudgetUnit, Tokens } from "../../event/event.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";

/** One start of an agent, and all that is known so far of what it uses. */
export interface Charge {
  tokens: Tokens;
}

export interface Watch {
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Resolves after `ms`; rejects when the signal aborts first. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

export interface AccountOptions {
  readonly limits: BudgetLimits;
  /** What it draws on as well: that of the loop or run around it; null for a run that a person started. */
  readonly around: Account | null;
  /** What was used before this process. */
  readonly before: Use;
  /** Behind a message that others read, such as `(limit of step plan)`; empty of the run itself. */
  readonly whose: string;
  /** What to write for more of a unit. */
  readonly remedy: (unit: BudgetUnit) => string;
  readonly watch: Watch;
  /** Called when something was not started, or was ended, because of these limits. */
  readonly onEnforced: (message: string) => void;
}

/** Why nothing may start. */
export interface Refusal {
  readonly account: Account;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Folds what is charged to it; a charge counts in all accounts around it, too. Everything here happens in
 * one turn of the event loop, so that of two that start at the same time the second one sees the first.
 */
export class Account implements Disposable {
  readonly around: Account | null;
  readonly limits: BudgetLimits;
  readonly #options: AccountOptions;
  readonly #openedAt: number;
  readonly #open = new Set<Charge>();
  readonly #over = new AbortController();
  readonly #ended = new AbortController();
  #closed: Tokens;
  #attempts: number;

  constructor(options: AccountOptions) {
    const { around, limits, before, watch } = options;
    this.around = around;
    this.limits = limits;
    this.#options = options;
    this.#openedAt = watch.monotonic();
    this.#closed = before.tokens;
    this.#attempts = before.attempts;
    this.#watchTime();
  }

  /** Aborts, with a message as its reason, when a limit is exceeded: whatever costs must end then. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get use(): Use {
    let tokens = this.#closed;
    for (const charge of this.#open) tokens = addTokens(tokens, charge.tokens);
    const { before, watch } = this.#options;
    const ms = before.ms + Math.max(0, watch.monotonic() - this.#openedAt);
    return { tokens, attempts: this.#attempts, ms };
  }

  /** What is left of these limits and those around; a unit without a limit is absent. */
  get left(): BudgetLimits {
    return narrowest(this.around?.left ?? {}, leftOf(this.limits, this.use));
  }

  /** Why nothing that uses one of the units may start here: of the outermost account that has nothing left. */
  refusal(units: readonly BudgetUnit[] = BUDGET_UNITS): Refusal | null {
    const outer = this.around?.refusal(units) ?? null;
    if (outer !== null) return outer;
    const { use } = this;
    const unit = reachedLimit(this.limits, use, units);
    if (unit === null) return null;
    return { account: this, message: this.#message(unit, use), remedy: this.#options.remedy(unit) };
  }

  /** Counts a start. To be called in the same turn in which `refusal` said that it may be. */
  open(charge: Charge): void {
    this.around?.open(charge);
    this.#open.add(charge);
    this.#attempts++;
  }

  /** To be called when `charge.tokens` has changed. */
  changed(): void {
    this.around?.changed();
    const { use } = this;
    const unit = exceededLimit(this.limits, use);
    if (unit !== null) this.#over.abort(this.#message(unit, use));
  }

  close(charge: Charge): void {
    this.around?.close(charge);
    if (this.#open.delete(charge)) this.#closed = addTokens(this.#closed, charge.tokens);
  }

  /** Tells the owner of the outermost exceeded account of the chain that something was ended for it. */
  enforce(message: string): void {
    if (this.#over.signal.aborted) this.#options.onEnforced(message);
    this.around?.enforce(message);
  }

  /** As `enforce`, of something that was not started. */
  refused(message: string): void {
    this.#options.onEnforced(message);
  }

  #message(unit: BudgetUnit, use: Use): string {
    return budgetMessage(unit, this.limits[unit] ?? 0, use) + this.#options.whose;
  }

  #watchTime(): void {
    const { minutes } = this.limits;
    if (minutes === undefined) return;
    const left = Math.max(0, minutes * 60_000 - this.use.ms);
    this.#options.watch.delay(left, this.#ended.signal).then(
      () => {
        if (!this.#over.signal.aborted) this.#over.abort(this.#message("minutes", this.use));
      },
      // The run was over first.
      () => {},
    );
  }

  /** What was used, before any of it. */
  static readonly nothing: Use = { tokens: NO_TOKENS, attempts: 0, ms: 0 };

  [Symbol.dispose](): void {
    this.#ended.abort();
  }
}
