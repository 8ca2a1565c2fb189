/** Runs a prompt on an adapter: the program, its output as events, and the verdict. */
import type { EventDraft, Tokens } from "../../event/event.ts";
import type { Finder } from "../processes/finder.ts";
import type { Mark } from "../processes/mark.ts";
import type { StepExit } from "../processes/exit.ts";
import type { Adapter, AdapterRequest } from "./adapter.ts";

export interface AgentHost {
  readonly finder: Finder;
  readonly mark: Mark;
  /** All of the environment, marks included; the adapter's own variables are added. */
  readonly env: Readonly<Record<string, string>>;
  readonly persona: string | null;
  readonly emit: (draft: EventDraft) => void;
  readonly timeoutMs?: number | undefined;
  readonly silenceMs?: number | undefined;
  readonly graceMs?: number;
  /** A forced cancel. */
  readonly signal: AbortSignal;
}

export interface AgentResult {
  /** The final answer. */
  readonly text: string;
  /** Null when it did what it was asked. */
  readonly error: string | null;
  readonly tokens: Tokens;
  readonly exit: StepExit;
}

/** Runs `request` to its end; no process of it is left then. Failures of the agent are results, not throws. */
export function runAgent(
  _adapter: Adapter,
  _request: AdapterRequest,
  _host: AgentHost,
): Promise<AgentResult> {
  return Promise.reject(new Error("runAgent is not built yet"));
}
