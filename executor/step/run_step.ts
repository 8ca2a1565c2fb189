/** Runs a step to its end: its attempts or items, and what follows a failure. */
import type { Step } from "../language/model/pipeline.ts";
import type { LoopFrame, RunContext } from "../run/run_context.ts";
import { emptyResult } from "../run/step_results.ts";
import { needsOf } from "../run/skip_reason.ts";
import { unmetNeed } from "../run/unmet_condition.ts";
import type { CompletedAttempt, FailedAttempt, StepAttemptsEnd } from "./attempt_end.ts";
import { runEach } from "./for_each.ts";
import { retryAttempts } from "./retry_attempts.ts";
import { modelOf } from "../work/choose_agent.ts";
import { runAttempt } from "./run_attempt.ts";
import type { StepOutcome } from "./scheduler.ts";
import { addToThread, emitArtifact, skipStep, StepEvents } from "./step_events.ts";

export type StepEnd =
  /** `completed` also for a failed step that others need not care about. */
  | {
    readonly outcome: Exclude<StepOutcome, "routed">;
    readonly message: string;
    readonly goTo?: string | undefined;
    /** True of a failure that no edge leads on from. */
    readonly final?: boolean;
    /** Why no edge may lead back, when it fails for the same reason again and again. */
    readonly repeated?: string | undefined;
  }
  | { readonly outcome: "cancelled"; readonly message: string }
  /** The run was stopped before anything of it started. */
  | { readonly outcome: "unstarted" };

/** @param failure what a rework step is to mend. */
export async function runStep(
  context: RunContext,
  step: Step,
  frame: LoopFrame,
  failure: string | null = null,
): Promise<StepEnd> {
  const missing = missingInput(context, step);
  if (missing !== null) {
    skipStep(context, step, missing.message, missing.unmet);
    const outcome = missing.unmet === undefined ? "tolerated" : "completed";
    return { outcome, message: missing.message };
  }
  const events = new StepEvents(context, step);
  const tooOften = context.visits.add(step);
  if (tooOften !== null) {
    // Its retries and its rework are what started it too often.
    context.results.set(step.id, emptyResult("failed"));
    events.refused(tooOften);
    return { outcome: "failed", message: tooOften, final: true };
  }
  const end = await attemptsOf(context, step, frame, failure, events);
  switch (end?.kind) {
    case undefined:
      return { outcome: "unstarted" };
    case "completed":
      return complete(context, step, end, events);
    case "skipped":
      // What comes after it runs, unless it needs its result.
      context.results.set(
        step.id,
        emptyResult("skipped", { unmet: end.unmet, reason: end.message }),
      );
      events.ended("skipped", end, end.message);
      return { outcome: "completed", message: end.message };
    case "cancelled":
      context.results.set(step.id, emptyResult("cancelled"));
      events.ended("cancelled", end, end.message);
      return { outcome: "cancelled", message: end.message };
    case "failed":
      return await fail(context, step, frame, end, events);
  }
}

interface Missing {
  readonly message: string;
  /** The step whose condition was not met, where that is why. */
  readonly unmet?: string;
}

/** An artifact that the step needs, of a step whose failure was tolerated. */
function missingInput(context: RunContext, step: Step): Missing | null {
  for (const { step: from, artifact, optional } of step.injectArtifacts) {
    const result = from === null || optional ? undefined : context.results.get(from);
    if (from === null || result === undefined || result.status === "completed") continue;
    const need = unmetNeed(context.results, from, artifact);
    if (need !== null) return need;
    const how = result.status === "skipped" ? "was skipped" : "failed";
    return { message: needsOf(from, artifact, how) };
  }
  return null;
}

const attemptOf = (attempt: number) => ({ attempt, stepAttempt: attempt });

/** The end of the last attempt, or of all items; null when the run was stopped before the first. */
async function attemptsOf(
  context: RunContext,
  step: Step,
  frame: LoopFrame,
  failure: string | null,
  events: StepEvents,
): Promise<StepAttemptsEnd | null> {
  const next = (acting = step) => ({
    frame,
    ...attemptOf(events.nextAttempt()),
    parent: context.runFolder,
    name: step.id,
    item: null,
    outer: context.options.inner?.outer ?? context.options.environment["WAVE_NONCE"],
    onStart: (data: { readonly nonce: string; readonly workspace: string }) =>
      events.running({ ...data, model: modelOf(context, acting) }),
  });
  const condition = { isMet: false };
  if (step.each !== null) return await runEach(context, step, step.each, next());
  return await retryAttempts(context, step, {
    lastFailure: failure,
    same: context.sameFailures,
    once: (lastFailure, acting) =>
      runAttempt(context, acting, { ...next(acting), lastFailure, condition }),
    onRetry: (failed, delayMs) => events.retrying(failed, delayMs),
    onLimit: (limited, delayMs) => events.limited(limited, delayMs),
  });
}

function complete(
  context: RunContext,
  step: Step,
  end: CompletedAttempt,
  events: StepEvents,
): StepEnd {
  for (const { data } of end.result.artifacts) emitArtifact(context, step, data);
  context.results.set(step.id, end.result);
  addToThread(context, step, end.result.text);
  events.completed(end);
  return { outcome: "completed", message: "", goTo: end.goTo };
}

/** What follows when no attempt is left: the failed contract's `on_failure`, else the step's own. */
async function fail(
  context: RunContext,
  step: Step,
  frame: LoopFrame,
  end: FailedAttempt,
  events: StepEvents,
): Promise<StepEnd> {
  const ofContract = end.contract?.onFailure;
  const rejected = ofContract?.kind === "rejected";
  const next = ofContract?.kind === "rework" ? ofContract : step.retry.onFailure;
  const message = rejected ? `rejected: ${end.message}` : end.message;
  const status = next.kind === "skip" && !rejected ? "skipped" : "failed";
  context.results.set(step.id, emptyResult(status, { reason: message }));
  events.ended(status, end, message);
  if (rejected) return { outcome: "failed", message, final: true };
  switch (next.kind) {
    case "skip":
      context.tolerate(step, "retry.on_failure: skip", message);
      return { outcome: "tolerated", message };
    case "continue":
      context.tolerate(step, "retry.on_failure: continue", message);
      return { outcome: "completed", message };
    case "rework":
      return await rework(context, step, next.step, frame, message);
    case "fail":
      if (!step.optional) return { outcome: "failed", message, repeated: end.repeated };
      context.tolerate(step, "optional: true", message);
      return { outcome: "completed", message };
  }
}

/** Runs another step in place of the failed one; if it completes, its artifacts stand for those of both. */
async function rework(
  context: RunContext,
  step: Step,
  id: string,
  frame: LoopFrame,
  message: string,
): Promise<StepEnd> {
  const other = context.steps.get(id);
  if (other === undefined) throw new Error(`Cannot rework "${step.id}": there is no step "${id}"`);
  context.tolerate(step, `rework_step: ${id}`, `${message}; step ${id} takes over`);
  const end = await runStep(context, other, frame, message);
  const result = context.results.get(id);
  if (end.outcome === "completed" && result?.status === "completed") {
    context.results.set(step.id, result);
    return { outcome: "completed", message: "" };
  }
  if (end.outcome === "unstarted") return { outcome: "cancelled", message };
  if (result?.unmet !== undefined) {
    return {
      outcome: "failed",
      message: `${message}; step ${id}, to take over, was skipped: ${end.message}`,
    };
  }
  if (end.outcome !== "failed") return end;
  return { ...end, message: `${message}; step ${id}, which took over, failed: ${end.message}` };
}
