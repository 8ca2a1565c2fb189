/** What a failure led to in its run, and what went wrong there without it. */
import { skipReason, skipRoot } from "../../executor/run/skip_reason.ts";
import { STEP_INTERRUPTION } from "../../state/live/liveness.ts";
import type { ObservedStep } from "../../state/records/records.ts";
import type { Cause } from "./first_cause.ts";
import type { RunStory } from "./run_story.ts";

export interface Consequences {
  /** What failed, was cut short, was skipped or did not start only because of the cause. */
  readonly consequences: readonly ObservedStep[];
  /** What failed by itself beside the cause, that which was passed over included. */
  readonly otherFailures: readonly ObservedStep[];
}

/**
 * Tells the steps of the run by what they have to do with the cause. A step that nobody chose, whose condition
 * was not met, that no edge led to or that was kept from running by another failure is in neither list.
 */
export function consequencesOf({ run }: RunStory, cause: Cause | null): Consequences {
  if (cause === null) return { consequences: [], otherFailures: [] };
  // Of an inner cause each step of this run that did not complete is a consequence or failed by itself.
  const outer = cause.story.run === run ? cause.step : null;
  const byId = new Map(run.steps.map((step) => [step.record.id, step]));
  const affected = dependentsOf(outer, run.steps);
  const reasonOf = (id: string) => {
    const step = byId.get(id);
    return step?.status === "skipped" ? step.errorMessage ?? "" : null;
  };
  const failedItself = ({ status, record: { id } }: ObservedStep) =>
    status === "failed" ||
    status === "skipped" && skipReason(reasonOf(id) ?? "", id).kind === "failed";
  const isOther = (step: ObservedStep) =>
    step !== outer && failedItself(step) && !affected.has(step.record.id) && !isCaused(step, cause);
  const isConsequence = (step: ObservedStep): boolean => {
    const { status, record: { id } } = step;
    if (step === outer || status === "completed" || isOther(step)) return false;
    if (status !== "skipped") {
      // What still runs, or is still to come, has nothing to do with a step that is tried again.
      return affected.has(id) || run.status === "failed" || run.status === "cancelled";
    }
    const root = skipRoot(id, reasonOf);
    const why = skipReason(reasonOf(root) ?? "", root).kind;
    if (reasonOf(root) !== null && why !== "failed") return why === "stopped";
    const begin = byId.get(root);
    return affected.has(id) || begin === undefined || !isOther(begin);
  };
  return {
    consequences: run.steps.filter(isConsequence),
    otherFailures: run.steps.filter(isOther),
  };
}

/** The ids of a step and of all that depends on it, however far away. */
function dependentsOf(
  first: ObservedStep | null,
  steps: readonly ObservedStep[],
): ReadonlySet<string> {
  const found = new Set(first === null ? [] : [first.record.id]);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { record } of steps) {
      if (record.dependencies.some((id) => found.has(id))) found.add(record.id);
    }
  }
  return found;
}

/** True when the step failed by what is the cause: that ended it, or lies in the loop or run that it ran. */
function isCaused(step: ObservedStep, cause: Cause): boolean {
  const { step: caused, story } = cause;
  const message = step.errorMessage ?? "";
  const { id, parent } = story.run.record;
  const inLoop = caused !== null && message.includes(`step ${caused.record.id} failed: `);
  if (cause.kind === "interrupted" && message === STEP_INTERRUPTION) return true;
  return inLoop || parent?.stepId === step.record.id || message.includes(`(${id})`);
}
