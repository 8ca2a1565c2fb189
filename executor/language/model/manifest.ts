/** The manifest (`wave.yaml`) as the executor sees it: validated, defaults applied. */
import type { BudgetLimits } from "../../../event/event.ts";
import type { Pricing } from "./pricing.ts";
import type { Hooks } from "./hooks.ts";
import type { Position } from "./source_text.ts";

export interface Manifest {
  readonly name: string;
  readonly description: string;
  /** `github`, `gitlab`, `gitea`, `bitbucket`: named by the manifest, or null. */
  readonly forge: string | null;
  readonly project: ProjectSpec;
  readonly adapters: Readonly<Record<string, AdapterSpec>>;
  readonly personas: Readonly<Record<string, Persona>>;
  readonly runtime: Runtime;
  /** What models cost whose agents do not tell it. */
  readonly pricing: Pricing;
  /** Folders with skills, relative to the project root. */
  readonly skillFolders: readonly string[];
  /** Of all runs but those within others. */
  readonly hooks?: Hooks;
}

/** What `{{ project.<name> }}` expands to. */
export type ProjectSpec = Readonly<Record<string, string>>;

export interface Permissions {
  /** Tools that may be used; empty: the adapter's own default. */
  readonly allowedTools: readonly string[];
  readonly deny: readonly string[];
}

export interface AdapterSpec {
  readonly name: string;
  readonly position: Position;
  /** A name on PATH, or a path. `mock` is built in. */
  readonly binary: string;
  /** Arguments that come first. */
  readonly args: readonly string[];
  /** How it is talked with; none: by what it prints. */
  readonly protocol?: "acp";
  readonly mode: string;
  readonly outputFormat: string;
  readonly defaultModel: string | null;
  /** What `cheapest`, `balanced` and `strongest` are called here. */
  readonly tierModels: Readonly<Record<string, string>>;
  readonly defaultPermissions: Permissions;
  /** Files of the project that the agent finds in its workspace, relative to the project root. */
  readonly projectFiles: readonly string[];
  /** Names of environment variables that this adapter's processes get besides the common ones. */
  readonly env: readonly string[];
}

/** Takes over from another agent. */
export interface FallbackAgent {
  /** Name of an adapter of the manifest; null: that of the agent it takes over from. */
  readonly adapter: string | null;
  /** As a persona's `model`. */
  readonly model: string;
}

export interface HookRule {
  readonly matcher: string;
  readonly command: string;
}

export interface Persona {
  readonly name: string;
  readonly position: Position;
  readonly description: string;
  /** Name of an adapter of the manifest. */
  readonly adapter: string;
  /** Relative to the project root; null: no system prompt. */
  readonly systemPromptFile: string | null;
  readonly temperature: number | null;
  readonly model: string | null;
  /** Who acts when that model cannot be had; absent: as `runtime` says. */
  readonly fallback?: readonly FallbackAgent[] | undefined;
  readonly permissions: Permissions;
  /** How long its agent may say nothing; 0: for ever; null: as `runtime` says. */
  readonly silenceMs: number | null;
  /** By moment (`PreToolUse`, `PostToolUse`); accepted, and handed to nobody. */
  readonly hooks: Readonly<Record<string, readonly HookRule[]>>;
}

export interface Runtime {
  /** Steps that run at the same time, over the whole run. */
  readonly maxConcurrentWorkers: number;
  readonly defaultTimeoutMs: number;
  /** Who acts when the model of an agent cannot be had, where neither step nor persona says it. */
  readonly fallback?: readonly FallbackAgent[] | undefined;
  /** How long an agent may say nothing; 0: for ever; null: the manifest does not say. */
  readonly silenceMs: number | null;
  /** No value of the run may stand in a script: scripts read variables, which `env` of a step sets. */
  readonly strictValues: boolean;
  /** A rule for tools that nothing enforces is an error. */
  readonly strictPermissions: boolean;
  /** Names of environment variables that every adapter's processes get besides the common ones. */
  readonly envPassthrough: readonly string[];
  readonly audit: {
    readonly logAllToolCalls: boolean;
    readonly logAllFileOperations: boolean;
  };
  /** When a conversation is summarised, unless a step's `compaction` says otherwise. */
  readonly relay: {
    readonly tokenThresholdPercent: number;
    readonly summarizerPersona: string | null;
  };
  /** What any run may use that a person starts, with all runs within it. */
  readonly budget?: BudgetLimits | undefined;
  /** Limits of pipelines within pipelines. */
  readonly nesting: {
    readonly maxDepth: number;
    readonly maxTotalSteps: number | null;
    readonly maxTotalTokens: number | null;
    readonly timeoutMs: number | null;
  };
}

/** The name of the adapter that is always there and needs no binary. */
export const MOCK_ADAPTER = "mock";
