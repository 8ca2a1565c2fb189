/** Runs a step to its end: its attempts or items, what follows a failure, and the events of all that. */
import type { ArtifactData, Tokens } from "../../event/event.ts";
import { type AttemptEnd, runAttempt } from "./run_attempt.ts";
import { tryAttempts } from "./retry_attempts.ts";
import { runEach } from "./for_each.ts";
import type { Frame, RunContext } from "../run/run_context.ts";
import type { Step } from "../language/model/pipeline.ts";
import { type StepResult } from "../run/step_results.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import type { StepOutcome } from "./scheduler.ts";

export type StepEnd =
  /** `completed` also for a failed step that others need not care about. */
  | { readonly outcome: StepOutcome; readonly message: string; readonly goTo?: string | undefined }
  | { readonly outcome: "cancelled"; readonly message: string }
  /** Nothing of it began. */
  | { readonly outcome: "unstarted" };

/** @param failure what a rework step is to mend. */
export async function runStep(
  context: RunContext,
  step: Step,
  frame: Frame,
  failure: string | null = null,
): Promise<StepEnd> {
  const missing = missingInput(context, step);
  if (missing !== null) {
    skip(context, step, missing);
    return { outcome: "tolerated", message: missing };
  }
  const { clock } = context.options;
  let startedAt = clock.monotonic();
  const base = () => ({
    step_id: step.id,
    persona: step.persona,
    attempt: context.attempts.get(step.id) ?? 1,
  });
  const begin = () => {
    startedAt = clock.monotonic();
    context.attempts.set(step.id, (context.attempts.get(step.id) ?? 0) + 1);
    return {
      frame,
      attempt: context.attempts.get(step.id) ?? 1,
      parent: context.runFolder,
      name: step.id,
      item: null,
      outer: context.options.inner?.outer ?? context.options.environment["WAVE_NONCE"],
      onBegin: (data: { readonly nonce: string; readonly workspace: string }) =>
        context.emit({ ...base(), state: "running", message: titleOf(step), data }),
    };
  };
  const end = step.each === null
    ? await tryAttempts(context, step, {
      lastFailure: failure,
      once: (lastFailure) => runAttempt(context, step, { ...begin(), lastFailure }),
      onRetry: ({ message, tokens }, delay_ms) =>
        context.emit({
          ...base(),
          state: "retrying",
          message,
          tokens_used: tokens.total,
          duration_ms: since(clock.monotonic(), startedAt),
          data: { delay_ms },
        }),
    })
    : await runEach(context, step, step.each, begin());
  if (end === null) return { outcome: "unstarted" };
  const ended = {
    ...base(),
    tokens_used: end.tokens.total,
    duration_ms: since(clock.monotonic(), startedAt),
    data: { tokens: end.tokens, exit_code: end.exitCode },
  };
  if (end.kind === "completed") {
    for (const { data } of end.result.artifacts) emitArtifact(context, step, data);
    context.results.set(step.id, end.result);
    remember(context, step, end.result.text);
    const artifacts = end.result.artifacts.map(({ data }) => data.name);
    const data = ended.attempt === 1 ? ended.data : { ...ended.data, artifacts };
    context.emit({ ...ended, state: "completed", data });
    return { outcome: "completed", message: "", goTo: end.goTo };
  }
  const cut = { status: "cancelled", workspace: null, cwd: null, artifacts: [], text: "" } as const;
  if (end.kind === "cancelled") {
    context.results.set(step.id, cut);
    context.emit({ ...ended, state: "cancelled", message: end.message });
    return { outcome: "cancelled", message: end.message };
  }
  return await failed(context, step, frame, end, ended);
}

type EndFields = {
  readonly step_id: string;
  readonly persona: string | null;
  readonly attempt: number;
  readonly tokens_used: number;
  readonly duration_ms: number;
  readonly data: { readonly tokens: Tokens; readonly exit_code: number | null };
};

/** What follows when no attempt is left: the failed contract's `on_failure`, else the step's own. */
async function failed(
  context: RunContext,
  step: Step,
  frame: Frame,
  end: AttemptEnd & { kind: "failed" },
  ended: EndFields,
): Promise<StepEnd> {
  const said = end.contract?.onFailure;
  const next = said?.kind === "rework" ? said : step.retry.onFailure;
  const message = said?.kind === "rejected" ? `rejected: ${end.message}` : end.message;
  const status = next.kind === "skip" && said?.kind !== "rejected" ? "skipped" : "failed";
  context.results.set(step.id, { status, workspace: null, cwd: null, artifacts: [], text: "" });
  context.emit({ ...ended, state: status, message });
  if (said?.kind === "rejected") return { outcome: "failed", message };
  switch (next.kind) {
    case "skip":
      return { outcome: "tolerated", message };
    case "continue":
      return { outcome: "completed", message };
    case "rework":
      return await rework(context, step, next.step, frame, message);
    case "fail":
      return { outcome: step.optional ? "completed" : "failed", message };
  }
}

/** Another step takes over; if it completes, its artifacts stand for those of the failed one. */
async function rework(
  context: RunContext,
  step: Step,
  id: string,
  frame: Frame,
  message: string,
): Promise<StepEnd> {
  const other = context.steps.get(id);
  if (other === undefined) throw new Error(`Cannot rework "${step.id}": there is no step "${id}"`);
  context.warn(step.id, `step ${id} takes over`, step.persona);
  const end = await runStep(context, other, frame, message);
  const result = context.results.get(id);
  if (end.outcome === "completed" && result?.status === "completed") {
    context.results.set(step.id, result);
    return { outcome: "completed", message: "" };
  }
  if (end.outcome === "unstarted") return { outcome: "cancelled", message };
  return end;
}

/** Emits that a step will not run. */
export function skip(context: RunContext, step: Step, reason: string): void {
  const result: StepResult = {
    status: "skipped",
    workspace: null,
    cwd: null,
    artifacts: [],
    text: "",
  };
  context.results.set(step.id, result);
  context.emit({
    state: "skipped",
    step_id: step.id,
    persona: step.persona,
    message: reason,
    data: { tokens: NO_TOKENS },
  });
}

export function emitArtifact(context: RunContext, step: Step, artifact: ArtifactData): void {
  context.emit({
    state: "artifact",
    step_id: step.id,
    persona: step.persona,
    attempt: context.attempts.get(step.id) ?? null,
    message: artifact.path,
    data: { artifact },
  });
}

/** An artifact that the step needs, of a step whose failure was tolerated. */
function missingInput(context: RunContext, step: Step): string | null {
  for (const { step: from, artifact, optional } of step.injectArtifacts) {
    const result = from === null || optional ? undefined : context.results.get(from);
    if (result !== undefined && result.status !== "completed") {
      return `needs ${artifact} of ${from}, which ${
        result.status === "skipped" ? "was skipped" : "failed"
      }`;
    }
  }
  return null;
}

/** Tells the steps after it in its thread what a step said. */
export function remember(
  context: RunContext,
  { id, thread }: Step,
  text: string | null,
): void {
  if (thread === null || text === null || text === "") return;
  const said = context.threads.get(thread) ?? [];
  context.threads.set(thread, [...said, { step: id, text }]);
}

function titleOf(step: Step): string {
  return step.persona === null ? step.action.kind : "";
}

function since(now: number, then: number): number {
  return Math.max(0, Math.round(now - then));
}
