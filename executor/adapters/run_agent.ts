/** Runs a prompt on an adapter: the program, its output as events, and the verdict. */
import type { EventDraft, Tokens } from "../../event/event.ts";
import { atLeast, sameTokens } from "../../event/tokens.ts";
import type { Redactor } from "../../event/redaction/redact.ts";
import { outputRecorder } from "../processes/output_events.ts";
import { describeExit, type StepExit } from "../processes/exit.ts";
import type { Pricing } from "../language/model/pricing.ts";
import type { Finder } from "../processes/process_finder.ts";
import { Limits } from "../processes/limits.ts";
import type { Mark } from "../processes/process_marker.ts";
import { type Leader, runProcess } from "../processes/run_process.ts";
import type {
  Adapter,
  AdapterRequest,
  AgentEvent,
  AgentSession,
  BuiltInAdapter,
  ProgramAdapter,
  Verdict,
} from "./adapter.ts";
import { accessHint } from "./agent_access.ts";
import { transcriptLines } from "./transcript.ts";
import { AgentLog } from "./agent_log.ts";
import { LimitWatch } from "./limit_watch.ts";
import { HANG_UP_MS, Linger, LINGER_MS } from "./linger.ts";
import { Talk } from "./talk.ts";
import { type UsageLimit, usageLimitIn } from "./usage_limit.ts";
import { type PricedUse, type PriceUse, useOf } from "./priced_tokens.ts";
import { type Meter, OverBudgetError, type Reading } from "../budget/meter.ts";
import { unmeasurable } from "./measurable.ts";

export interface AgentHost {
  readonly finder: Finder;
  readonly mark: Mark;
  /** All of the environment, marks included; the adapter's own variables are added. */
  readonly env: Readonly<Record<string, string>>;
  /** The environment that `env` was chosen from, to tell of a key that was left out; `env` itself by default. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly persona: string | null;
  readonly emit: (draft: EventDraft) => void;
  readonly redactor?: Redactor | undefined;
  /** What models cost whose agents do not tell it; no more than is publicly known unless given. */
  readonly pricing?: Pricing;
  readonly timeoutMs?: number | undefined;
  readonly silenceMs?: number | undefined;
  readonly graceMs?: number | undefined;
  readonly onEnded?: ((exit: StepExit) => void) | undefined;
  /** Called when the system has no room for the agent now. */
  readonly onWait?: ((cause: Error) => void) | undefined;
  /** Called when the service lets the agent wait, which then tries again by itself: until when, epoch milliseconds. */
  readonly onThrottled?: ((until: number) => void) | undefined;
  /** How long an agent that has answered may neither write nor end; a minute by default, less of one that is talked with. */
  readonly lingerMs?: number | undefined;
  /** Counts what it uses, and says whether it may start; without one nobody does. */
  readonly meter?: Meter | undefined;
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
  /** Where their cost comes from; empty where it is unknown. */
  readonly costFrom: readonly string[];
  /** Of the agent's program; null where it does not tell. */
  readonly version: string | null;
  readonly exit: StepExit;
  /** The usage limit that ended it; null of every other end. */
  readonly limit: UsageLimit | null;
  /** True when a limit ended it: another attempt would have nothing left. */
  readonly overBudget: boolean;
  /** By which the conversation can go on; null of an agent that keeps none. */
  readonly session: AgentSession | null;
}

/**
 * Runs `request` to its end; no process of it is left then. Failures of the agent are results.
 *
 * @throws {OverBudgetError} when a limit leaves nothing for it: nothing was started.
 * @throws what {@link runProcess} and `emit` throw
 */
export async function runAgent(
  adapter: Adapter,
  request: AdapterRequest,
  given: AgentHost,
): Promise<AgentResult> {
  const streams = adapter.kind === "program" && adapter.streams;
  await requireMeasurable(adapter, request.model, given);
  const price = await useOf(adapter, request.model, given.pricing ?? []);
  using reading = given.meter?.start();
  const host = { ...given, over: reading?.over };
  const log = new AgentLog({ ...host, reading }, request, { streams, price });
  const { verdict, exit, limit: heard = null } = adapter.kind === "program"
    ? await runProgram(adapter, { ...request, ...leftFor(reading) }, host, log)
    : await runBuiltIn(adapter, request, host, log);
  log.end();
  const use = useAtEnd(verdict, exit, log.use, price);
  // That nothing is known of it, the end of the step tells.
  if (use.tokens.total === 0) reading?.ended(use.tokens);
  else if (!sameTokens(use.tokens, log.use.tokens)) log.recordUse(use);
  const overBudget = exit.kind === "over_budget" || verdict.overBudget === true;
  const reached = overBudget ? reading?.enforced() ?? null : null;
  return {
    text: verdict.text,
    error: withHint(reached ?? errorAtEnd(verdict, exit, log)),
    overBudget,
    tokens: use.tokens,
    costFrom: use.costFrom,
    version: verdict.version ?? null,
    exit,
    limit: !overBudget && (exit.kind === "success" || exit.kind === "exit_code")
      ? heard ?? limitOf(verdict)
      : null,
    session: verdict.session ?? null,
  };

  function withHint(error: string | null): string | null {
    if (error === null || adapter.kind !== "program") return error;
    const { env: passed, environment = passed } = host;
    const hint = accessHint(error, adapter, { environment, passed });
    return hint === null ? error : `${error}; ${hint}`;
  }
}

function leftFor(reading: Reading | undefined): Pick<AdapterRequest, "left"> {
  return reading === undefined ? {} : { left: reading.left };
}

/** @throws {OverBudgetError} when nobody would know that a limit is passed. */
async function requireMeasurable(
  adapter: Adapter,
  model: string | null,
  { meter, pricing = [] }: AgentHost,
): Promise<void> {
  const limited = meter?.limited ?? new Set();
  const found = limited.size === 0 ? null : await unmeasurable(adapter, model, limited, pricing);
  if (found === null) return;
  const { unit, why, remedy } = found;
  throw new OverBudgetError(`a budget of ${unit} cannot be held: ${why}`, remedy);
}

/** The limit that a failed agent speaks of. */
function limitOf({ error, limit }: Verdict): UsageLimit | null {
  if (error === null) return null;
  const told = usageLimitIn(error, Date.now());
  // Of two that know of it the one that knows when.
  return told?.until == null ? limit ?? told : told;
}

/** Never a smaller number as if it were all: what was cut short may have used more. */
function useAtEnd(
  { tokens, models, unreported }: Verdict,
  { kind }: StepExit,
  known: PricedUse,
  price: PriceUse,
): PricedUse {
  const used = tokens === null
    ? known
    : price({ tokens, ...models === undefined ? {} : { models } });
  return unreported === true && kind !== "spawn_failed"
    ? { ...used, tokens: atLeast(used.tokens) }
    : used;
}

/** Whatever the agent reports: what wave ended, or could not start, has failed. */
function errorAtEnd({ error }: Verdict, exit: StepExit, log: AgentLog): string | null {
  const ended = exit.kind === "success" || exit.kind === "exit_code" ? null : describeExit(exit);
  const reason = ended ?? error;
  if (reason === null || exit.kind === "cancelled" || exit.kind === "spawn_failed") return reason;
  const { trouble, refusals } = log;
  const last = trouble === null || reason.includes(trouble) ? [] : [`last: ${trouble}`];
  return [reason, ...last, ...refusals === null ? [] : [refusals]].join("; ");
}

interface Ran {
  readonly verdict: Verdict;
  readonly exit: StepExit;
  /** For which the agent was ended, because it would have waited for long, or asked again in vain. */
  readonly limit?: UsageLimit | null;
}

/** A host whose agent may be ended by a budget. */
type LimitedHost = AgentHost & { readonly over: AbortSignal | undefined };

async function runProgram(
  adapter: ProgramAdapter,
  request: AdapterRequest,
  host: LimitedHost,
  log: AgentLog,
): Promise<Ran> {
  const { program, args, stdin, env, files = {} } = adapter.invocation(request, host.env);
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(request.folder, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(path, text, { mode: 0o600 });
  }
  const interpreter = adapter.interpreter(request.session);
  const isTalk = interpreter.converse !== undefined;
  using linger = new Linger(host.lingerMs ?? (isTalk ? HANG_UP_MS : LINGER_MS));
  using watch = new LimitWatch(host.onThrottled);
  const hear = (event: AgentEvent) => {
    log.record(event);
    watch.heard(event);
  };
  await using talk = isTalk ? new Talk(interpreter, request, hear) : null;
  talk?.over.then(() => linger.heard(true));
  using output = outputRecorder({
    stepId: request.stepId,
    persona: host.persona,
    attempt: request.attempt,
    emit: host.emit,
    redactor: host.redactor,
    raw: adapter.streams,
    onLine(stream, text) {
      const events = stream === "stdout"
        ? interpreter.line(text)
        : interpreter.errorLine?.(text) ?? [];
      events.forEach(hear);
      linger.heard(interpreter.answered?.() === true);
    },
  });
  // What it says once it is being ended is no answer.
  let answeredBefore = true;
  const onOver = () => answeredBefore = interpreter.answered?.() === true;
  host.over?.addEventListener("abort", onOver, { once: true });
  const exit = await runProcess({
    ...host,
    what: { program, args },
    cwd: request.workspace,
    env: { ...host.env, ...env },
    stdin: talk?.input ?? stdin,
    onEnding: () => interpreter.cancel?.(),
    isBusy: () => log.isBusy,
    onOutput: output.write,
    signal: AbortSignal.any([host.signal, linger.signal, watch.signal]),
  });
  host.over?.removeEventListener("abort", onOver);
  output.end();
  await talk?.end();
  const transcript = interpreter.transcript?.({ ...host.env, ...env }) ?? null;
  for (const line of transcript === null ? [] : transcriptLines(transcript)) {
    for (const event of interpreter.transcriptLine?.(line) ?? []) log.record(event);
  }
  if (watch.limit !== null && exit.kind === "cancelled" && !host.signal.aborted) {
    const error = log.trouble ?? "a usage limit is reached";
    // What it had asked for last was refused, so that nothing is uncounted.
    const verdict = { ...interpreter.verdict(exit), error, unreported: false };
    return { verdict, exit: endedWell(exit), limit: watch.limit };
  }
  const late = exit.kind === "timed_out" || exit.kind === "silent" ||
    (exit.kind === "over_budget" && answeredBefore) ||
    (exit.kind === "cancelled" && !host.signal.aborted);
  if (!late || interpreter.answered?.() !== true) {
    return { verdict: interpreter.verdict(exit), exit };
  }
  // The request is fulfilled and paid for, although its program did not end by itself.
  if (!isTalk) {
    log.record({
      kind: "warning",
      message: "the agent answered and did not end: its processes were ended",
    });
  }
  const done = endedWell(exit);
  return { verdict: interpreter.verdict(done), exit: done };
}

/** How a program ended that was ended for a good reason. */
function endedWell({ durationMs, stderrTail, outputCut, end }: StepExit): StepExit {
  return { kind: "success", durationMs, stderrTail, outputCut, end };
}

async function runBuiltIn(
  adapter: BuiltInAdapter,
  request: AdapterRequest,
  host: LimitedHost,
  log: AgentLog,
): Promise<Ran> {
  const startedAt = performance.now();
  using limits = new Limits(host);
  const stop = new AbortController();
  const heard = (event: AgentEvent) => {
    limits.touch();
    log.record(event);
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
