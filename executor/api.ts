/**
 * What the executor is given, and what it gives back: the pipeline, and what it needs from the world
 * around it, such as a clock, a recorder of events, answers to gates, and runs within this one.
 */
import type { ArtifactData, EventDraft, Tokens } from "../event/event.ts";
import type { BudgetLimits } from "../event/event.ts";
import type { RunTrace } from "../event/span_context.ts";
import type { Spender, SpentBefore } from "./budget/run_ledger.ts";
import type { Redactor } from "../event/redaction/redact.ts";
import type { Manifest } from "./language/model/manifest.ts";
import type { GivenInput } from "./language/model/input_spec.ts";
import type { GateChoice, Pipeline } from "./language/model/pipeline.ts";
import type { Finder } from "./processes/process_finder.ts";

export interface ExecuteOptions {
  readonly pipeline: Pipeline;
  readonly manifest: Manifest;
  /** Absolute. */
  readonly projectRoot: string;
  readonly runId: string;
  readonly input: string;
  readonly emit: Emit;
  /** Replaces secrets where a text is cut before it is emitted: their halves would not be known any more. */
  readonly redactor?: Redactor | undefined;
  readonly control: RunControl;
  readonly clock: Clock;
  /** Wave's own environment: all of it for scripts, a few variables of it for agents. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every persona on the built-in mock adapter. */
  readonly mock: boolean;
  /** Instead of the manifest's `max_concurrent_workers`. */
  readonly maxWorkers?: number | undefined;
  /** Limit of the whole run, milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Steps that are not run, because an earlier run or attempt completed them. */
  readonly reused?: ReadonlyMap<string, ReusedStep> | undefined;
  /** How many attempts each step had before (resume); they are counted from there. */
  readonly attempts?: ReadonlyMap<string, number> | undefined;
  /** How often each step was started before (resume), without a start that is gone on with. */
  readonly visits?: ReadonlyMap<string, number> | undefined;
  /**
   * Steps that had not completed, while what they depend on is unchanged: they continue what is left of
   * their last attempt.
   */
  readonly continued?: ReadonlyMap<string, PriorAttempt> | undefined;
  /** What the run may use, and all runs within it. */
  readonly budget?: BudgetLimits | undefined;
  /** What it used before (resume). */
  readonly spent?: SpentBefore | undefined;
  readonly startRun: StartRun;
  readonly gates: GateSource;
  /** The artifact of the latest completed run of another pipeline, or null. */
  readonly findArtifact?: FindArtifact | undefined;
  /** Looks for processes; one is opened for the run unless given. The run around an inner one gives its own. */
  readonly finder?: Finder | undefined;
  /** What the processes of a step get between SIGTERM and SIGKILL, in milliseconds; 5000 unless told. */
  readonly graceMs?: number | undefined;
  /** What is known from before of adapters whose usage limit was reached (resume). */
  readonly pauses?: readonly AdapterPause[] | undefined;
  /** Fail at a usage limit, instead of waiting until it resets. */
  readonly noWait?: boolean | undefined;
  /** What its steps tell the programs that they start of the distributed trace; nothing without it. */
  readonly trace?: Pick<RunTrace, "traceId" | "flags"> | undefined;
  /** Of a run within a run: what the step above hands down. */
  readonly inner?: InnerRun | undefined;
}

/** Nothing is started on an adapter until then. */
export interface AdapterPause {
  /** Its name in the manifest. */
  readonly adapter: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** One line for a person, such as `claude usage limit`. */
  readonly reason: string;
}

export type FindArtifact = (pipeline: string, artifact: string) => ArtifactData | null;

/**
 * A step whose result stands: a completed or skipped one, or one from whose failure an edge led on. Paths
 * are relative to the project root.
 */
export interface ReusedStep {
  readonly workspace: string | null;
  /** Why it was skipped, when a condition was not met. */
  readonly skipped?: string | undefined;
  readonly artifacts: readonly ArtifactData[];
  /** Why it failed, of a step from whose failure an edge leads on. */
  readonly failure?: string | undefined;
  /** The run that it comes from, when it is another one (`run --from-step`); it is recorded then. */
  readonly fromRun?: string | undefined;
}

/** What is left of the last attempt of a step. */
export interface PriorAttempt {
  /** Relative to the project root. */
  readonly workspace: string | null;
  /** True when the step is not what it was. */
  readonly changed: boolean;
}

/** What a step hands down to the run that it starts. Pass it on to `executeRun` as `inner`. */
export interface InnerRun {
  /** Values of `{{ env.<name> }}`. */
  readonly env: Readonly<Record<string, string>>;
  /** Put into `artifacts/<as>` of every step. */
  readonly artifacts: readonly { readonly as: string; readonly data: ArtifactData }[];
  /** The results so far of the runs around this one, the innermost first. */
  readonly around: readonly {
    readonly pipeline: string;
    readonly artifacts: readonly ArtifactData[];
  }[];
  /** The run around this one. */
  readonly runId: string;
  /** Nonces of the steps around this run, outermost first, as in `WAVE_NONCE`. */
  readonly outer: string;
  /** The attempt around this run, as in `TRACEPARENT`; absent where there is none. */
  readonly traceparent?: string | undefined;
  /** Runs around this one; 0 for a run that a person started. */
  readonly depth: number;
  /** What it uses counts there, too; absent where nobody counts. */
  readonly spender?: Spender;
  readonly slots: Slots;
  readonly pauses: Pauses;
  readonly finder: Finder;
}

export interface InnerRunRequest {
  readonly pipeline: string;
  readonly input: GivenInput;
  readonly parent: { readonly runId: string; readonly stepId: string };
  readonly inner: InnerRun;
  readonly control: RunControl;
  readonly mock: boolean;
  readonly timeoutMs: number | null;
  /**
   * Which of the runs that the step started before, and that were given the same, may be continued:
   * those that did not complete, or all of them. Null: none.
   */
  readonly continuable: "incomplete" | "all" | null;
  /** Called once the run is recorded, before its first step. */
  onStarted(runId: string, how: "started" | "resumed"): void;
}

/**
 * Loads a pipeline, records a run of its own and executes it to its end.
 *
 * @throws {WaveError} when there is no such pipeline, or it is invalid: the step then fails.
 */
export type StartRun = (
  request: InnerRunRequest,
) => Promise<{
  readonly runId: string;
  readonly result: RunResult;
  /** How many warnings its log has; none unless told. */
  readonly warnings?: number;
}>;

export interface RunResult {
  readonly status: "completed" | "failed" | "cancelled";
  /** Why, for a person; the error of a failed run. */
  readonly message: string;
  readonly tokens: Tokens;
  /** What the pipeline's `pipeline_outputs` name, in their order. */
  readonly outputs: readonly RunOutput[];
  /** The artifacts of all completed steps, in the order of the pipeline file. */
  readonly artifacts: readonly RunOutput[];
  /** True when it failed because a budget is used up. */
  readonly overBudget?: boolean;
}

export interface RunOutput {
  readonly name: string;
  readonly data: ArtifactData;
  /** Only this field of a JSON artifact, `a.b`; null for all of it. */
  readonly field: string | null;
}

/**
 * The requests to stop a run. `graceful`: let running steps finish and start nothing more.
 * `forced`: end every process of the run now. Both come from `wave cancel`, Ctrl-C and SIGTERM alike. A
 * request that is forced from the start aborts `forced` first, then `graceful`.
 */
export interface RunControl {
  readonly graceful: AbortSignal;
  readonly forced: AbortSignal;
}

/**
 * Records an event. Returns once it stands in the trace (architecture, rule 3).
 *
 * @throws {WaveError} `trace_write_failed` when it cannot be recorded: the run must then stop.
 */
export type Emit = (draft: EventDraft) => void;

export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

export interface GateQuestion {
  readonly runId: string;
  readonly stepId: string;
  readonly message: string;
  /** Never empty. */
  readonly choices: readonly GateChoice[];
  readonly defaultChoice: string | null;
  /** True when a text may come with the choice. */
  readonly freeform: boolean;
}

export interface GateAnswer {
  /** Key of a choice. */
  readonly choice: string;
  readonly text: string | null;
  /** Who gave it. Absent where nobody did, such as for the default, and where it was not told. */
  readonly by?: string;
}

export interface GateSource {
  /**
   * Resolves with the answer to a question, however long that takes.
   *
   * @throws the signal's reason when it aborts first.
   */
  answer(question: GateQuestion, signal: AbortSignal): Promise<GateAnswer>;
  /** The answer that a rule gives at once, so that nobody is asked; null: none does. */
  ruled?(question: GateQuestion): GateAnswer | null;
}

/** The slots for work that runs at the same time, over a run and the runs within it. */
export interface Slots {
  /**
   * Resolves with a slot as soon as one is free; disposing it gives it back. In the order of the calls.
   *
   * @throws the signal's reason when it aborts first.
   */
  take(signal: AbortSignal): Promise<Disposable>;
}

/** What a run is told of its pauses. */
export interface PauseListener {
  paused(pause: AdapterPause): void;
  unpaused(adapter: string): void;
  /** A limit that is not waited for: the run is to fail with that reason. */
  refused(reason: string): void;
}

/** Who would wait for a usage limit. */
export interface LimitWaiter {
  readonly stepId: string;
  /** The time limit that the pipeline gives the step, milliseconds: it waits no longer than that. */
  readonly limitMs: number | null;
  /** When its budget of minutes, or one around it, is used up, epoch milliseconds; infinite without one. */
  readonly timeEnds: number;
}

/** Which adapters nothing may be started on now, over a run and the runs within it. */
export interface Pauses {
  /** Tells `listener` of what is paused, and of all that follows, until the result is disposed. */
  follow(listener: PauseListener): Disposable;
  isPaused(adapter: string): boolean;
  /** Why `waiter` would not wait for the adapter, or for `pause` of it; null where it would, or need not. */
  refusal(pause: string | AdapterPause, waiter: LimitWaiter): string | null;
  /**
   * From now on nothing is started on the adapter until then. A pause never gets shorter. Where it is not to
   * be waited for by `waiter`, the run ends.
   */
  begin(pause: AdapterPause, waiter?: LimitWaiter): void;
  /** Ends the run, because it does not wait for a limit. */
  refuse(reason: string): void;
  /**
   * Resolves as soon as the adapter is not paused. A pause that is not to be waited for ends the run.
   *
   * @throws the signal's reason when it aborts first.
   */
  hold(adapter: string, waiter: LimitWaiter, signal: AbortSignal): Promise<void>;
  /**
   * Resolves after `ms` in which nothing was paused: the time limits of loops and of runs within runs do not
   * go on while they wait.
   *
   * @throws the signal's reason when it aborts first.
   */
  workedFor(ms: number, signal: AbortSignal): Promise<void>;
}
