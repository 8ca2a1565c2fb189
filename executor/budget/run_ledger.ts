/** The ledger of a run: an account for the run and one for each step, folded from what agents use. */
import { BUDGET_UNITS, type Use, wholeUse } from "../../event/budget.ts";
import type { BudgetLimits, BudgetUnit, EventDraft, StepUse, Tokens } from "../../event/event.ts";
import { addTokens, NO_TOKENS, sumTokens } from "../../event/tokens.ts";
import { Account, type Charge, type Refusal, type Watch } from "./account.ts";
import { type Meter, OverBudgetError, type Reading } from "./meter.ts";

/** What is recorded of a run that is continued. */
export interface SpentBefore {
  /** Milliseconds in which it was worked on. */
  readonly ms: number;
  /** Of steps that are no longer in the pipeline. */
  readonly gone: StepUse | undefined;
  readonly steps: ReadonlyMap<string, StepSpent>;
}

interface StepSpent {
  readonly tokens: Tokens;
  readonly use?: StepUse | undefined;
}

/** A step as far as its budget is concerned. */
export interface BudgetedStep {
  readonly id: string;
  readonly limits: BudgetLimits;
  /** The loop that it is in. */
  readonly within: string | null;
}

export interface LedgerOptions {
  readonly runId: string;
  /** Relative to the project root: where limits of steps are written. */
  readonly file: string;
  /** Of the run as a whole. */
  readonly limits: BudgetLimits;
  readonly steps: readonly BudgetedStep[];
  readonly before: SpentBefore | undefined;
  /** The step of another run that this one is run by. */
  readonly outer: Spender | null;
  readonly watch: Watch;
  /** Called when something was not started, or was ended, because the limits of the run are reached. */
  readonly onEnforced: (message: string) => void;
}

const NO_STEP: StepSpent = { tokens: NO_TOKENS };

export class RunLedger implements Disposable {
  readonly #options: LedgerOptions;
  readonly #run: Account;
  readonly #steps = new Map<string, StepLedger>();
  readonly #known: ReadonlyMap<string, BudgetedStep>;

  constructor(options: LedgerOptions) {
    const { limits, outer, before, watch, onEnforced, runId, file } = options;
    this.#options = options;
    this.#known = new Map(options.steps.map((step) => [step.id, step]));
    this.#run = new Account({
      limits,
      around: outer?.account ?? null,
      before: allSpent(before),
      whose: outer === null ? "" : ` (limit of run ${runId})`,
      remedy: (unit) => outer === null ? resumeWith(unit, runId) : raiseIn(unit, file),
      watch,
      onEnforced,
    });
  }

  /** What the run used, with all runs within it, over all its resumes. */
  get use(): Use {
    return this.#run.use;
  }

  /** A new attempt of the step begins. */
  nextAttempt(stepId: string): void {
    this.#step(stepId).nextAttempt();
  }

  /**
   * Asked before an attempt of any kind starts: time is used by scripts, too.
   *
   * @throws {OverBudgetError} when the minutes of the step, or of what is around it, are used up.
   */
  requireTime(stepId: string): void {
    refuse(this.#step(stepId).account.refusal(["minutes"]));
  }

  /** Milliseconds that are left to the step and all around it; infinite without a limit. */
  timeLeft(stepId: string): number {
    return (this.#step(stepId).account.left.minutes ?? Infinity) * 60_000;
  }

  /** What the agents of the step's attempt used so far. */
  tokensOf(stepId: string): Tokens {
    return this.#step(stepId).tokens;
  }

  /** What starts agents for a step, or runs of its own. */
  spender(
    stepId: string,
    of: { persona: string | null; attempt: number; emit: (draft: EventDraft) => void },
  ): Spender {
    return new Spender(this.#step(stepId), { ...of, stepId }, this.#options.outer);
  }

  #step(id: string): StepLedger {
    const known = this.#steps.get(id);
    if (known !== undefined) return known;
    const { before, file, watch } = this.#options;
    const { limits = {}, within = null } = this.#known.get(id) ?? {};
    const inner = [...this.#known.values()].filter((step) => this.#isWithin(step, id));
    const account = new Account({
      limits,
      around: within === null ? this.#run : this.#step(within).account,
      before: spentOf([id, ...inner.map((step) => step.id)], before),
      whose: ` (limit of step ${id})`,
      remedy: (unit) => raiseIn(unit, `step ${id} of ${file}`),
      watch,
      onEnforced: () => {},
    });
    const step = new StepLedger(account, before?.steps.get(id) ?? NO_STEP);
    this.#steps.set(id, step);
    return step;
  }

  #isWithin({ within }: BudgetedStep, loop: string): boolean {
    for (let at = within; at !== null; at = this.#known.get(at)?.within ?? null) {
      if (at === loop) return true;
    }
    return false;
  }

  [Symbol.dispose](): void {
    this.#run[Symbol.dispose]();
    for (const { account } of this.#steps.values()) account[Symbol.dispose]();
  }
}

/** A sum over starts, of which some are not over. */
class Sum {
  readonly #open = new Set<Charge>();
  #closed: Tokens = NO_TOKENS;

  get tokens(): Tokens {
    return [...this.#open].reduce((sum, { tokens }) => addTokens(sum, tokens), this.#closed);
  }

  add(charge: Charge): void {
    this.#open.add(charge);
  }

  close(charge: Charge): void {
    if (this.#open.delete(charge)) this.#closed = addTokens(this.#closed, charge.tokens);
  }
}

/** The account of a step, and what its events say of it. */
class StepLedger {
  readonly account: Account;
  readonly #innerBefore: Tokens | undefined;
  /** Of the agents of this attempt. */
  #own = new Sum();
  /** Of the agents in the runs that it ran. */
  #inner: Sum | null = null;
  #attempts: number;

  constructor(account: Account, before: StepSpent) {
    this.account = account;
    this.#attempts = before.use?.attempts ?? 0;
    this.#innerBefore = before.use?.inner;
  }

  nextAttempt(): void {
    this.#own = new Sum();
  }

  get tokens(): Tokens {
    return this.#own.tokens;
  }

  get use(): StepUse {
    const before = this.#innerBefore;
    const inner = this.#inner === null
      ? before
      : addTokens(before ?? NO_TOKENS, this.#inner.tokens);
    return { attempts: this.#attempts, ...inner === undefined ? {} : { inner } };
  }

  add(charge: Charge, isOwn: boolean): void {
    this.#attempts++;
    if (isOwn) this.#own.add(charge);
    else (this.#inner ??= new Sum()).add(charge);
  }

  close(charge: Charge): void {
    this.#own.close(charge);
    this.#inner?.close(charge);
  }
}

interface SpenderOf {
  readonly stepId: string;
  readonly persona: string | null;
  readonly attempt: number;
  readonly emit: (draft: EventDraft) => void;
}

/** An attempt of a step, or of one of its items, as what starts agents. */
export class Spender implements Meter {
  readonly #step: StepLedger;
  readonly #of: SpenderOf;
  readonly #outer: Spender | null;

  constructor(step: StepLedger, of: SpenderOf, outer: Spender | null) {
    this.#step = step;
    this.#of = of;
    this.#outer = outer;
  }

  get account(): Account {
    return this.#step.account;
  }

  get limited(): ReadonlySet<BudgetUnit> {
    const units = new Set<BudgetUnit>();
    for (let at: Account | null = this.account; at !== null; at = at.around) {
      for (const unit of BUDGET_UNITS) if (at.limits[unit] !== undefined) units.add(unit);
    }
    return units;
  }

  start(): Reading {
    const { account } = this;
    refuse(account.refusal());
    const { left } = account;
    const charge: Charge = { tokens: NO_TOKENS };
    account.open(charge);
    this.#add(charge, true);
    this.#tell();
    const over = overOf(account);
    return {
      left,
      over,
      used: (tokens, details) => {
        charge.tokens = tokens;
        this.#tell(details);
        account.changed();
      },
      ended: (tokens) => {
        charge.tokens = tokens;
        account.changed();
      },
      enforced: () => {
        if (!over.aborted) return this.#reached();
        account.enforce(String(over.reason));
        return String(over.reason);
      },
      [Symbol.dispose]: () => {
        account.close(charge);
        this.#close(charge);
      },
    };
  }

  /** Of an agent that held a limit itself. */
  #reached(): string | null {
    const refusal = this.account.refusal();
    refusal?.account.refused(refusal.message);
    return refusal?.message ?? null;
  }

  #add(charge: Charge, isOwn: boolean): void {
    if (this.#outer !== null) this.#outer.#add(charge, false);
    this.#step.add(charge, isOwn);
  }

  #close(charge: Charge): void {
    if (this.#outer !== null) this.#outer.#close(charge);
    this.#step.close(charge);
  }

  /** The run around is told first: what a kill leaves there must not be less than what it leaves here. */
  #tell(details: Readonly<Record<string, unknown>> = {}): void {
    if (this.#outer !== null) this.#outer.#tell();
    const { stepId, persona, attempt, emit } = this.#of;
    const { tokens, use } = this.#step;
    emit({
      state: "tool",
      step_id: stepId,
      persona,
      attempt,
      tokens_used: tokens.total,
      // A count alone is nothing to read.
      data: { tokens, use, ...details, raw: true },
    });
  }
}

/** Nothing is started for which nothing is left; the owner of the limit hears of it. */
function refuse(refusal: Refusal | null): void {
  if (refusal === null) return;
  refusal.account.refused(refusal.message);
  throw new OverBudgetError(refusal.message, refusal.remedy);
}

/** Aborts when the account or one around it is exceeded. */
function overOf(account: Account): AbortSignal {
  const signals: AbortSignal[] = [];
  for (let at: Account | null = account; at !== null; at = at.around) signals.push(at.over);
  return AbortSignal.any(signals);
}

function spentOf(ids: readonly string[], before: SpentBefore | undefined): Use {
  const steps = ids.map((id) => before?.steps.get(id) ?? NO_STEP);
  // The minutes of a step begin with its run.
  return wholeUse(sumTokens(steps.map(({ tokens }) => tokens)), steps.map(({ use }) => use), 0);
}

function allSpent(before: SpentBefore | undefined): Use {
  if (before === undefined) return Account.nothing;
  const steps = [...before.steps.values()];
  const tokens = sumTokens(steps.map((step) => step.tokens));
  return wholeUse(tokens, [...steps.map(({ use }) => use), before.gone], before.ms);
}

/** The units that a command line can give. */
const OPTIONS: Partial<Record<BudgetUnit, string>> = { usd: "--max-usd", tokens: "--max-tokens" };

function resumeWith(unit: BudgetUnit, runId: string): string {
  const option = OPTIONS[unit];
  if (option === undefined) return `raise budget.${unit}, and wave resume ${runId}`;
  return `wave resume ${runId} ${option} <more>`;
}

function raiseIn(unit: BudgetUnit, place: string): string {
  return `raise budget.${unit} in ${place}`;
}
