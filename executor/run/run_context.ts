/** What all steps of a running run share. */
import { join } from "@std/path";
import type { EventDraft, Tokens } from "../../event/event.ts";
import type { Redacted } from "../../event/redaction/redact.ts";
import type { Step } from "../language/model/pipeline.ts";
import type { Finder } from "../processes/process_finder.ts";
import type { StepResult } from "./step_results.ts";
import type { ExecuteOptions, LimitWaiter, Pauses, RunControl, Slots } from "../api.ts";
import type { RunLedger, Spender } from "../budget/run_ledger.ts";
import type { StepExit } from "../processes/exit.ts";
import type { HeldSession } from "./thread_session.ts";
import { AgentNotes } from "./agent_notes.ts";
import { ForcedEnds } from "./forced_ends.ts";
import { SameFailures } from "./same_failures.ts";
import { StepVisits } from "./step_visits.ts";
import { stopMessage } from "./stop.ts";
import { requireReal } from "../files/confine.ts";
import { Worktrees } from "../files/worktrees.ts";
import { formatTraceparent, spanIdOf } from "../../event/span_context.ts";
import { plainMessage } from "../../event/system_error.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";

/** Where a step runs: in the run itself, or in an iteration of a loop. */
export interface LoopFrame {
  /** From 0; null outside of loops. */
  readonly iteration: number | null;
}

/** How a set of steps ended. */
export interface StepsEnd {
  /** The steps that failed for good, in the order of their ends. */
  readonly failures: readonly { readonly id: string; readonly message: string }[];
  /**
   * What kept steps from starting, or cut them short: a failure or a stop of the run, whichever came
   * first. Null when every step had its turn.
   */
  readonly stoppedBy: "failure" | "stop" | null;
}

/** Runs steps side by side, as their dependencies allow, to their end. */
export type RunSteps = (
  context: RunContext,
  steps: readonly Step[],
  frame: LoopFrame,
) => Promise<StepsEnd>;

/** What a run shares with its parts. */
export interface RunShared extends RunControl {
  readonly slots: Slots;
  readonly pauses: Pauses;
  readonly finder: Finder;
  readonly ledger: RunLedger;
  readonly runSteps: RunSteps;
}

export class RunContext {
  readonly options: ExecuteOptions;
  /** Of the project, without links. */
  readonly root: string;
  /** Absolute. Holds the workspaces of the run. */
  readonly runFolder: string;
  readonly slots: Slots;
  readonly pauses: Pauses;
  /** Lets others of the graph have the turn of a step while that waits for a usage limit, by step. */
  readonly turns: Map<string, () => Disposable>;
  readonly finder: Finder;
  readonly ledger: RunLedger;
  readonly worktrees: Worktrees;
  /** Aborts when nothing may start any more; also when `forced` does. */
  readonly graceful: AbortSignal;
  /** Aborts when everything must end at once: a forced cancel, the run's time limit, a failing trace. */
  readonly forced: AbortSignal;
  /** All steps by id, those in loops too. */
  readonly steps: Map<string, Step>;
  /** Of the steps that have ended. */
  readonly results: Map<string, StepResult>;
  /** Attempts so far, by step. */
  readonly attempts: Map<string, number>;
  readonly visits: StepVisits;
  readonly sameFailures: SameFailures;
  readonly ends: ForcedEnds;
  readonly agents: AgentNotes;
  /** What the steps of each `thread` answered, oldest first. */
  readonly threads: Map<string, { readonly step: string; readonly text: string }[]>;
  /** The agents' own record of what the steps of threads said, by step. */
  readonly sessions: Map<string, HeldSession>;
  readonly #runSteps: RunSteps;
  readonly #made: { tokens: Tokens; temporaryFolder: string | null; toldOfWaits: boolean };

  constructor(
    options: ExecuteOptions,
    shared: RunShared,
    around?: RunContext,
  ) {
    this.options = options;
    this.root = around?.root ?? Deno.realPathSync(options.projectRoot);
    this.runFolder = join(this.root, ".wave", "workspaces", options.runId);
    this.slots = shared.slots;
    this.pauses = shared.pauses;
    this.turns = around?.turns ?? new Map();
    this.finder = shared.finder;
    this.ledger = shared.ledger;
    this.graceful = shared.graceful;
    this.forced = shared.forced;
    this.#runSteps = shared.runSteps;
    this.worktrees = around?.worktrees ?? new Worktrees(this.root, this.runFolder);
    this.steps = around?.steps ?? new Map();
    this.results = around?.results ?? new Map();
    this.attempts = around?.attempts ?? new Map(options.attempts);
    this.visits = around?.visits ?? new StepVisits(options.pipeline.maxStepVisits, options.visits);
    this.sameFailures = around?.sameFailures ?? new SameFailures();
    this.ends = around?.ends ?? new ForcedEnds();
    this.agents = around?.agents ?? new AgentNotes();
    this.threads = around?.threads ?? new Map();
    this.sessions = around?.sessions ?? new Map();
    this.#made = around === undefined
      ? { tokens: NO_TOKENS, temporaryFolder: null, toldOfWaits: false }
      : around.#made;
    if (around === undefined) this.#addSteps(options.pipeline.steps);
  }

  /** The same run, for a part of it in which everything also ends when `limit` aborts. */
  endedBy(limit: AbortSignal): RunContext {
    return new RunContext(this.options, {
      slots: this.slots,
      pauses: this.pauses,
      finder: this.finder,
      ledger: this.ledger,
      graceful: AbortSignal.any([this.graceful, limit]),
      forced: AbortSignal.any([this.forced, limit]),
      runSteps: this.#runSteps,
    }, this);
  }

  /** The same run, for one item of a step: its events say which, as `data.item`, from 0. */
  forItem(item: number): RunContext {
    const emit = (draft: EventDraft) => this.options.emit(withItem(draft, item));
    return new RunContext({ ...this.options, emit }, {
      slots: this.slots,
      pauses: this.pauses,
      finder: this.finder,
      ledger: this.ledger,
      graceful: this.graceful,
      forced: this.forced,
      runSteps: this.#runSteps,
    }, this);
  }

  /** Runs steps within this run, such as those of a loop. */
  runSteps(steps: readonly Step[], frame: LoopFrame): Promise<StepsEnd> {
    return this.#runSteps(this, steps, frame);
  }

  #addSteps(steps: readonly Step[]): void {
    for (const step of steps) {
      this.steps.set(step.id, step);
      if (step.action.kind === "loop") this.#addSteps(step.action.steps);
    }
  }

  emit(draft: EventDraft): void {
    this.options.emit(draft);
  }

  warn(stepId: string | null, message: string, persona: string | null = null): void {
    if (stepId === null) this.emit({ state: "warning", step_id: null, message });
    else this.emit({ state: "warning", step_id: stepId, persona, message });
  }

  /** Notes how a program of a step ended, and warns of what that left. */
  noteEnd(stepId: string, exit: StepExit): void {
    const left = this.ends.add(stepId, exit, this.forced.aborted ? stopMessage(this) : null);
    if (left !== null) this.warn(stepId, left);
  }

  /** Warns, once a run, that programs wait for others to end because the system has no room for more. */
  noteWait(stepId: string, cause: Error): void {
    if (this.#made.toldOfWaits) return;
    this.#made.toldOfWaits = true;
    this.warn(stepId, `fewer programs run at a time: ${plainMessage(cause)}`);
  }

  /**
   * Tells of what went wrong and does not fail the run, because `rule` says so, such as `optional: true`. It
   * counts among the run's warnings, and `logs --errors` shows it.
   */
  tolerate({ id, persona }: Pick<Step, "id" | "persona">, rule: string, what: string): void {
    this.emit({
      state: "warning",
      level: "error",
      step_id: id,
      persona,
      attempt: this.attempts.get(id) ?? null,
      message: `tolerated (${rule}): ${what}`,
      data: { tolerated: rule },
    });
  }

  /** A text without its secrets, and how many they were. */
  redacted(text: string): Redacted {
    return this.options.redactor?.counted(text) ?? { text, count: 0 };
  }

  /** A text of a program without its secrets, to be called before it is cut. */
  redact(text: string): string {
    return this.options.redactor?.text(text) ?? text;
  }

  /** What starts agents, or runs within this one, for an attempt of a step. */
  spender({ id, persona }: Pick<Step, "id" | "persona">, attempt: number): Spender {
    return this.ledger.spender(id, { persona, attempt, emit: (draft) => this.emit(draft) });
  }

  /** What the programs of an attempt get as `TRACEPARENT`. */
  async traceparent(stepId: string, attempt: number): Promise<string | undefined> {
    const { runId, trace } = this.options;
    if (trace === undefined) return undefined;
    return formatTraceparent({ ...trace, spanId: await spanIdOf(runId, stepId, attempt) });
  }

  /**
   * The step as one that would wait for a usage limit.
   *
   * @param limitMs its time limit, where it is another than that of the step.
   */
  waiter({ id, timeoutMs }: Pick<Step, "id" | "timeoutMs">, limitMs: number | null = null) {
    const timeEnds = this.options.clock.now() + this.ledger.timeLeft(id);
    return { stepId: id, limitMs: limitMs ?? timeoutMs, timeEnds } satisfies LimitWaiter;
  }

  /** Tokens of all attempts that have ended. */
  get tokens(): Tokens {
    return this.#made.tokens;
  }

  spend(tokens: Tokens): void {
    this.#made.tokens = addTokens(this.#made.tokens, tokens);
  }

  /** The run's own folder for temporary files. Its name cannot be a step's. */
  temporaryFolder(): string {
    const folder = this.#made.temporaryFolder ??= madeFolder(join(this.runFolder, ".tmp"));
    requireReal(folder);
    return folder;
  }
}

function withItem(draft: EventDraft, item: number): EventDraft {
  // An outer list's item does not name that of the list within: the innermost is the closest.
  const data = { item, ...draft.data };
  // Every kind of event may name an item; that the rest stays as it was, TypeScript cannot see.
  return { ...draft, data } as EventDraft;
}

function madeFolder(path: string): string {
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
