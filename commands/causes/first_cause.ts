/** Where a run's failure began: a function of its record and its log, without guesses. */
import type { RunEvent } from "../../event/event.ts";
import type { ObservedRun, ObservedStep } from "../../state/records/records.ts";
import { type CauseKind, kindOf } from "./cause_kind.ts";
import type { RunStory } from "./run_story.ts";

export interface Cause {
  readonly kind: CauseKind;
  /** The run that it happened in: the one that was asked for, or one that a step of it ran. */
  readonly story: RunStory;
  /** The step that it happened in; null when it befell the run as a whole. */
  readonly step: ObservedStep | null;
  /** What was recorded of it, with all its lines. */
  readonly message: string;
}

/** `step a failed: …`, as runs and loops tell it. */
const NAMED_STEP = /^(?:not done after \d+ iterations: )?step (\S+) failed: /;

/** The failed step that a message names, or null. */
function stepNamedIn(run: ObservedRun, message: string): ObservedStep | null {
  const id = NAMED_STEP.exec(message)?.[1];
  return run.steps.find((step) => step.record.id === id && step.status === "failed") ?? null;
}

/** The steps that `step` depends on, itself not among them, however far away. */
function stepsBefore(run: ObservedRun, step: ObservedStep): ReadonlySet<string> {
  const byId = new Map(run.steps.map((each) => [each.record.id, each]));
  const before = new Set(step.record.dependencies);
  for (const id of before) {
    for (const next of byId.get(id)?.record.dependencies ?? []) before.add(next);
  }
  return before;
}

const endOf = ({ completedAt }: ObservedStep) => completedAt ?? Infinity;

/** The step that failed first: of those that the run's message names, and those before it. */
function firstFailure(run: ObservedRun): ObservedStep | null {
  let named = stepNamedIn(run, run.errorMessage ?? "");
  if (named === null) return null;
  // A loop names the step of it that failed.
  for (const seen = new Set<ObservedStep>(); !seen.has(named);) {
    seen.add(named);
    named = stepNamedIn(run, named.errorMessage ?? "") ?? named;
  }
  const before = stepsBefore(run, named);
  return run.steps
    .filter(({ status, record }) =>
      // Where an edge led on from a failure, that was not the end of the run.
      status === "failed" && record.edge === null && before.has(record.id)
    )
    .reduce((first, step) => endOf(step) < endOf(first) ? step : first, named);
}

/** The run that the entry of a step names as run by it, or null. */
function innerRunOf(event: RunEvent): string | null {
  if (event.state !== "tool" || !("inner_run" in event.data)) return null;
  const { inner_run: id } = event.data;
  return typeof id === "string" ? id : null;
}

/** The last run that the step ran, if it ran one that did not complete. */
function innerRun(story: RunStory, step: ObservedStep): RunStory | null {
  const ids = story.entries.filter(({ step_id }) => step_id === step.record.id)
    .map(innerRunOf).filter((id) => id !== null);
  // Of several at the same time, the one that the step's failure names.
  const named = ids.findLast((id) => step.errorMessage?.includes(`(${id})`) === true);
  const inner = named === undefined ? null : story.inner(named);
  return inner === null || inner.run.status === "completed" ? null : inner;
}

/** A step that is being tried again, of a run that still runs. */
function retried(run: ObservedRun): ObservedStep | null {
  return run.steps.find(({ status }) => status === "retrying") ?? null;
}

/** Null of a run in which nothing went wrong. */
export function firstCause(story: RunStory): Cause | null {
  const { run } = story;
  if (run.status === "completed") return null;
  const over = run.status === "failed" || run.status === "cancelled";
  const step = over ? firstFailure(run) : retried(run);
  if (step !== null) {
    const inner = innerRun(story, step);
    const deeper = inner === null ? null : firstCause(inner);
    if (deeper !== null) return deeper;
  } else if (!over) return null;
  const message = step?.errorMessage ?? run.errorMessage ?? "";
  return { kind: kindOf(story, step, message), story, step, message };
}
