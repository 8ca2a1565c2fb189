/** Runs a prompt on an adapter: the program, its output as events, and the verdict. */
import type { EventDraft, Tokens } from "../../event/event.ts";
import type { Redactor } from "../../event/redact.ts";
import { outputRecorder } from "../output.ts";
import { describeExit, type StepExit } from "../processes/exit.ts";
import type { Finder } from "../processes/finder.ts";
import { Limits } from "../processes/limits.ts";
import type { Mark } from "../processes/mark.ts";
import { type Leader, runProcess } from "../processes/spawn.ts";
import type {
  Adapter,
  AdapterRequest,
  AgentEvent,
  BuiltInAdapter,
  ProgramAdapter,
  Verdict,
} from "./adapter.ts";
import { shortened, tokensOf } from "./verdict.ts";

export interface AgentHost {
  readonly finder: Finder;
  readonly mark: Mark;
  /** All of the environment, marks included; the adapter's own variables are added. */
  readonly env: Readonly<Record<string, string>>;
  readonly persona: string | null;
  readonly emit: (draft: EventDraft) => void;
  readonly redactor?: Redactor | undefined;
  readonly timeoutMs?: number | undefined;
  readonly silenceMs?: number | undefined;
  readonly graceMs?: number | undefined;
  /** Called only where marks alone do not find processes (macOS). */
  readonly onSpawned?: (process: Leader) => void;
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

/**
 * Runs `request` to its end; no process of it is left then. Failures of the agent are results.
 *
 * @throws what {@link runProcess} and `emit` throw
 */
export async function runAgent(
  adapter: Adapter,
  request: AdapterRequest,
  host: AgentHost,
): Promise<AgentResult> {
  let tokens = tokensOf(0, 0);
  const of = { step_id: request.stepId, persona: host.persona, attempt: request.attempt };
  const redact = (text: string) => host.redactor?.text(text) ?? text;
  const tell = (event: AgentEvent) => {
    if (event.kind === "tokens") tokens = event.tokens;
    host.emit(draftOf(event, of, tokens, redact));
  };
  const { verdict, exit } = adapter.kind === "program"
    ? await runProgram(adapter, request, host, tell)
    : await runBuiltIn(adapter, request, host, tell);
  if (verdict.tokens !== null && verdict.tokens.total !== tokens.total) {
    tell({ kind: "tokens", tokens: verdict.tokens });
  }
  // Whatever the agent says of itself: what wave ended, or could not start, has failed.
  const ended = exit.kind === "success" || exit.kind === "exit_code" ? null : describeExit(exit);
  return { text: verdict.text, error: ended ?? verdict.error, tokens, exit };
}

function draftOf(
  event: AgentEvent,
  of: { step_id: string; persona: string | null; attempt: number },
  tokens: Tokens,
  redact: (text: string) => string,
): EventDraft {
  const rest = { ...of, tokens_used: tokens.total };
  switch (event.kind) {
    case "tool": {
      // In this order: of a secret that was cut first, nobody knows that it is one.
      const message = shortened(redact(event.message));
      return { ...rest, state: "tool", message, data: { tool: event.tool } };
    }
    case "tokens":
      return { ...rest, state: "tool", message: "", data: { tokens } };
    case "warning":
      return { ...rest, state: "warning", message: event.message };
  }
}

interface Ran {
  readonly verdict: Verdict;
  readonly exit: StepExit;
}

async function runProgram(
  adapter: ProgramAdapter,
  request: AdapterRequest,
  host: AgentHost,
  tell: (event: AgentEvent) => void,
): Promise<Ran> {
  const { program, args, stdin, env } = adapter.invocation(request, host.env);
  const interpreter = adapter.interpreter();
  const output = outputRecorder({
    stepId: request.stepId,
    persona: host.persona,
    attempt: request.attempt,
    emit: host.emit,
    redactor: host.redactor,
    onLine(stream, text) {
      if (stream === "stdout") { for (const event of interpreter.line(text)) tell(event); }
    },
  });
  const exit = await runProcess({
    ...host,
    what: { program, args },
    cwd: request.workspace,
    env: { ...host.env, ...env },
    stdin,
    onOutput: output.write,
  });
  output.end();
  return { verdict: interpreter.verdict(exit), exit };
}

async function runBuiltIn(
  adapter: BuiltInAdapter,
  request: AdapterRequest,
  host: AgentHost,
  tell: (event: AgentEvent) => void,
): Promise<Ran> {
  const startedAt = performance.now();
  using limits = new Limits(host);
  const stop = new AbortController();
  const heard = (event: AgentEvent) => {
    limits.touch();
    tell(event);
  };
  const running = adapter.run(request, heard, stop.signal).then(
    (verdict) => ({ kind: "verdict", verdict }) as const,
    (error) => ({ kind: "failed", error }) as const,
  );
  const first = await Promise.race([running, limits.reached]);
  stop.abort();
  await running;
  if (first.kind === "failed") throw first.error;
  const facts = {
    durationMs: Math.round(performance.now() - startedAt),
    stderrTail: "",
    outputCut: false,
  };
  if (first.kind !== "verdict") {
    return { verdict: { text: "", error: null, tokens: null }, exit: { ...first, ...facts } };
  }
  const { verdict } = first;
  const output = outputRecorder({ ...host, stepId: request.stepId, attempt: request.attempt });
  if (verdict.text !== "") output.write("stdout", new TextEncoder().encode(`${verdict.text}\n`));
  output.end();
  return { verdict, exit: { kind: "success", ...facts } };
}
