/**
 * The event union: everything that happens to a run.
 *
 * An event *is* the JSON object that stands on one line of a trace, in `logs[]` and on a stream
 * (contract, sections 2 and 3). That is why its keys are in snake case: the same object is written,
 * stored, folded and printed, and nothing translates between them.
 */

import type {
  ArtifactData,
  LastLine,
  Level,
  Owner,
  Pause,
  PlannedStep,
  Receipt,
  RunBudget,
  RunSnapshot,
  StepUse,
  Tokens,
} from "./run_facts.ts";
import type { RunOptions } from "./run_options.ts";

export type {
  ArtifactData,
  BudgetLimits,
  BudgetUnit,
  GateRecord,
  LastLine,
  Level,
  Owner,
  Pause,
  PlannedStep,
  Receipt,
  RunBudget,
  RunSnapshot,
  RunStatus,
  StepSnapshot,
  StepStatus,
  StepUse,
  Tokens,
} from "./run_facts.ts";

/** Version of every JSON shape that wave prints or records. Keys are only ever added. */
export const SCHEMA_VERSION = 1;

/**
 * When it ended, RFC 3339 UTC with milliseconds, where that was before the event was written: what was
 * interrupted ended with its run's last event, and another process writes that down later.
 */
type EndedAt = string;

interface Base {
  readonly schema_version: typeof SCHEMA_VERSION;
  /** From 1, without gaps, in the order of the trace. */
  readonly seq: number;
  /** RFC 3339 UTC with milliseconds. The clock may jump; order is told by `seq` alone. */
  readonly timestamp: string;
  readonly run_id: string;
  /** The pipeline's name. */
  readonly pipeline_id: string;
  readonly level: Level;
  readonly persona: string | null;
  readonly message: string;
  /** Of a step's event: tokens that this attempt used so far. Of a run's last event: of the whole run. */
  readonly tokens_used: number;
  readonly duration_ms: number | null;
  readonly attempt: number | null;
}

interface OfRun extends Base {
  readonly step_id: null;
}

interface OfStep extends Base {
  readonly step_id: string;
}

/** First event of every trace. */
export interface RunStarted extends OfRun {
  readonly state: "started";
  readonly data: {
    readonly input: string;
    /** True when redaction altered the input, so that a resume needs it again. */
    readonly input_redacted: boolean;
    readonly owner: Owner;
    readonly steps: readonly PlannedStep[];
    readonly mock: boolean;
    readonly options?: RunOptions;
    /** True when it may have entries that `logs` shows with `--raw` alone. */
    readonly raw?: boolean;
    /** The run whose finished steps this one reuses (`run --from-step`). */
    readonly reused_run?: string;
    /** The run and step that started this one as a sub-pipeline. */
    readonly parent?: { readonly run_id: string; readonly step_id: string };
    /** The span that it was called from, as of W3C Trace Context. */
    readonly traceparent?: string;
    readonly budget?: RunBudget;
  };
}

/** A resume: the same run goes on under a new owner. */
export interface RunResumed extends OfRun {
  readonly state: "running";
  readonly data: {
    readonly owner: Owner;
    readonly steps: readonly PlannedStep[];
    /** Steps that run again; all others keep what they have. */
    readonly rerun: readonly string[];
    /** All that hold from here on; absent: those that it had. */
    readonly options?: RunOptions;
    /** Absent: as before. */
    readonly mock?: boolean;
    readonly budget?: RunBudget;
  };
}

/** The owner has taken notice of a cancel request. */
export interface RunCancelling extends OfRun {
  readonly state: "cancelling";
  readonly data: { readonly force: boolean };
}

/** From now on nothing is started on an adapter, until a time; of a pause that is known already its new end. */
export interface RunPaused extends OfRun {
  readonly state: "paused";
  readonly data: Pause;
}

/** The pause of an adapter is over. */
export interface RunUnpaused extends OfRun {
  readonly state: "unpaused";
  readonly data: Pick<Pause, "adapter">;
}

/** A hook is about to run. Written before it is spawned, so that none runs twice, and its processes can be found. */
export interface HookStarted extends OfRun {
  readonly state: "hook";
  readonly data: {
    /** Its moment: `started`, or how the run is about to end. */
    readonly hook: string;
    /** Where it is written: `pipeline` or `manifest`. */
    readonly from: string;
    readonly nonce: string;
  };
}

/** Last event of a run, until it is resumed. `message` is the error of a failed run, and says who or what ended a cancelled one. */
export interface RunEnded extends OfRun {
  readonly state: "completed" | "failed" | "cancelled";
  readonly data: {
    readonly snapshot: RunSnapshot;
    /** True when another process wrote this for an owner that was gone. */
    readonly interrupted?: boolean;
    readonly ended_at?: EndedAt;
    /** Of a run of which programs were ended by force since it was started or resumed: all receipts in one. */
    readonly receipt?: Receipt;
  };
}

/** Written before anything of the attempt is spawned, so that leftovers can always be found by `nonce`. */
export interface StepRunning extends OfStep {
  readonly state: "running";
  readonly data: {
    /** Random mark in the environment of every process of this attempt (architecture, rule 6). */
    readonly nonce: string;
    /** Relative to the project root. */
    readonly workspace: string;
    /** What the prompt goes to, where a model is named. */
    readonly model?: string;
    /** How often the step was started in this run, this time too, where that is more than once. */
    readonly visit?: number;
  };
}

/** The process group leader of an attempt, where marks alone do not find processes (macOS). */
export interface StepSpawned extends OfStep {
  readonly state: "tool";
  readonly data: {
    readonly process: { readonly pid: number; readonly process_start: string | null };
  };
}

/** What the end of an attempt tells of its agents. */
interface ToldOfAgent {
  readonly agent_version?: string;
  /** Where the cost comes from: an agent, `pricing in wave.yaml`, the public prices and their version. */
  readonly cost_from?: readonly string[];
}

/** An attempt failed and another one follows; `message` says why. */
export interface StepRetrying extends OfStep {
  readonly state: "retrying";
  readonly data: {
    readonly delay_ms: number;
    /** Of this attempt. */
    readonly tokens?: Tokens;
    /** Of an attempt that a usage limit ended: it does not count as failed, and none of the step's retries is used. */
    readonly usage_limit?: { readonly adapter: string; readonly until?: string };
    readonly receipt?: Receipt;
    readonly last_lines?: readonly LastLine[];
  } & ToldOfAgent;
}

/** `message` is the error of a failed step and the reason of a skipped or cancelled one. */
export interface StepEnded extends OfStep {
  readonly state: "completed" | "failed" | "cancelled" | "skipped";
  readonly data: {
    readonly tokens: Tokens;
    readonly exit_code?: number | null;
    /** Of a failed one: what its program wrote last, at most 20 lines of both streams, oldest first. */
    readonly last_lines?: readonly LastLine[];
    /** Of a later attempt: the names of all its artifacts; what the step had besides them is no longer its. */
    readonly artifacts?: readonly string[];
    /** The run whose result stands in for this step (`run --from-step`). */
    readonly reused_run?: string;
    /** Relative to the project root; of a reused step. */
    readonly workspace?: string;
    readonly ended_at?: EndedAt;
    /** Of a step whose programs were ended by force. */
    readonly receipt?: Receipt;
  } & ToldOfAgent;
}

export interface ContractChecked extends OfStep {
  readonly state: "validating" | "contract_passed" | "contract_failed";
  readonly data: { readonly contract: string; readonly [detail: string]: unknown };
}

export interface ArtifactWritten extends OfStep {
  readonly state: "artifact";
  readonly data: { readonly artifact: ArtifactData };
}

/** A tool call of an agent, or its token count so far. */
export interface ToolCalled extends OfStep {
  readonly state: "tool";
  readonly data: {
    readonly tool?: string;
    /** Of a tool that is done: `ok`, or what went wrong. */
    readonly result?: string;
    /** Of all agents of this attempt of the step, together. */
    readonly tokens?: Tokens;
    /** Of a step that has ended: the step that the run goes on with because of an edge, or a choice. */
    readonly edge?: string;
    /** Ids of the steps that are left to do again, because that leads back. */
    readonly again?: readonly string[];
    /** Of `tokens`: the same by model, `{model, input, cache_read, cache_write, output}`. */
    readonly models?: readonly { readonly [part: string]: unknown }[];
    /** Of `tokens`: where their cost comes from. */
    readonly cost_from?: readonly string[];
    readonly use?: StepUse;
    readonly [detail: string]: unknown;
  };
}

/** What an adapter wrote: at most 64 KiB of text, the rest in events with `continued`. */
export interface OutputWritten extends OfStep {
  readonly state: "output";
  readonly data: {
    readonly stream: "stdout" | "stderr";
    /** True when this goes on with the line that the event before it of the same stream began. */
    readonly continued?: boolean;
    /** Base64 of the bytes when they were not valid UTF-8, so that no byte is lost. */
    readonly bytes?: string;
    /** As of {@linkcode itemOf}. */
    readonly item?: number;
    /** True of the stream of an agent's program, whose text and tools are entries of their own. */
    readonly raw?: boolean;
  };
}

export interface RunWarning extends OfRun {
  readonly state: "warning";
  readonly data?: { readonly [detail: string]: unknown };
}

export interface StepWarning extends OfStep {
  readonly state: "warning";
  readonly data?: { readonly [detail: string]: unknown };
}

export type RunEvent =
  | RunStarted
  | RunResumed
  | RunCancelling
  | RunPaused
  | RunUnpaused
  | HookStarted
  | RunEnded
  | StepRunning
  | StepRetrying
  | StepEnded
  | ContractChecked
  | ArtifactWritten
  | StepSpawned
  | ToolCalled
  | OutputWritten
  | RunWarning
  | StepWarning;

export type EventState = RunEvent["state"];

type Recorded = "schema_version" | "seq" | "timestamp" | "run_id" | "pipeline_id";
type Optional = "persona" | "message" | "tokens_used" | "duration_ms" | "attempt" | "level";
type Draft<E> = E extends RunEvent ? Omit<E, Recorded | Optional> & Partial<Pick<E, Optional>>
  : never;

/** An event before it is recorded: `seq`, time and run are the recorder's, and the rest has defaults. */
export type EventDraft = Draft<RunEvent>;

/** The item of a list that an event of a step belongs to, from 0; null for the step itself. */
export function itemOf({ data }: RunEvent): number | null {
  const item: unknown = data !== undefined && "item" in data ? data.item : null;
  return typeof item === "number" ? item : null;
}

/** True for the event that ends a run. */
export function endsRun(event: RunEvent): event is RunEnded {
  return event.step_id === null &&
    (event.state === "completed" || event.state === "failed" || event.state === "cancelled");
}
