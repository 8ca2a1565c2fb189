/** Chooses the edge by which a run goes on behind a step. */
import { type Edge, type EdgeOutcome, isForFailure } from "../language/model/edge.ts";
import type { Step } from "../language/model/pipeline.ts";
import { textOf } from "../language/template/template.ts";
import type { RunContext } from "../run/run_context.ts";
import { lookupIn } from "../workspace/template_values.ts";

export interface EdgeChoice {
  readonly outcome: EdgeOutcome;
  /** Null: the run goes on as the dependencies say. */
  readonly edge: Edge | null;
  /** Why the step has failed after all: it chooses by a value for which there is no edge. */
  readonly error: string | null;
}

/**
 * The first edge that fits how the step ended. A step that only routes has the outcome of what it waits for.
 *
 * @throws {OperationError} when an artifact that a condition asks for cannot be read.
 */
export function chooseEdge(context: RunContext, step: Step): EdgeChoice {
  const outcome = outcomeOf(context, step);
  const { edges } = step;
  if (outcome === "failure") {
    const edge = edges.find((each, index) => isForFailure(each, edges.slice(0, index))) ?? null;
    return { outcome, edge, error: null };
  }
  const isSkipped = context.results.get(step.id)?.status === "skipped";
  const seen: string[] = [];
  for (const edge of edges) {
    const { condition } = edge;
    if (condition === null || condition.kind === "outcome" && condition.outcome === "success") {
      return { outcome, edge, error: null };
    }
    // A step whose own condition was not met has delivered nothing.
    if (condition.kind === "outcome" || isSkipped) continue;
    const value = valueOf(context, step, condition.field);
    if (value === condition.value) return { outcome, edge, error: null };
    const is = value === null ? "nowhere" : JSON.stringify(value.slice(0, 80));
    seen.push(`context.${condition.field.join(".")} is ${is}`);
  }
  if (seen.length === 0) return { outcome, edge: null, error: null };
  return { outcome, edge: null, error: `no edge fits: ${[...new Set(seen)].join(", ")}` };
}

export function outcomeOf({ results }: RunContext, step: Step): EdgeOutcome {
  const ends = step.routes ? step.dependencies : [step.id];
  return ends.every((id) => results.get(id)?.status !== "failed") ? "success" : "failure";
}

/** A field of the JSON that the step, or what a step that only routes waits for, delivered; null: none. */
function valueOf(context: RunContext, step: Step, field: readonly string[]): string | null {
  const startedAt = new Date(context.options.clock.now()).toISOString();
  const lookup = lookupIn(context, { stepId: step.id, startedAt, iteration: null, item: null });
  for (const id of step.routes ? step.dependencies : [step.id]) {
    if (context.results.get(id)?.status !== "completed") continue;
    const value = lookup({ kind: "output", step: id, field });
    if (value !== undefined && value !== null) return textOf(value).trim();
  }
  return null;
}

/** Of a gate: the step that its answer leads to. */
export function chosenStep({ results }: RunContext, { id, action }: Step): string | undefined {
  const choice = results.get(id)?.gate?.choice;
  if (action.kind !== "gate" || choice === undefined) return undefined;
  const target = action.choices.find(({ key }) => key === choice)?.target;
  return target?.kind === "step" ? target.step : undefined;
}

/** How a condition is written. */
export function spelledCondition({ condition }: Edge): string {
  if (condition === null) return "no other edge fits";
  return condition.kind === "outcome"
    ? `outcome=${condition.outcome}`
    : `context.${condition.field.join(".")}=${condition.value}`;
}
