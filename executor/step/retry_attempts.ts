/** Tries something again and again, as its step's `retry` says. */
import { takesSlot } from "./run_action.ts";
import { type AttemptEnd, stopReason } from "./run_attempt.ts";
import type { RunContext } from "../run/run_context.ts";
import type { Step } from "../language/model/pipeline.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import { retryDelay } from "./retry_delay.ts";

export interface AttemptsOptions {
  /** @param lastFailure why the attempt before failed; null for the first. */
  readonly once: (lastFailure: string | null) => Promise<AttemptEnd>;
  /** Another attempt will follow after `delayMs`. */
  readonly onRetry: (failed: AttemptEnd & { kind: "failed" }, delayMs: number) => void;
  /** What the first attempt is told of an earlier failure. */
  readonly lastFailure: string | null;
}

/**
 * The last attempt's end; `null` when the run was stopped before the first one began. While it waits for
 * its turn or its next attempt it holds no place, and a stop of the run ends the wait.
 */
export async function tryAttempts(
  context: RunContext,
  step: Step,
  { once, onRetry, lastFailure: before }: AttemptsOptions,
): Promise<AttemptEnd | null> {
  const { halt } = context;
  let lastFailure = before;
  for (let failures = 0;;) {
    if (halt.aborted) return failures === 0 ? null : stopped(context, lastFailure);
    const end = await inTurn(context, step, () => once(lastFailure));
    if (end === null) return failures === 0 ? null : stopped(context, lastFailure);
    context.spend(end.tokens);
    if (end.kind !== "failed") return end;
    failures++;
    lastFailure = end.message;
    if (!end.retryable || failures >= step.retry.maxAttempts) return end;
    if (halt.aborted) return stopped(context, lastFailure);
    const delayMs = retryDelay(step.retry, failures);
    onRetry(end, delayMs);
    if (!await waited(context, delayMs)) return stopped(context, lastFailure);
  }
}

/** Runs `work` in one of the run's places, if it takes one; null when the run stopped before its turn. */
async function inTurn<T>(
  context: RunContext,
  step: Step,
  work: () => Promise<T>,
): Promise<T | null> {
  if (!takesSlot(step.action)) return await work();
  let slot: Disposable;
  try {
    slot = await context.slots.take(context.halt);
  } catch (error) {
    if (context.halt.aborted) return null;
    throw error;
  }
  using _slot = slot;
  return await work();
}

async function waited(context: RunContext, ms: number): Promise<boolean> {
  try {
    await context.options.clock.delay(ms, context.halt);
    return true;
  } catch (error) {
    if (context.halt.aborted) return false;
    throw error;
  }
}

function stopped(context: RunContext, lastFailure: string | null): AttemptEnd {
  const after = lastFailure === null ? "" : `; the last attempt failed: ${lastFailure}`;
  const message = `${stopReason(context)}${after}`;
  return { kind: "cancelled", tokens: NO_TOKENS, exitCode: null, message };
}
