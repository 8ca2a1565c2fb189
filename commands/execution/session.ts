/** What executes and records runs, for those that prepare one. */
import type { PlannedStep, RunBudget, RunEvent } from "../../event/event.ts";
import type { SpentBefore } from "../../executor/budget/run_ledger.ts";
import type {
  AdapterPause,
  InnerRun,
  PriorAttempt,
  ReusedStep,
  RunControl,
  RunResult,
} from "../../executor/api.ts";
import type { RunOptions } from "../../event/run_options.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import type { Records } from "./open_records.ts";

/** What one run is executed with, beside its recording. */
export interface RunRequest {
  readonly pipeline: Pipeline;
  /** Its steps as they are recorded, when they are known already. */
  readonly planned?: readonly PlannedStep[] | undefined;
  readonly input: string;
  readonly mock: boolean;
  readonly maxWorkers?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly reused?: ReadonlyMap<string, ReusedStep> | undefined;
  readonly attempts?: ReadonlyMap<string, number> | undefined;
  readonly visits?: ReadonlyMap<string, number> | undefined;
  readonly continued?: ReadonlyMap<string, PriorAttempt> | undefined;
  /** Known from before. */
  readonly pauses?: readonly AdapterPause[] | undefined;
  /** Fail at a usage limit, instead of waiting. */
  readonly noWait?: boolean | undefined;
  readonly inner?: InnerRun | undefined;
  /** As it is recorded. */
  readonly budget?: RunBudget | undefined;
  /** What it used before (resume). */
  readonly spent?: SpentBefore | undefined;
  /** Steps that were not chosen and have no result: they are skipped. */
  readonly leftOut?: ReadonlySet<string> | undefined;
}

/** What is about to be run. */
export interface PreflightOptions {
  readonly mock: boolean;
  /** Steps that will not run. */
  readonly reused: ReadonlySet<string>;
  readonly leftOut?: ReadonlySet<string> | undefined;
  /** Of the run that is continued; null for a new one. */
  readonly runId: string | null;
  /** The limits that it will have. */
  readonly budget?: RunBudget | undefined;
}

/** Where a new run comes from, when it is not from scratch. */
export interface RunOrigin {
  readonly reusedRun?: string;
  readonly parent?: { readonly run_id: string; readonly step_id: string };
}

/** All that runs of this process share. */
export interface Session {
  readonly root: string;
  readonly paths: WavePaths;
  readonly manifest: Manifest;
  readonly records: Records;
  /** What was chosen on the command line: for the run and for those within it. */
  readonly options: RunOptions;

  /** As `runnablePipeline`. */
  pipeline(name: string): Pipeline;

  /**
   * Checks that all variables are set that the steps name in `env`.
   *
   * @throws {UsageError} `missing_variables`.
   */
  requireVariables(pipeline: Pick<Pipeline, "name" | "steps">, mock: boolean): void;

  /** Starts the record of a new run; `listener` is told its events. */
  start(
    request: Pick<RunRequest, "pipeline" | "input" | "mock" | "planned" | "inner" | "budget">,
    listener: (event: RunEvent) => void,
    origin?: RunOrigin,
  ): Promise<Recording>;

  /**
   * Executes the run that `recording` has started, with its hooks, and records its end. A run always ends in its trace,
   * unless the trace itself cannot be written.
   *
   * @throws {WaveError} `trace_write_failed`.
   */
  execute(
    recording: Recording,
    request: RunRequest,
    control: RunControl & { readonly insisted?: AbortSignal },
  ): Promise<RunResult>;
}
