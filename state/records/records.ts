/** What a run's events fold into. Times are integer milliseconds since the epoch. */
import type {
  GateRecord,
  Owner,
  RunBudget,
  RunStatus,
  StepStatus,
  StepUse,
  Tokens,
} from "../../event/event.ts";
import type { RunOptions } from "../../event/run_options.ts";

interface StepFacts {
  readonly id: string;
  readonly persona: string | null;
  readonly dependencies: readonly string[];
  readonly digest: string | null;
  /** 0 before the first attempt. */
  readonly attempt: number;
  readonly startedAt: number | null;
  /** Of all attempts together. */
  readonly tokens: Tokens;
  /** Of the attempts that are over; equals `tokens` unless an attempt is running. */
  readonly tokensBefore: Tokens;
  /** Relative to the project root; of the newest attempt. */
  readonly workspace: string | null;
  /** Mark of the newest attempt's processes. */
  readonly nonce: string | null;
  readonly process: { readonly pid: number; readonly processStart: string | null } | null;
  /** What was tolerated: its entries of state `warning`, over all attempts. */
  readonly warnings: number;
  /** Of a gate that was answered. */
  readonly gate: GateRecord | null;
  /** How often it was started: attempts and items count as one. */
  readonly visits: number;
  /** The step that the run went on with behind it because of an edge; null: none did. */
  readonly edge: string | null;
  /** Absent of a step that started no agent. */
  readonly use?: StepUse;
}

/** A status carries only the fields that are valid in it (architecture, rule 8). */
type StepState =
  | { readonly status: "pending" | "running" }
  | { readonly status: "retrying"; readonly errorMessage: string }
  | { readonly status: "completed"; readonly completedAt: number }
  | {
    /** `errorMessage` of a skipped or cancelled step is why; empty in traces of older versions. */
    readonly status: "failed" | "skipped" | "cancelled";
    readonly completedAt: number;
    readonly errorMessage: string;
  };

export type StepRecord = StepFacts & StepState;

/** A pause of an adapter. */
export interface PauseRecord {
  readonly adapter: string;
  readonly until: number;
  readonly reason: string;
}

interface RunFacts {
  readonly id: string;
  readonly pipeline: string;
  readonly input: string;
  readonly inputRedacted: boolean;
  readonly mock: boolean;
  /** As they hold since its start or newest resume. */
  readonly options: RunOptions;
  /** Where it was started from, when it runs within another run. */
  readonly parent: { readonly runId: string; readonly stepId: string } | null;
  readonly owner: Owner;
  readonly startedAt: number;
  /** Time of the newest event folded. */
  readonly lastEventAt: number;
  /** `seq` of the newest event folded. */
  readonly lastSeq: number;
  /** Of all steps and attempts together. */
  readonly tokens: Tokens;
  readonly steps: readonly StepRecord[];
  /** Where the run is (running steps), or stopped (the steps that failed or were cut short). */
  readonly currentSteps: readonly string[];
  /** What was tolerated: entries of state `warning`, those of steps among them. */
  readonly warnings: number;
  /** Milliseconds between an end of the run and its resume, in which nobody worked on it. */
  readonly idleMs: number;
  /** Of adapters, by usage limits, one an adapter; also of a run that is over. */
  readonly pauses: readonly PauseRecord[];
  /** Absent of a run without limits. */
  readonly budget?: RunBudget;
  /** What steps used that are no longer in the pipeline, their own tokens included. */
  readonly gone?: StepUse;
}

type RunState =
  | { readonly status: "pending" | "running" }
  | { readonly status: "completed"; readonly completedAt: number }
  | {
    /** `errorMessage` of a cancelled run says who or what ended it; empty in traces of older versions. */
    readonly status: "failed" | "cancelled";
    readonly completedAt: number;
    readonly errorMessage: string;
  };

export type RunRecord = RunFacts & RunState;

/** True when nobody needs to be there for the run any more. */
export function isOver({ status }: RunRecord): boolean {
  return status !== "running" && status !== "pending";
}

export interface ArtifactRecord {
  readonly runId: string;
  readonly stepId: string;
  readonly name: string;
  readonly type: string | null;
  /** Relative to the project root. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** When the step that made it had ended it. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** Who asked for a run to be cancelled. */
export interface Requester {
  readonly user: string;
  readonly pid: number;
}

export interface CancellationRecord {
  readonly runId: string;
  readonly requestedAt: number;
  readonly force: boolean;
  /** Absent in the database, and in requests of older versions. */
  readonly by?: Requester;
}

/** Whether the process behind a run is there (contract, section 1). */
export type Liveness = "alive" | "stalled" | "interrupted" | "finished" | "unknown";

/**
 * A run as every command shows it: the record together with its liveness. Of an interrupted run the
 * status reads `failed` and the reason stands in `errorMessage`, and nobody has stored that.
 */
export interface ObservedRun {
  readonly record: RunRecord;
  readonly liveness: Liveness;
  readonly status: RunStatus;
  readonly errorMessage: string | null;
  readonly completedAt: number | null;
  /** Those that are not over, the first to end first. */
  readonly pauses: readonly PauseRecord[];
  /** Somebody has asked it to stop, and it has not stopped yet. */
  readonly cancelling: boolean;
  /**
   * The time in which it was worked on: to now while it runs, to its last event when interrupted, without
   * the time between an end and a resume. Never negative.
   */
  readonly elapsedMs: number;
  /** The same with the time between an end and a resume. */
  readonly wallMs: number;
  readonly steps: readonly ObservedStep[];
}

/** Of a run what tells it from others and says how it stands: little enough to hold all runs at once. */
export interface RunSummary extends Pick<ObservedRun, "liveness" | "status" | "completedAt"> {
  readonly record: Pick<RunRecord, "id" | "pipeline" | "startedAt" | "lastEventAt">;
}

/** The summary alone, which holds nothing else of the run. */
export function summaryOfRun({ record, liveness, status, completedAt }: ObservedRun): RunSummary {
  const { id, pipeline, startedAt, lastEventAt } = record;
  return { record: { id, pipeline, startedAt, lastEventAt }, liveness, status, completedAt };
}

export interface ObservedStep {
  readonly record: StepRecord;
  readonly status: StepStatus;
  readonly errorMessage: string | null;
  readonly completedAt: number | null;
  readonly elapsedMs: number | null;
  /** It waits for the answer to its gate. */
  readonly waiting: boolean;
}
