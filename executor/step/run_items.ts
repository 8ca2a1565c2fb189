/** Runs the items of a step side by side. */
import type { Each, Step } from "../language/model/pipeline.ts";
import type { RunContext } from "../run/run_context.ts";
import type { StepResult } from "../run/step_results.ts";
import { type AttemptEnd, NOTHING_SPENT } from "./attempt_end.ts";
import { retryAttempts } from "./retry_attempts.ts";

export interface Item {
  readonly index: number;
  readonly value: unknown;
}

export interface ItemRunner {
  /** The result of an earlier attempt, when that still stands. */
  kept(item: Item): Promise<StepResult | null>;
  run(item: Item, attempt: number, lastFailure: string | null): Promise<AttemptEnd>;
}

/** Ends by index. Shorter than `items`, or with nulls, when a failure or a stop left some unstarted. */
export async function runItems(
  context: RunContext,
  step: Step,
  each: Each,
  items: readonly unknown[],
  runner: ItemRunner,
): Promise<(AttemptEnd | null)[]> {
  const ends: (AttemptEnd | null)[] = [];
  let next = 0;
  let broken = false;
  const worker = async () => {
    while (next < items.length && !broken && !context.graceful.aborted) {
      const index = next++;
      const end = await runItem(context, step, index, items, runner);
      ends[index] = end;
      if (end?.kind === "failed" && each.onFailure === "fail") broken = true;
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
): Promise<AttemptEnd | null> {
  const name = `item ${index + 1} of ${items.length}`;
  const emit = (message: string) => emitItem(context, step, index, `${name} ${message}`);
  const item = { index, value: items[index] };
  const result = await kept(item);
  if (result !== null) {
    emit("had completed");
    return { kind: "completed", result, ...NOTHING_SPENT };
  }
  let attempt = 0;
  return await retryAttempts(context, step, {
    lastFailure: null,
    once: async (lastFailure) => {
      attempt++;
      emit("started");
      const end = await run(item, attempt, lastFailure);
      if (end.kind === "completed") emit("completed");
      else context.warn(step.id, `${name} ${end.kind}: ${end.message}`, step.persona);
      return end;
    },
    onRetry: (_end, delayMs) => emit(`is tried again in ${delayMs} ms`),
  });
}

function emitItem(
  context: RunContext,
  { id, persona }: Step,
  index: number,
  message: string,
): void {
  context.emit({
    state: "tool",
    level: "info",
    step_id: id,
    persona,
    attempt: context.attempts.get(id) ?? null,
    message,
    data: { item: index },
  });
}
