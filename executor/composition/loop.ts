/** Runs steps again and again, until a condition holds or a limit is reached. */
import { namedFailures } from "../run/named_failures.ts";
import type { RunContext } from "../run/run_context.ts";
import { UnmetNeed } from "../run/unmet_condition.ts";
import type { LoopAction } from "../language/model/pipeline.ts";
import { expand } from "../language/template/template.ts";
import { type ActionResult, actionResult, type Work } from "../work/work.ts";
import { lookupIn } from "../workspace/template_values.ts";

/**
 * Without `until` the loop ends with the first iteration that completes, and fails when the last one
 * fails. With `until` it ends when that holds after an iteration, completed or not. A loop that ends by
 * its limit has failed, unless `on_limit: continue` says otherwise; that is told then.
 */
export async function loop(
  context: RunContext,
  action: LoopAction,
  { step, attempt }: Work,
): Promise<ActionResult> {
  const inner = new Set(action.steps.map(({ id }) => id));
  const steps = action.steps.map((each) => ({
    ...each,
    dependencies: each.dependencies.filter((id) => inner.has(id)),
  }));
  let failure: string | null = null;
  for (let iteration = 0; iteration < action.maxIterations; iteration++) {
    if (context.graceful.aborted) return actionResult({ interrupted: true, error: "stopped" });
    context.emit({
      state: "tool",
      level: "info",
      step_id: step.id,
      attempt,
      message: `iteration ${iteration + 1} of ${action.maxIterations}`,
      data: { iteration },
    });
    for (const id of inner) context.results.delete(id);
    context.visits.forget(inner);
    context.sameFailures.forget(inner);
    const end = await context.runSteps(steps, { iteration });
    const outOfBudget = context.spender(step, attempt).account.refusal();
    if (outOfBudget !== null && end.failures.length > 0) {
      return actionResult({ error: namedFailures(end.failures), final: true });
    }
    if (end.stoppedBy === "stop") return actionResult({ interrupted: true, error: "stopped" });
    failure = end.failures.length === 0 ? null : namedFailures(end.failures);
    if (action.until === null) {
      if (failure === null) return actionResult({});
    } else if (holds(context, action.until, { stepId: step.id, iteration, inner })) {
      return actionResult({});
    }
  }
  const why = failure ?? `${action.until} never came true`;
  const message = `not done after ${action.maxIterations} iterations: ${why}`;
  if (action.onLimit === "fail") return actionResult({ error: message, final: true });
  context.tolerate(step, "on_limit: continue", message);
  return actionResult({});
}

function holds(
  context: RunContext,
  until: string,
  { stepId, iteration, inner }: {
    readonly stepId: string;
    readonly iteration: number;
    readonly inner: ReadonlySet<string>;
  },
): boolean {
  const startedAt = new Date(context.options.clock.now()).toISOString();
  const lookup = lookupIn(context, { stepId, startedAt, iteration, item: null });
  try {
    return expand(until, lookup).trim() === "true";
  } catch (error) {
    // What was not done in this iteration does not end the loop.
    if (error instanceof UnmetNeed && inner.has(error.unmet)) return false;
    throw error;
  }
}
