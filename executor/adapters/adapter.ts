/** What an adapter is: how a prompt becomes a program, and how its output becomes events and a result. */
import type { BudgetLimits, Tokens } from "../../event/event.ts";
import type { ModelUsage } from "../pricing/model_usage.ts";
import type { Transcript } from "./transcript.ts";
import type { StepExit } from "../processes/exit.ts";
import type { UsageLimit } from "./usage_limit.ts";

/** Names of tools, in the adapter's own vocabulary; a denied one wins. */
export interface ToolPermissions {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** One rule of those for tools. */
export interface PermissionRule {
  readonly action: "allow" | "deny";
  /** `Read`, `Bash(git push*)`, as the manifest has it. */
  readonly rule: string;
}

/**
 * What makes an agent keep a rule, for a person, or null when nothing of it can: pure, and the one place
 * that says so. An allow rule is kept when the agent can use what it names, and nothing that no rule names.
 */
export type Enforce = (rule: PermissionRule, permissions: ToolPermissions) => string | null;

/** An artifact that the step declares; only `mock` writes them by itself. */
export interface ExpectedArtifact {
  readonly name: string;
  /** Relative to the workspace, checked to stay in it. */
  readonly path: string;
  readonly type: string | null;
  /** The JSON Schema that a contract holds it to, already parsed. */
  readonly schema?: unknown;
}

/** A conversation of which the agent itself keeps a record. */
export interface AgentSession {
  readonly id: string;
  /** All that was used in it, of an agent that counts on from there; null of one that begins anew. */
  readonly used: ModelUsage | null;
}

export interface AdapterRequest {
  readonly prompt: string;
  readonly systemPrompt: string | null;
  readonly model: string | null;
  readonly temperature: number | null;
  readonly permissions: ToolPermissions;
  /** Absolute; the program's working folder. */
  readonly workspace: string;
  /** Absolute; the project, which the agent may read. */
  readonly project: string;
  /** Absolute; folders of git that a commit in the workspace writes to, outside of it. */
  readonly gitFolders?: readonly string[];
  /** Absolute; a private folder for what the adapter hands to its program in files. */
  readonly folder: string;
  readonly stepId: string;
  /** From 1. */
  readonly attempt: number;
  readonly artifacts: readonly ExpectedArtifact[];
  /** The conversation to go on with; none: a new one. */
  readonly session?: AgentSession | null;
  /** What is left for it, for agents that hold a limit themselves. */
  readonly left?: BudgetLimits;
}

/** What to start. The prompt goes to stdin, which is closed after it. */
export interface Invocation {
  /** A name that is looked up in PATH, or a path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly stdin: string;
  /** Added to the filtered environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Files to be there before it starts, by absolute path within the request's folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/** An event in an agent's output while it works. */
export type AgentEvent =
  /** What the agent says, plain text of one or more lines. */
  | { readonly kind: "text"; readonly text: string }
  /** A tool begins to work. */
  | {
    readonly kind: "call";
    /** Names the call in its result. */
    readonly id: string;
    readonly tool: string;
    /** One line for a person, such as the command or the path. */
    readonly message: string;
  }
  /** A tool is done. */
  | {
    readonly kind: "result";
    readonly id: string;
    /** Null when it did what it should. */
    readonly error: string | null;
    /** True when it was not allowed to work. */
    readonly refused?: boolean;
    /** Of a refused one the rule, where that is certain. */
    readonly rule?: string;
  }
  /** A tool call of which only the whole is told. */
  | { readonly kind: "tool"; readonly tool: string; readonly message: string }
  /** A call that was refused; `told` when its result was an event of its own. */
  | {
    readonly kind: "refused";
    readonly tool: string;
    readonly message: string;
    readonly told?: boolean;
  }
  /** Something went wrong that the agent tries again, or gives up for. */
  | { readonly kind: "trouble"; readonly message: string }
  /** Its service lets it wait for so long, milliseconds, after which it tries again by itself. */
  | { readonly kind: "wait"; readonly ms: number }
  /** All that is known so far of what this attempt used. */
  | {
    readonly kind: "tokens";
    readonly tokens: Tokens;
    /** The same by model, where the agent tells it. */
    readonly models?: readonly ModelUsage[];
  }
  | { readonly kind: "warning"; readonly message: string };

/** The result of an agent, which its exit code alone does not show. */
export interface Verdict {
  /** The final answer, at most 1 MiB. */
  readonly text: string;
  /** Null when it succeeded. */
  readonly error: string | null;
  /** Null when the agent reported none. */
  readonly tokens: Tokens | null;
  /** The same by model, where the agent tells it. */
  readonly models?: readonly ModelUsage[];
  /** Of the agent's program, where it tells it. */
  readonly version?: string;
  /** True when it ended itself because of what was left for it. */
  readonly overBudget?: boolean;
  /** True when it ended before it told what it used, so that there may have been more. */
  readonly unreported?: boolean;
  /** Of a failure by a usage limit that its error does not tell by itself. */
  readonly limit?: UsageLimit;
  /** By which the conversation can go on. */
  readonly session?: AgentSession;
}

/** To an agent that is talked with while it works, and from it. */
export interface Wire {
  /** Writes a line to its stdin. */
  readonly send: (line: string) => void;
  readonly tell: (event: AgentEvent) => void;
}

/** Reads one agent's output, line by line. Never throws on a line, however strange. */
export interface Interpreter {
  line(text: string): readonly AgentEvent[];
  /**
   * Talks with an agent that asks and is answered while it works; its lines come by `line`. Resolves when
   * all is said, or when it cannot go on: its stdin is closed then.
   */
  converse?(request: AdapterRequest, wire: Wire): Promise<void>;
  /** Tells an agent that is talked with to stop: it is about to be ended. */
  cancel?(): void;
  /** The program of an agent that is talked with has ended: no more lines will come. */
  ended?(): void;
  /** Of stderr. */
  errorLine?(text: string): readonly AgentEvent[];
  /** Where the agent keeps what it does not print; asked when it has ended. */
  transcript?(env: Readonly<Record<string, string>>): Transcript | null;
  /** Of that record, before the verdict. */
  transcriptLine?(text: string): readonly AgentEvent[];
  /** True when the final answer was read, so that only the program's end is still to come. */
  answered?(): boolean;
  verdict(exit: StepExit): Verdict;
}

/** An agent that is a program of its own. */
export interface ProgramAdapter {
  readonly kind: "program";
  readonly name: string;
  /** What `list adapters` looks for. */
  readonly binary: string;
  readonly enforce: Enforce;
  /** Of an agent that is talked with, by a protocol that is not its own. */
  readonly protocol?: "acp";
  /** True when what it prints is a stream of events, which is no text for a person. */
  readonly streams: boolean;
  /** `env` is what the program gets otherwise; nothing else of the environment may be read. */
  invocation(request: AdapterRequest, env: Readonly<Record<string, string>>): Invocation;
  /** `session` is the one that the request goes on with. */
  interpreter(session?: AgentSession | null): Interpreter;
}

/** An agent within this process (`mock`). */
export interface BuiltInAdapter {
  readonly kind: "built_in";
  readonly name: string;
  readonly enforce: Enforce;
  /** Ends soon after the signal aborts, with whatever result. */
  run(
    request: AdapterRequest,
    onEvent: (event: AgentEvent) => void,
    signal: AbortSignal,
  ): Promise<Verdict>;
}

export type Adapter = ProgramAdapter | BuiltInAdapter;

/** An entry of `adapters` in the manifest. */
export interface AdapterSettings {
  readonly name: string;
  /** A name that is looked up in PATH, or an absolute path. */
  readonly binary: string;
  /** Arguments that come before all others; of OpenCode, behind `run`. */
  readonly args?: readonly string[];
  /** How it is talked with; null or none: by what it prints. */
  readonly protocol?: "acp" | null;
}
