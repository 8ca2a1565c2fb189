/** What a run is given, and what it gives back. */
import type { ArtifactData, Tokens } from "../../event/event.ts";
import type { Redactor } from "../../event/redact.ts";
import type { Manifest } from "../language/model/manifest.ts";
import type { Pipeline } from "../language/model/pipeline.ts";
import type { GateSource } from "./gate_source.ts";
import type { Clock, Emit, RunControl } from "./ports.ts";
import type { Finder } from "../processes/process_finder.ts";
import type { Slots } from "./worker_slots.ts";

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
  /** How many attempts each step had before (resume); theirs go on from there. */
  readonly attempts?: ReadonlyMap<string, number> | undefined;
  /** Steps that go on with what they began before: they had not completed, and stand on what they stood on. */
  readonly goesOn?: ReadonlyMap<string, Begun> | undefined;
  readonly startRun: StartRun;
  readonly gates: GateSource;
  /** The artifact of the latest completed run of another pipeline, or null. */
  readonly findArtifact?: FindArtifact | undefined;
  /** Looks for processes; one is opened for the run unless given. The run around an inner one gives its own. */
  readonly finder?: Finder | undefined;
  /** Of a run within a run: what the step above hands down. */
  readonly inner?: InnerRun | undefined;
}

export type FindArtifact = (pipeline: string, artifact: string) => ArtifactData | null;

/** A completed step whose result stands. Paths are relative to the project root. */
export interface ReusedStep {
  readonly workspace: string | null;
  readonly artifacts: readonly ArtifactData[];
  /** The run that it comes from, when it is another one (`run --from-step`); it is recorded then. */
  readonly fromRun?: string | undefined;
}

/** What is left of the last attempt of a step. */
export interface Begun {
  /** Relative to the project root. */
  readonly workspace: string | null;
  /** True when the step is not what it was. */
  readonly changed: boolean;
}

/** What a step hands down to the run that it starts. Pass it on to `execute` as `inner`. */
export interface InnerRun {
  /** Values of `{{ env.<name> }}`. */
  readonly env: Readonly<Record<string, string>>;
  /** Put into `artifacts/<as>` of every step. */
  readonly artifacts: readonly { readonly as: string; readonly data: ArtifactData }[];
  /** What the runs around this one have come to, the innermost first. */
  readonly around: readonly {
    readonly pipeline: string;
    readonly artifacts: readonly ArtifactData[];
  }[];
  /** Nonces of the steps around this run, outermost first, as in `WAVE_NONCE`. */
  readonly outer: string;
  /** Runs around this one; 0 for a run that a person started. */
  readonly depth: number;
  readonly slots: Slots;
  readonly finder: Finder;
}

export interface InnerRunRequest {
  readonly pipeline: string;
  readonly input: string;
  readonly parent: { readonly runId: string; readonly stepId: string };
  readonly inner: InnerRun;
  readonly control: RunControl;
  readonly mock: boolean;
  readonly timeoutMs: number | null;
  /**
   * Which of the runs that the step began before, and that were given the same, may be gone on with:
   * those that did not complete, or all of them. Null: none.
   */
  readonly goOn: "incomplete" | "all" | null;
  /** Told once the run is recorded, before its first step. */
  onBegun(runId: string, how: "started" | "resumed"): void;
}

/**
 * Loads a pipeline, records a run of its own and executes it to its end.
 *
 * @throws {WaveError} when there is no such pipeline, or it is invalid: the step then fails.
 */
export type StartRun = (
  request: InnerRunRequest,
) => Promise<{ readonly runId: string; readonly result: RunResult }>;

export interface RunResult {
  readonly status: "completed" | "failed" | "cancelled";
  /** Why, for a person; the error of a failed run. */
  readonly message: string;
  readonly tokens: Tokens;
  /** What the pipeline's `pipeline_outputs` name, in their order. */
  readonly outputs: readonly RunOutput[];
  /** The artifacts of all completed steps, in the order of the pipeline file. */
  readonly artifacts: readonly RunOutput[];
}

export interface RunOutput {
  readonly name: string;
  readonly data: ArtifactData;
  /** Only this field of a JSON artifact, `a.b`; null for all of it. */
  readonly field: string | null;
}
