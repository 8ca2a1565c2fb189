/** Tries something again and again, as its step's `retry` says. */
import type { Step } from "../language/model/pipeline.ts";
import { type Retry, SAME_FAILURES } from "../language/model/retry.ts";
import type { RunContext } from "../run/run_context.ts";
import { isPassing } from "../adapters/model_trouble.ts";
import { type SameFailures } from "../run/same_failures.ts";
import { MOST_LIMITS, pauseFor, unwaited } from "../run/usage_limits.ts";
import { FallbackModels } from "./fallback_models.ts";
import { adapterOf } from "../work/choose_agent.ts";
import { takesSlot } from "../work/work.ts";
import {
  type AttemptEnd,
  type CancelledAttempt,
  cancelledAttempt,
  type FailedAttempt,
  failedAttempt,
  type LimitedAttempt,
  NOTHING_SPENT,
  type StepAttemptsEnd,
} from "./attempt_end.ts";

export interface RetryOptions {
  /**
   * @param lastFailure why the attempt before failed; null for the first.
   * @param acting the step, with the agent that has taken over where one has.
   */
  readonly once: (lastFailure: string | null, acting: Step) => Promise<AttemptEnd>;
  /** Another attempt will follow after `delayMs`. */
  readonly onRetry: (failed: FailedAttempt, delayMs: number) => void;
  /** A usage limit ended an attempt; another one will follow when it resets, after `delayMs`. */
  readonly onLimit: (limited: LimitedAttempt, delayMs: number) => void;
  /** The failure that the first attempt is to avoid or mend; null when there was none. */
  readonly lastFailure: string | null;
  /** What has failed before in the same place: earlier in the run, or of the same item. */
  readonly same: SameFailures;
}

/**
 * The last attempt's end; `null` when the run was stopped before the first one started. While it waits
 * for its slot or its next attempt it holds no slot, and a stop of the run ends the wait.
 */
export async function retryAttempts(
  context: RunContext,
  step: Step,
  { once, onRetry, onLimit, lastFailure: before, same }: RetryOptions,
): Promise<StepAttemptsEnd | null> {
  const { graceful } = context;
  let lastFailure = before;
  const messages: string[] = [];
  const models = new FallbackModels(context, step);
  for (let failures = 0, limits = 0;;) {
    const heeding = async () =>
      heedLimit(context, models, await once(lastFailure, models.acting), limits);
    const end = graceful.aborted ? null : await withSlot(context, models, heeding);
    if (end === null) return failures + limits === 0 ? null : stopped(context, lastFailure);
    context.spend(end.tokens);
    if (end.kind === "limited") {
      if (graceful.aborted) return { ...stopped(context, lastFailure), tokens: end.tokens };
      limits++;
      onLimit(end, (end.until ?? 0) - context.options.clock.now());
      continue;
    }
    if (end.kind !== "failed") {
      if (end.kind === "completed") same.forget([step.id]);
      return end;
    }
    if (end.unavailable !== undefined && !graceful.aborted && models.canTake(end.unavailable)) {
      onRetry(end, 0);
      models.take(end.unavailable);
      continue;
    }
    failures++;
    lastFailure = end.message;
    messages.push(end.message);
    const isLast = !end.retryable || failures >= step.retry.maxAttempts;
    const repeated = repeatedFailure(step, end, same, isLast);
    if (isLast) {
      return { ...end, message: withAttempts(messages, step.retry.maxAttempts), repeated };
    }
    if (repeated !== undefined) return { ...end, message: repeated, repeated };
    if (graceful.aborted) return stopped(context, lastFailure);
    const delayMs = retryDelay(step.retry, failures);
    onRetry(end, delayMs);
    if (!await waited(context, delayMs)) return stopped(context, lastFailure);
  }
}

/**
 * What to say where the step has now failed as often in a row for the same reason as it may. Of a script only
 * the last attempt counts, before another step may mend what it tests: within its retries it may poll.
 */
function repeatedFailure(
  { id, action, retry }: Step,
  { message, lastLines = [], contract }: FailedAttempt,
  same: SameFailures,
  isLast: boolean,
): string | undefined {
  const most = retry.stopOnSame ?? SAME_FAILURES;
  const isAgent = action.kind === "prompt";
  if (most === 0 || !isAgent && !isLast) return undefined;
  // Of a script that prints nothing, nobody knows whether it is the same.
  const isTelling = isAgent || lastLines.length > 0 || contract !== undefined;
  if (!isTelling || isAgent && contract === undefined && isPassing(message)) {
    same.forget([id]);
    return undefined;
  }
  const told = [message, ...lastLines.map(({ text }) => text)].join("\n");
  const count = same.add(id, told);
  return count < most ? undefined : `the same failure ${count} times: ${message}`;
}

/**
 * Pauses the adapter of an attempt that reached a usage limit, or ends the run: while the attempt still has its
 * slot, or the next one would start before. Of a limit that is not believed the attempt failed like any other.
 */
function heedLimit(
  context: RunContext,
  models: FallbackModels,
  end: AttemptEnd,
  limits: number,
): AttemptEnd {
  if (end.kind !== "limited") return end;
  const { pauses, options } = context;
  const step = models.acting;
  const why = unwaited(pauses, end, context.waiter(step), options.clock.now());
  if (why !== null && models.canTake(why)) {
    return failedAttempt(end, end.message, { retryable: true, unavailable: why });
  }
  const isHeeded = limits < MOST_LIMITS &&
    pauseFor(pauses, end, context.waiter(step), options.clock.now());
  if (isHeeded) return end;
  return failedAttempt(end, end.message, { retryable: true, unavailable: "usage limit" });
}

/** Longest reason of an attempt before the last, in UTF-16 units. */
const MAX_EARLIER = 120;

/** The last attempt's failure, with those of the attempts before it; `messages` are oldest first. */
export function withAttempts(messages: readonly string[], most: number): string {
  const last = messages.at(-1) ?? "";
  const count = messages.length;
  if (count < 2) return last;
  if (messages.every((message) => message === last)) {
    return `${last} (in each of ${count} attempts)`;
  }
  const before = messages.slice(0, -1).map((message, index) => {
    const [line = ""] = message.split("\n", 1);
    const short = line.length > MAX_EARLIER ? `${line.slice(0, MAX_EARLIER - 1)}…` : line;
    return `attempt ${index + 1}: ${short}`;
  });
  return `${last} (attempt ${count} of ${most}; ${before.join("; ")})`;
}

/** Milliseconds to wait after the `failures`th failure (from 1), at most `maxDelayMs`. */
export function retryDelay(
  { backoff, baseDelayMs, maxDelayMs }: Pick<Retry, "backoff" | "baseDelayMs" | "maxDelayMs">,
  failures: number,
): number {
  const times = { fixed: 1, linear: failures, exponential: 2 ** (failures - 1) };
  return Math.min(maxDelayMs, baseDelayMs * times[backoff]);
}

/**
 * Runs `work` in one of the run's slots, if it takes one, while its adapter is not paused; null when the run
 * stopped before its turn. A slot that had to be waited for may come when the adapter is paused again.
 */
async function withSlot<T>(
  context: RunContext,
  models: FallbackModels,
  work: () => Promise<T>,
): Promise<T | null> {
  if (!takesSlot(models.acting.action)) return await work();
  try {
    for (;;) {
      const step = models.acting;
      const adapter = adapterOf(context, step);
      const why = adapter === null ? null : context.pauses.refusal(adapter, context.waiter(step));
      if (why !== null && models.take(why)) continue;
      if (adapter !== null) await heldBack(context, step, adapter);
      using _slot = await context.slots.take(context.graceful);
      if (adapter === null || !context.pauses.isPaused(adapter)) return await work();
    }
  } catch (error) {
    if (error === context.graceful.reason && context.graceful.aborted) return null;
    throw error;
  }
}

/** Waits until the adapter is not paused; meanwhile other steps have the turn of this one. */
async function heldBack(context: RunContext, step: Step, adapter: string): Promise<void> {
  if (!context.pauses.isPaused(adapter)) return;
  using _turn = context.turns.get(step.id)?.() ?? null;
  await context.pauses.hold(adapter, context.waiter(step), context.graceful);
}

async function waited(context: RunContext, ms: number): Promise<boolean> {
  try {
    await context.options.clock.delay(ms, context.graceful);
    return true;
  } catch (error) {
    if (context.graceful.aborted) return false;
    throw error;
  }
}

function stopped(context: RunContext, lastFailure: string | null): CancelledAttempt {
  const end = cancelledAttempt(context, NOTHING_SPENT);
  if (lastFailure === null) return end;
  return { ...end, message: `${end.message}; the last attempt failed: ${lastFailure}` };
}
