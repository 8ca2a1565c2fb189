/** Runs a prompt on an adapter: the program, its output as events, and the verdict. */
import type { EventDraft, Tokens } from "../../event/event.ts";
import type { Redactor } from "../../event/redaction/redact.ts";
import { outputRecorder } from "../processes/output_events.ts";
import { describeExit, type StepExit } from "../processes/exit.ts";
import type { Finder } from "../processes/process_finder.ts";
import { Limits } from "../processes/limits.ts";
import type { Mark } from "../processes/process_marker.ts";
import { type Leader, runProcess } from "../processes/run_process.ts";
import type {
  Adapter,
  AdapterRequest,
  AgentEvent,
  BuiltInAdapter,
  ProgramAdapter,
  Verdict,
} from "./adapter.ts";
import { shortened, tokensOf } from "./agent_verdict.ts";

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
  readonly onEnded?: ((exit: StepExit) => void) | undefined;
  /** How long an agent that has answered may neither write nor end; a minute by default. */
  readonly lingerMs?: number | undefined;
  /** Called only where marks alone do not find processes (macOS). */
  readonly onSpawned?: (process: Leader) => void;
  /** A forced cancel. */
  readonly signal: AbortSignal;
}

export interface AgentResult {
  /** The final answer. */
  readonly text: string;
  /** Null when it succeeded. */
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
  const onEvent = (event: AgentEvent) => {
    if (event.kind === "tokens") tokens = event.tokens;
    host.emit(draftOf(event, of, tokens, redact));
  };
  const { verdict, exit } = adapter.kind === "program"
    ? await runProgram(adapter, request, host, onEvent)
    : await runBuiltIn(adapter, request, host, onEvent);
  if (verdict.tokens !== null && verdict.tokens.total !== tokens.total) {
    onEvent({ kind: "tokens", tokens: verdict.tokens });
  }
  // Whatever the agent reports: what wave ended, or could not start, has failed.
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
  onEvent: (event: AgentEvent) => void,
): Promise<Ran> {
  const { program, args, stdin, env, files = {} } = adapter.invocation(request, host.env);
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(request.folder, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(path, text, { mode: 0o600 });
  }
  const interpreter = adapter.interpreter();
  using linger = new Linger(host.lingerMs ?? LINGER_MS);
  using output = outputRecorder({
    stepId: request.stepId,
    persona: host.persona,
    attempt: request.attempt,
    emit: host.emit,
    redactor: host.redactor,
    onLine(stream, text) {
      if (stream === "stdout") { for (const event of interpreter.line(text)) onEvent(event); }
      linger.heard(interpreter.answered?.() === true);
    },
  });
  const exit = await runProcess({
    ...host,
    what: { program, args },
    cwd: request.workspace,
    env: { ...host.env, ...env },
    stdin,
    onOutput: output.write,
    signal: AbortSignal.any([host.signal, linger.signal]),
  });
  output.end();
  const late = exit.kind === "timed_out" || (exit.kind === "cancelled" && !host.signal.aborted);
  if (!late || interpreter.answered?.() !== true) {
    return { verdict: interpreter.verdict(exit), exit };
  }
  // The request is fulfilled and paid for, although its program did not end by itself.
  onEvent({
    kind: "warning",
    message: "the agent answered and did not end: its processes were ended",
  });
  const { durationMs, stderrTail, outputCut, end } = exit;
  const done: StepExit = { kind: "success", durationMs, stderrTail, outputCut, end };
  return { verdict: interpreter.verdict(done), exit: done };
}

/** Some agents hang behind their answer, with a tool or a connection that they do not close. */
const LINGER_MS = 60_000;

/** Aborts its signal when an agent that has answered writes nothing more for so long. */
class Linger implements Disposable {
  readonly #ms: number;
  readonly #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  heard(answered: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = answered ? setTimeout(() => this.#over.abort(), this.#ms) : undefined;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

async function runBuiltIn(
  adapter: BuiltInAdapter,
  request: AdapterRequest,
  host: AgentHost,
  onEvent: (event: AgentEvent) => void,
): Promise<Ran> {
  const startedAt = performance.now();
  using limits = new Limits(host);
  const stop = new AbortController();
  const heard = (event: AgentEvent) => {
    limits.touch();
    onEvent(event);
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
    end: null,
  };
  if (first.kind !== "verdict") {
    return { verdict: { text: "", error: null, tokens: null }, exit: { ...first, ...facts } };
  }
  const { verdict } = first;
  using output = outputRecorder({ ...host, stepId: request.stepId, attempt: request.attempt });
  if (verdict.text !== "") output.write("stdout", new TextEncoder().encode(`${verdict.text}\n`));
  output.end();
  return { verdict, exit: { kind: "success", ...facts } };
}
