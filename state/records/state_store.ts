/**
 * The interface that the plan names, for whoever builds upon the database: `wave` itself reads through
 * `RunReader`, and writes through `RunIndex` and `requestCancellation` alone. It is split by who needs
 * what. Runs, steps, artifacts and log are all changed by events, and by nothing else, so that whatever
 * stands here can be told from a trace.
 */
import type {
  ArtifactWritten,
  RunCancelling,
  RunEnded,
  RunEvent,
  RunResumed,
  RunStarted,
  RunStatus,
} from "../../event/event.ts";
import type { ArtifactRecord, CancellationRecord, RunRecord, StepRecord } from "./records.ts";
import type { RunIndex } from "./run_index.ts";

export interface ListRunsOptions {
  readonly pipeline?: string;
  /** As stored: of an interrupted run that nobody has finalized it is still `running`. */
  readonly status?: RunStatus;
  /** Started before this moment, epoch milliseconds. */
  readonly startedBefore?: number;
  readonly limit?: number;
}

export interface EventQuery {
  readonly stepId?: string;
  /** Only events of level `error`. */
  readonly errorsOnly?: boolean;
  readonly limit?: number;
  readonly offset?: number;
}

/** A pipeline and when it was run first and last, epoch milliseconds. */
export interface PipelineRecord {
  readonly name: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

export interface RunStore {
  /** Records the first event of a run; the run's id is in it. */
  createRun(event: RunStarted): RunRecord;
  /** Records an event that changes the run as a whole. */
  updateRunStatus(event: RunResumed | RunCancelling | RunEnded): RunRecord;
  getRun(runId: string): RunRecord | null;
  /** The most recently started run that is not over, as stored. */
  getRunningRun(): RunRecord | null;
  /** Newest start first. */
  listRuns(options?: ListRunsOptions): readonly RunRecord[];
  /** Removes the run from every table; false when it was not there. */
  deleteRun(runId: string): boolean;
  /** In the order of the pipeline file. */
  getStepStates(runId: string): readonly StepRecord[];
  /** Most recently run first. */
  listRecentPipelines(limit: number): readonly PipelineRecord[];
}

export interface EventStore {
  /** Records any event. `output` is not kept, but moves the run's time and number on. */
  logEvent(event: RunEvent): RunRecord;
  /** In the order of `seq`, without `output`. */
  getEvents(runId: string, query?: EventQuery): readonly RunEvent[];
}

export interface ArtifactStore {
  registerArtifact(event: ArtifactWritten): void;
  getArtifacts(runId: string, stepId?: string): readonly ArtifactRecord[];
}

export interface CancellationStore {
  /** Remembers the wish to stop the run; a forced one stays forced. False when no such run is going on. */
  requestCancellation(request: CancellationRecord): boolean;
  checkCancellation(runId: string): CancellationRecord | null;
  clearCancellation(runId: string): void;
}

/** The database, for whoever needs more than one side of it. Its methods throw `DatabaseError`. */
export interface StateStore
  extends RunStore, EventStore, ArtifactStore, CancellationStore, RunIndex, Disposable {
  close(): void;
}
