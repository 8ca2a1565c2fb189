/** Asks the condition of a step (`when`) whether it runs. */
import type { Step } from "../language/model/pipeline.ts";
import { expressionsIn } from "../language/template/template.ts";
import type { RunContext } from "../run/run_context.ts";
import { NOT_MET } from "../run/unmet_condition.ts";
import { runShell } from "../work/run_shell.ts";
import { takesSlot, type Work } from "../work/work.ts";
import {
  cancelledAttempt,
  failedAttempt,
  NOTHING_SPENT,
  type SkippedAttempt,
  type StepAttemptsEnd,
} from "./attempt_end.ts";

/** The exit code that says no; all but this and 0 are failures of the condition itself. */
const NO = 1;

/** The condition of a step, or of one of its items, over all its attempts. */
export interface Condition {
  /** It was met: another attempt does not ask again. */
  isMet: boolean;
}

/**
 * Null when the step is to run. A condition that holds is asked once, however often the step is tried.
 *
 * @param holdsSlot true when the caller has taken a slot of the run for this attempt.
 * @throws the reason of the signal when the run is stopped before there is a free slot.
 */
export async function askCondition(
  context: RunContext,
  work: Work,
  condition: Condition,
  { holdsSlot = takesSlot(work.step.action) }: { readonly holdsSlot?: boolean } = {},
): Promise<StepAttemptsEnd | null> {
  const { step } = work;
  if (step.when === undefined || condition.isMet) return null;
  using _slot = holdsSlot ? null : await context.slots.take(context.graceful);
  const result = await runShell(context, step.when, work);
  const stuck = context.ends.takeFailure(step.id);
  if (stuck !== null) return failedAttempt(result, stuck, { retryable: false });
  if (result.interrupted) return cancelledAttempt(context, result);
  if (result.error === null) {
    condition.isMet = true;
    return null;
  }
  if (result.exitCode === NO) return notMet(step);
  return failedAttempt(result, `its condition failed: ${result.error}`, { retryable: true });
}

function notMet({ id }: Step): SkippedAttempt {
  return { kind: "skipped", ...NOTHING_SPENT, message: NOT_MET, unmet: id };
}

/**
 * True for a condition that uses the item of a step that runs for each of a list: it is asked for each item,
 * any other one once for all of them.
 */
export function isOfItem({ when = "", env = {} }: Pick<Step, "when" | "env">): boolean {
  return usesItem(when) ||
    Object.entries(env).some(([name, text]) => usesItem(text) && namesVariable(when, name));
}

function usesItem(text: string): boolean {
  return expressionsIn(text).some(({ reference }) =>
    reference?.kind === "item" || reference?.kind === "item_index"
  );
}

function namesVariable(script: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(script);
}

/** The step as its condition is asked for all items at once: no item has a value then. */
export function withoutItem(step: Step): Step {
  const env = Object.entries(step.env ?? {}).filter(([, text]) => !usesItem(text));
  return { ...step, env: Object.fromEntries(env), workspace: { kind: "folder", mounts: [] } };
}
