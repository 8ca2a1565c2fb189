/** Runs the items of a step side by side. */
import type { Level } from "../../event/event.ts";
import type { Each, Step } from "../language/model/pipeline.ts";
import type { RunContext } from "../run/run_context.ts";
import { SameFailures } from "../run/same_failures.ts";
import type { StepResult } from "../run/step_results.ts";
import {
  type AttemptEnd,
  type FailedAttempt,
  NOTHING_SPENT,
  type StepAttemptsEnd,
} from "./attempt_end.ts";
import { type Item, itemName } from "./item_name.ts";
import type { AttemptOptions } from "./run_attempt.ts";
import { told } from "./step_events.ts";
import { retryAttempts } from "./retry_attempts.ts";

export interface ItemRunner {
  /** The result of an earlier attempt, when that still stands. */
  kept(item: Item): Promise<StepResult | null>;
  /**
   * @param context the run, whose events name the item.
   * @param acting the step, with the agent that has taken over where one has.
   */
  run(
    context: RunContext,
    item: Item,
    acting: Step,
    options: Pick<AttemptOptions, "attempt" | "lastFailure">,
  ): Promise<AttemptEnd>;
}

/** Ends by index. Shorter than `items`, or with nulls, when a failure or a stop left some unstarted. */
export async function runItems(
  context: RunContext,
  step: Step,
  each: Each,
  items: readonly unknown[],
  runner: ItemRunner,
): Promise<(StepAttemptsEnd | null)[]> {
  const ends: (StepAttemptsEnd | null)[] = [];
  let next = 0;
  let broken = false;
  const worker = async () => {
    while (next < items.length && !broken && !context.graceful.aborted) {
      const index = next++;
      const end = await runItem(context.forItem(index), step, index, items, runner);
      ends[index] = end;
      if (end?.kind !== "failed") continue;
      if (each.onFailure === "fail") broken = true;
      else tolerateItem(context.forItem(index), step, { index, value: items[index] }, items, end);
    }
  };
  const workers = Math.min(Math.max(1, each.maxConcurrent), items.length);
  await Promise.all(Array.from({ length: workers }, worker));
  return Array.from(ends, (end) => end ?? null);
}

async function runItem(
  context: RunContext,
  step: Step,
  index: number,
  items: readonly unknown[],
  { kept, run }: ItemRunner,
): Promise<StepAttemptsEnd | null> {
  const item = { index, value: items[index] };
  const name = itemName(context, item, items.length);
  const emit = (message: string, level: Level = "info", data: ItemData = {}) =>
    emitItem(context, step, { message: `${name} ${message}`, level, data });
  const result = await kept(item);
  if (result !== null) {
    emit("had completed");
    return { kind: "completed", result, ...NOTHING_SPENT };
  }
  let attempt = 0;
  return await retryAttempts(context, step, {
    lastFailure: null,
    same: new SameFailures(),
    once: async (lastFailure, acting) => {
      attempt++;
      emit(attempt === 1 ? "started" : `started, attempt ${attempt}`);
      const end = await run(context, item, acting, { attempt, lastFailure });
      if (end.kind === "completed") emit("completed");
      else if (end.kind === "skipped") emit(`skipped: ${end.message}`);
      else if (end.kind === "limited") emit(`waits until the ${end.adapter} usage limit resets`);
      else if (end.kind === "cancelled") emit(`cancelled: ${end.message}`, "warn");
      else emit(`failed: ${end.message}`, "error", told(end.lastLines));
      return end;
    },
    onRetry: (_end, delayMs) => emit(`is tried again in ${delayMs} ms`),
    // It was told at the end of the attempt.
    onLimit: () => {},
  });
}

function tolerateItem(
  context: RunContext,
  step: Step,
  item: Item,
  items: readonly unknown[],
  { message }: FailedAttempt,
): void {
  const what = `${itemName(context, item, items.length)} failed: ${message}`;
  context.tolerate(step, "on_failure: continue", what);
}

type ItemData = ReturnType<typeof told>;

function emitItem(
  context: RunContext,
  { id, persona }: Step,
  event: { readonly message: string; readonly level: Level; readonly data: ItemData },
): void {
  const attempt = context.attempts.get(id) ?? null;
  context.emit({ state: "tool", step_id: id, persona, attempt, ...event });
}
