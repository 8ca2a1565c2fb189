/** The events of a step, and what the steps after it learn of it. */
import type { ArtifactData, LastLine, Tokens } from "../../event/event.ts";
import type { Step } from "../language/model/pipeline.ts";
import type { RunContext } from "../run/run_context.ts";
import { emptyResult } from "../run/step_results.ts";
import type { AttemptEnd, CompletedAttempt, FailedAttempt, LimitedAttempt } from "./attempt_end.ts";
import { NO_TOKENS } from "../../event/tokens.ts";

/** Emits the events of a step that runs, and counts and times its attempts. */
export class StepEvents {
  readonly #context: RunContext;
  readonly #step: Step;
  #startedAt: number;

  constructor(context: RunContext, step: Step) {
    this.#context = context;
    this.#step = step;
    this.#startedAt = context.options.clock.monotonic();
  }

  /** Counts the next attempt, which starts now; returns its number, from 1. */
  nextAttempt(): number {
    const { attempts, options } = this.#context;
    const attempt = (attempts.get(this.#step.id) ?? 0) + 1;
    attempts.set(this.#step.id, attempt);
    this.#context.ledger.nextAttempt(this.#step.id);
    this.#startedAt = options.clock.monotonic();
    return attempt;
  }

  running({ nonce, workspace, model }: {
    readonly nonce: string;
    readonly workspace: string;
    readonly model: string | null;
  }): void {
    const { persona, action } = this.#step;
    const message = persona === null ? action.kind : "";
    const visit = this.#context.visits.of(this.#step.id);
    const data = {
      ...{ nonce, workspace },
      ...model === null ? {} : { model },
      ...visit > 1 ? { visit } : {},
    };
    this.#context.emit({ ...this.#subject(), state: "running", message, data });
  }

  retrying({ message, lastLines }: FailedAttempt, delayMs: number): void {
    const tokens = this.#tokens();
    this.#context.emit({
      ...this.#subject(),
      state: "retrying",
      message,
      tokens_used: tokens.total,
      duration_ms: this.#durationMs(),
      data: { delay_ms: delayMs, tokens, ...this.#noted(), ...told(lastLines) },
    });
    // That attempt is told: if no other one begins, the step's end has nothing to add.
    this.#context.ledger.nextAttempt(this.#step.id);
  }

  /** A usage limit kept the attempt from its end, which does not count as failed. */
  limited({ tokens, adapter, until }: LimitedAttempt, delayMs: number): void {
    const end = until === null ? {} : { until: new Date(until).toISOString() };
    this.#context.emit({
      ...this.#subject(),
      state: "retrying",
      message: `${adapter} usage limit`,
      tokens_used: tokens.total,
      duration_ms: this.#durationMs(),
      data: {
        delay_ms: Math.max(0, delayMs),
        usage_limit: { adapter, ...end },
        ...this.#context.ends.take(this.#step.id),
      },
    });
  }

  completed(end: CompletedAttempt): void {
    const ended = this.#ended(end);
    // Of an attempt before this one, artifacts of other names may be known.
    const artifacts = end.result.artifacts.map(({ data }) => data.name);
    const data = ended.attempt === 1 ? ended.data : { ...ended.data, artifacts };
    this.#context.emit({ ...ended, state: "completed", data });
  }

  /** Failed without an attempt. */
  refused(message: string): void {
    const data = { tokens: NO_TOKENS, exit_code: null };
    this.#context.emit({ ...this.#subject(), state: "failed", message, data });
  }

  ended(state: "cancelled" | "failed" | "skipped", end: AttemptEnd, message: string): void {
    this.#context.emit({ ...this.#ended(end), state, message });
  }

  /** Of all agents of the attempt, those of items that were tried again among them. */
  #tokens(): Tokens {
    return this.#context.ledger.tokensOf(this.#step.id);
  }

  #ended({ exitCode, lastLines }: AttemptEnd) {
    const tokens = this.#tokens();
    return {
      ...this.#subject(),
      tokens_used: tokens.total,
      duration_ms: this.#durationMs(),
      data: {
        tokens,
        exit_code: exitCode,
        ...this.#noted(),
        ...told(lastLines),
      },
    };
  }

  /** What was noted of the attempt while it ran. */
  #noted() {
    const { ends, agents } = this.#context;
    return { ...ends.take(this.#step.id), ...agents.take(this.#step.id) };
  }

  #subject() {
    const { id, persona } = this.#step;
    return { step_id: id, persona, attempt: this.#context.attempts.get(id) ?? 1 };
  }

  #durationMs(): number {
    const now = this.#context.options.clock.monotonic();
    return Math.max(0, Math.round(now - this.#startedAt));
  }
}

/** The last lines as an event carries them; nothing where there are none. */
export function told(lines: readonly LastLine[] = []): { last_lines?: readonly LastLine[] } {
  return lines.length === 0 ? {} : { last_lines: lines };
}

/** Records that a step will not run; `unmet` is the step whose condition was not met, where that is why. */
export function skipStep(
  context: RunContext,
  { id, persona }: Step,
  reason: string,
  unmet?: string,
): void {
  context.results.set(id, emptyResult("skipped", { unmet, reason }));
  context.emit({
    state: "skipped",
    step_id: id,
    persona,
    message: reason,
    data: { tokens: NO_TOKENS },
  });
}

/** Where a run goes on behind a step that has ended. */
export interface Way {
  /** The step that its edge, or its choice, leads to, or what that leads to else. */
  readonly edge: string;
  readonly message: string;
  /** Ids of the steps that wait again, because the edge leads back. */
  readonly again?: readonly string[];
}

export function tellWay(context: RunContext, { id, persona }: Step, way: Way): void {
  const { edge, message, again = [] } = way;
  context.emit({
    state: "tool",
    level: "info",
    step_id: id,
    persona,
    attempt: context.attempts.get(id) ?? null,
    message: again.length === 0 ? message : `${message}, back before ${id}`,
    data: { tool: "edge", edge, ...again.length === 0 ? {} : { again } },
  });
}

export function emitArtifact(
  context: RunContext,
  { id, persona }: Step,
  artifact: ArtifactData,
): void {
  context.emit({
    state: "artifact",
    step_id: id,
    persona,
    attempt: context.attempts.get(id) ?? null,
    message: artifact.path,
    data: { artifact },
  });
}

/** Adds the answer of a step to its thread, for the steps after it. */
export function addToThread(
  { threads }: RunContext,
  { id, thread }: Step,
  text: string | null,
): void {
  if (thread === null || text === null || text === "") return;
  threads.set(thread, [...threads.get(thread) ?? [], { step: id, text }]);
}
