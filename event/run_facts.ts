/** What events say of runs, steps and artifacts: the parts that they are made of, as JSON. */
import type { RunOptions } from "./run_options.ts";

export type RunStatus = "pending" | "running" | "completed" | "failed" | "cancelled";

export type StepStatus =
  | "pending"
  | "running"
  | "retrying"
  | "completed"
  | "failed"
  | "cancelled"
  | "skipped";

/** `debug` is what adapters wrote; `info` transitions, artifacts, contracts; `error` failures. */
export type Level = "debug" | "info" | "warn" | "error";

/**
 * Tokens that were used, and what they cost. A key that is absent says the least: without `cost_usd` the
 * cost of tokens is unknown, which is never 0 (contract, section 9). `event/tokens.ts` counts with them.
 */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly total: number;
  /** There were more than these, and nobody knows how many: the attempt was ended before its agent told. */
  readonly at_least?: true;
  /** US dollars; of a sum what is known of it. */
  readonly cost_usd?: number;
  /** It cost more than `cost_usd`, and nobody knows how much. */
  readonly cost_at_least?: true;
}

export type BudgetUnit = "usd" | "tokens" | "attempts" | "minutes";

/** The most that may be used; a unit that is absent has no limit. */
export type BudgetLimits = { readonly [unit in BudgetUnit]?: number };

/** The limits of a run as a whole. */
export interface RunBudget {
  /** Those that hold: of each unit the narrowest. */
  readonly limits: BudgetLimits;
  /** Those that its command line gave when it was started. */
  readonly given?: BudgetLimits;
  /** Those that take the place of all others, because whoever resumed it gave them. */
  readonly raised?: BudgetLimits;
}

/** What a step used besides the tokens that its own agents told, over all attempts. */
export interface StepUse {
  /** How often an agent was started, in runs within this one, too. */
  readonly attempts: number;
  /** Of the runs within this one that the step ran. */
  readonly inner?: Tokens;
}

/** One of the last lines that a program wrote before it failed, without secrets, shortened. */
export interface LastLine {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** The process that holds the owner lock of a run. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /**
   * What the system says of the start of `pid`, or null where it cannot be told. Compared; of its form
   * only the boot that it names after the `@` is used (`same_boot.ts`).
   */
  readonly process_start: string | null;
}

/** A step as the run plans it. The order is the order of the pipeline file. */
export interface PlannedStep {
  readonly id: string;
  readonly persona: string | null;
  readonly dependencies: readonly string[];
  /** SHA-256 of what defines the step (what it does, prompt and schema files), to tell a changed one on resume. */
  readonly digest: string | null;
}

/** A declared artifact as it was when its step ended. */
export interface ArtifactData {
  readonly name: string;
  readonly type: string | null;
  /** Relative to the project root. */
  readonly path: string;
  readonly size_bytes: number;
  readonly sha256: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly modified_at: string;
}

/** Nothing is started on an adapter before a time, because a limit of its service is reached (contract, section 9). */
export interface Pause {
  /** Its name in the manifest. */
  readonly adapter: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly until: string;
  /** One line for a person, such as `claude usage limit`. */
  readonly reason: string;
}

/** A step's state as the last event of a run carries it. Times are RFC 3339 UTC with milliseconds. */
export interface StepSnapshot {
  readonly id: string;
  readonly persona: string | null;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly tokens: Tokens;
  readonly error_message: string | null;
  readonly workspace: string | null;
  readonly digest: string | null;
  readonly dependencies: readonly string[];
  readonly warnings?: number;
  /** Of a gate: how it was answered last. */
  readonly gate?: GateRecord;
  readonly visits?: number;
  readonly edge?: string | null;
  readonly use?: StepUse;
}

/** The answer to a gate. */
export interface GateRecord {
  /** Key of the choice. */
  readonly choice: string;
  readonly text: string | null;
  /** Who gave it, or the rule that did; null where neither is known. */
  readonly by: string | null;
}

/** What the last event of a run carries, so that a trace's first and last lines suffice for `status`. */
export interface RunSnapshot {
  readonly tokens: Tokens;
  /** Where the run is or stopped: the steps that a reader names as current. */
  readonly current_steps: readonly string[];
  readonly artifacts: number;
  /** Entries of state `warning`, those of steps among them. */
  readonly warnings?: number;
  /** Milliseconds between an end of the run and its resume, in which nobody worked on it. */
  readonly idle_ms?: number;
  /** Those that were not over, so that a resume knows them. */
  readonly pauses?: readonly Pause[];
  readonly budget?: RunBudget;
  /** What steps used that are no longer in the pipeline, their own tokens included. */
  readonly gone?: StepUse;
  /** Owner of the run when it ended; of a resumed run not the one that started it. */
  readonly owner: Owner;
  /** As they were when it ended; absent in traces of older versions, whose resumes changed neither. */
  readonly options?: RunOptions;
  readonly mock?: boolean;
  readonly steps: readonly StepSnapshot[];
}

/** What proves that programs which were ended by force left nothing (contract, section 12). */
export interface Receipt {
  /** Who or what wanted it, such as `cancelled by Ctrl-C` or `time limit of 90s reached`. */
  readonly asked_by: string;
  /** The signals that were sent, in order: how many processes got each, and the pids of the first of them. */
  readonly signalled: readonly {
    readonly signal: string;
    readonly processes: number;
    readonly pids: readonly number[];
  }[];
  /** When was looked last, RFC 3339 UTC with milliseconds. */
  readonly looked_at: string;
  /** Pids of what was still there then. */
  readonly left: readonly number[];
  /** True when that look proves that nothing is left. */
  readonly proven: boolean;
}
