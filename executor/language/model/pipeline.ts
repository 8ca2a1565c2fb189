/**
 * A pipeline as the executor sees it: validated, defaults applied, every reference explicit. What
 * people write is described in `pipeline_shape.ts`; `resolve.ts` turns the one into the other.
 *
 * A field of type `Template` still holds its `{{ … }}` expressions: `template.ts` expands them when
 * the step starts. All other texts are final.
 */
import type { FallbackAgent, Permissions } from "./manifest.ts";
import type { BudgetLimits } from "../../../event/event.ts";
import type { Contract } from "./contract.ts";
import type { InputSpec } from "./input_spec.ts";
import type { Edge } from "./edge.ts";
import type { Hooks } from "./hooks.ts";
import type { ForgeQuestion } from "./forge_question.ts";
import type { Retry } from "./retry.ts";
import type { Position, Template } from "./source_text.ts";

export interface Pipeline {
  readonly name: string;
  readonly description: string;
  readonly category: string | null;
  /** True for one that its author has switched off: it is listed, and `run` refuses it. */
  readonly disabled: boolean;
  /** The file it was read from, relative to the project root. */
  readonly file: string;
  readonly input: InputSpec;
  /** Programs that must be on PATH. */
  readonly requiredTools: readonly string[];
  /** Names of skills whose text goes with the prompts of all steps. */
  readonly skills: readonly string[];
  /** In the order of the file. */
  readonly steps: readonly Step[];
  readonly outputs: readonly PipelineOutput[];
  /** How often its steps may be started, all together; null: only each step has a limit. */
  readonly maxStepVisits: number | null;
  /** What a run of it may use, with all runs within it. */
  readonly budget?: BudgetLimits | undefined;
  readonly hooks?: Hooks;
}

/** A named result that a pipeline above this one sees. */
export interface PipelineOutput {
  readonly name: string;
  readonly step: string;
  readonly artifact: string;
  /** A field of a JSON artifact, `a.b`, or null for the whole of it. */
  readonly field: string | null;
  readonly type: string | null;
}

/** The variables that programs get. */
export interface Variables {
  /** Values by name. */
  readonly env?: Readonly<Record<string, Template>> | undefined;
  /** Names of variables of wave's own environment, which must be set there. */
  readonly envNames?: readonly string[] | undefined;
}

/** Its variables are those of its scripts, test commands and agents; those of the pipeline are among them. */
export interface Step extends Variables {
  readonly id: string;
  readonly position: Position;
  readonly action: Action;
  /** A script that decides whether the step runs: exit code 0 runs it, 1 skips it, others fail it. */
  readonly when?: Template | undefined;
  /** Name in the manifest; forge and project variables are already expanded. */
  readonly persona: string | null;
  /** Overrides the persona's adapter. */
  readonly adapter: string | null;
  /** Narrows those of its persona: denies more, and of what is allowed leaves what it allows, too. */
  readonly permissions?: Permissions;
  /** Overrides the persona's model: `cheapest`, `balanced`, `strongest` or an adapter's own name. */
  readonly model: string | null;
  /** Who acts when its agent's model cannot be had: one after the other. Absent: nobody. */
  readonly fallback?: readonly FallbackAgent[] | undefined;
  /** True where an agent was chosen on the command line, so that nobody takes over. */
  readonly isChosen?: boolean | undefined;
  /**
   * Ids of steps that must have completed: those that the file names, and then those whose results the
   * step uses.
   */
  readonly dependencies: readonly string[];
  /** Null: the manifest's default. */
  readonly timeoutMs: number | null;
  /** How long its agent may say nothing; 0: for ever; null: as its persona says. */
  readonly silenceMs: number | null;
  /** What it may use, over all attempts, items and resumes, with the runs and steps within it. */
  readonly budget?: BudgetLimits | undefined;
  /** True when its failure does not fail the run, nor skip what depends on it. */
  readonly optional: boolean;
  /** True when it runs only as the `reworkStep` of another. */
  readonly reworkOnly: boolean;
  /**
   * How often it may be started: first, after a gate went back, and to rework others. Iterations of a
   * loop begin anew; attempts and items count as one.
   */
  readonly maxVisits: number;
  /** Where the run goes on behind it: the first that fits. Empty: as the dependencies say. */
  readonly edges: readonly Edge[];
  /** Those of its dependencies whose edges lead to it: it starts only when one of them does. */
  readonly entries: readonly string[];
  /** True for `type: conditional`: what it waits for may have failed, which is its own outcome. */
  readonly routes: boolean;
  readonly injectArtifacts: readonly Injection[];
  readonly workspace: Workspace;
  readonly outputArtifacts: readonly OutputArtifact[];
  readonly outcomes: readonly OutcomeSpec[];
  /** Checked in this order after each attempt. */
  readonly contracts: readonly Contract[];
  readonly retry: Retry;
  /** Steps with the same name continue one conversation, where the adapter can. */
  readonly thread: string | null;
  /** Names of skills whose text goes with its prompt, besides those of the pipeline. */
  readonly skills: readonly string[];
  /** How many agents the prompt allows the step's agent to start itself; null: nothing is said. */
  readonly maxConcurrentAgents: number | null;
  readonly compaction: Compaction | null;
  /** Runs the action once for each item. Null: once. */
  readonly each: Each | null;
  /** The step as it is written, for its digest. */
  readonly definition: string;
}

export type Action =
  | CommandAction
  | PromptAction
  | PipelineAction
  | GateAction
  | LoopAction
  | BranchAction
  | AggregateAction
  | NoAction;

/** Runs a script with `sh`. See `scriptOf` in `template.ts` for how values get into it. */
export interface CommandAction {
  readonly kind: "command";
  readonly script: Template;
}

/** Gives a prompt to the step's adapter. */
export interface PromptAction {
  readonly kind: "prompt";
  /** The prompt itself; of `source_path` the file's text as it was when the pipeline was loaded. */
  readonly source: Template;
  /** Relative to the project root, or null for a prompt in the pipeline file. */
  readonly sourcePath: string | null;
}

/** Runs another pipeline as a run of its own. */
export interface PipelineAction {
  readonly kind: "pipeline";
  readonly pipeline: Template;
  /** Null: this run's input. */
  readonly input: InputTemplate | null;
  /** Names of artifacts of this run that the inner one gets. Null: those of the dependencies. */
  readonly inject: readonly string[] | null;
  /** Names of artifacts of the inner run that become this step's. Null: its `pipeline_outputs`. */
  readonly extract: readonly string[] | null;
  readonly timeoutMs: number | null;
  /** Values of `{{ env.<name> }}` in the inner pipeline. */
  readonly env: Readonly<Record<string, Template>>;
}

export type GateKind = "approval" | "timer" | "pr_merge" | "ci_pass";

/** Waits for an answer, or for a time. */
export interface GateAction {
  readonly kind: "gate";
  readonly gate: GateKind;
  /** Of `pr_merge` and `ci_pass`. */
  readonly forge?: ForgeQuestion;
  /** Answered at once with the default choice. */
  readonly auto: boolean;
  /** Of a timer: how long it waits. Else: after which time the default choice is taken. */
  readonly timeoutMs: number | null;
  readonly message: Template;
  /** Never empty: `approve` and `reject` when the file names none. */
  readonly choices: readonly GateChoice[];
  /** Key of the choice taken on timeout or by `auto`; null: a timeout fails the step. */
  readonly defaultChoice: string | null;
  /** True when a text may be given along with the choice. */
  readonly freeform: boolean;
}

export interface GateChoice {
  readonly key: string;
  readonly label: string;
  /** `next`: go on; `fail`: the run fails; else the id of a step to run (again) from. */
  readonly target: { readonly kind: "next" | "fail" } | {
    readonly kind: "step";
    readonly step: string;
  };
}

/** Runs its steps again and again. */
export interface LoopAction {
  readonly kind: "loop";
  readonly maxIterations: number;
  /** Ends the loop when it expands to `true` after an iteration. Null: when an iteration completes. */
  readonly until: Template | null;
  /** What follows when all iterations are done and `until` does not hold. */
  readonly onLimit: "fail" | "continue";
  /** Their dependencies name each other alone: what they need from outside the loop depends on. */
  readonly steps: readonly Step[];
}

/** Runs the pipeline that a value selects. */
export interface BranchAction {
  readonly kind: "branch";
  readonly on: Template;
  readonly cases: readonly BranchCase[];
  /** Taken when no case matches; null: then the step fails. */
  readonly otherwise: BranchTarget | null;
  /** Null: this run's input. */
  readonly input: InputTemplate | null;
}

/** What another pipeline is given: one text, or its inputs by name. */
export type InputTemplate = Template | { readonly named: readonly NamedTemplate[] };

export interface NamedTemplate {
  readonly name: string;
  /** The text of the value; of a list or a map its JSON, in whose texts expressions stand. */
  readonly text: Template;
  readonly isJson: boolean;
}

export type BranchTarget = { readonly kind: "skip" } | {
  readonly kind: "pipeline";
  readonly pipeline: Template;
};

export interface BranchCase {
  readonly value: string;
  readonly target: BranchTarget;
}

/** Writes one file out of the results of an earlier step. */
export interface AggregateAction {
  readonly kind: "aggregate";
  readonly from: Template;
  /** Relative to the step's workspace. */
  readonly into: string;
  readonly strategy: "merge_arrays" | "concat";
  /** `merge_arrays`: of each element take this key's array first. */
  readonly key: string | null;
}

/** Does nothing but complete: a place where other steps meet. */
export interface NoAction {
  readonly kind: "none";
}

/** An earlier step's artifact, copied to `artifacts/<as>` in the workspace. */
export interface Injection {
  readonly position: Position;
  /** Of this pipeline; null when it comes from `pipeline`. */
  readonly step: string | null;
  /** The latest completed run of that pipeline has it; null when it comes from `step`. */
  readonly pipeline: string | null;
  readonly artifact: string;
  readonly as: string;
  /** JSON Schema it must satisfy, relative to the project root. */
  readonly schemaPath: string | null;
  /** True when the step may start without it. */
  readonly optional: boolean;
}

export type Workspace =
  /** A folder of its own. */
  | { readonly kind: "folder"; readonly mounts: readonly Mount[] }
  /** A git worktree of the project; steps with the same branch share it. */
  | {
    readonly kind: "worktree";
    /** Null: a branch named after the run. */
    readonly branch: Template | null;
    /** Where a new branch starts; null: HEAD. */
    readonly base: Template | null;
    /** A branch that is there already is taken as it is, though it is not at `base`. */
    readonly reuse?: boolean;
    readonly mounts: readonly Mount[];
  }
  /** The workspace of an earlier step. */
  | { readonly kind: "shared"; readonly step: string };

/** A folder of the project that the step finds in its workspace. */
export interface Mount {
  /** Relative to the project root. */
  readonly source: string;
  /** Relative to the workspace, without a leading slash. */
  readonly target: string;
  readonly mode: "readonly" | "readwrite";
  /** `<step>.<artifact>.<field>`: only the paths that this JSON list names. */
  readonly subsetFrom: {
    readonly step: string;
    readonly artifact: string;
    readonly field: string | null;
  } | null;
}

export interface OutputArtifact {
  readonly name: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly type: string | null;
  /** False when the step may end without it. */
  readonly required: boolean;
  /** `stdout`: what the step printed is written to `path`. */
  readonly source: "file" | "stdout";
  /** True when secrets in what wave writes to `path` are kept. */
  readonly raw: boolean;
}

/** Something worth naming at the end of a run: a URL that an artifact holds, or a file. */
export interface OutcomeSpec {
  readonly type: "pr" | "issue" | "url" | "deployment" | "file" | "artifact";
  /** Path relative to the workspace. */
  readonly extractFrom: string;
  /** `.a.b`, `.list[*].url`; null for `file` and `artifact`. */
  readonly jsonPath: string | null;
  readonly label: string;
}

/** When the conversation of a step is summarised. */
export interface Compaction {
  /** In percent of the model's context. */
  readonly triggerPercent: number;
  /** Who summarises. */
  readonly persona: string;
}

/** A step that runs once for each item: `iterate`, or `strategy: matrix`. */
export interface Each {
  readonly source: EachSource;
  /** How many run side by side; 1: in order, one after the other. */
  readonly maxConcurrent: number;
  /** `continue`: a failed item does not fail the step. */
  readonly onFailure: "fail" | "continue";
}

export type EachSource =
  /** Expands to a JSON array. */
  | { readonly kind: "template"; readonly over: Template }
  /** A declared JSON artifact of an earlier step. `key`: `a.b`, the list in it; null: all of it. */
  | {
    readonly kind: "artifact";
    readonly step: string;
    readonly artifact: string;
    readonly key: string | null;
  };
