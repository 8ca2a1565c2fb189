/** One attempt of a step, or of one of its items: prepared, done, checked, its artifacts taken. */
import type { Tokens } from "../../event/event.ts";
import { WaveError } from "../../event/errors.ts";
import { systemCode } from "../../event/system_error.ts";
import { act } from "./run_action.ts";
import { collectArtifacts, type Places } from "../workspace/artifacts.ts";
import type { Frame, RunContext } from "../run/run_context.ts";
import { checkContracts } from "../contracts/check_contracts.ts";
import type { Contract } from "../language/model/contract.ts";
import type { Step } from "../language/model/pipeline.ts";
import { outcomesOf } from "./outcomes.ts";
import { preparePlace, recorded } from "../workspace/prepare_workspace.ts";
import { newMark } from "../processes/process_marker.ts";
import { type StepArtifact, type StepResult } from "../run/step_results.ts";
import { addTokens, NO_TOKENS } from "../../event/tokens.ts";
import { keepSaid } from "../workspace/kept_output.ts";
import { lookupIn } from "../workspace/template_values.ts";
import { makeWorkspace } from "../workspace/mount.ts";

export interface AttemptOptions {
  readonly frame: Frame;
  /** From 1, rising over resumes. */
  readonly attempt: number;
  /** Why the attempt before failed. */
  readonly lastFailure: string | null;
  /** Absolute: the run's folder, or that of the step whose item this is. */
  readonly parent: string;
  /** Of the workspace within `parent`. */
  readonly name: string;
  readonly item: { readonly index: number; readonly value: unknown } | null;
  /** Nonces around this attempt, as in `WAVE_NONCE`. */
  readonly outer: string | undefined;
  /** Called before anything is started. */
  readonly onBegin: (begun: { readonly nonce: string; readonly workspace: string }) => void;
}

export type AttemptEnd =
  & { readonly tokens: Tokens; readonly exitCode: number | null }
  & (
    | {
      readonly kind: "completed";
      readonly result: StepResult;
      /** A gate's choice: the step to go on from. */
      readonly goTo?: string | undefined;
    }
    | {
      readonly kind: "failed";
      readonly message: string;
      /** False when trying again cannot help or is not wanted. */
      readonly retryable: boolean;
      /** The contract that failed it. */
      readonly contract?: Contract | undefined;
    }
    | { readonly kind: "cancelled"; readonly message: string }
  );

/** Never throws what a user can cause: that is a failed attempt. */
export async function runAttempt(
  context: RunContext,
  step: Step,
  options: AttemptOptions,
): Promise<AttemptEnd> {
  let spent: { tokens: Tokens; exitCode: number | null } = { tokens: NO_TOKENS, exitCode: null };
  try {
    const workspace = makeWorkspace(options.parent, options.name, options.attempt);
    const mark = newMark();
    options.onBegin({ nonce: mark.nonce, workspace: recorded(context, workspace) });
    const lookup = lookupIn(context, {
      stepId: step.id,
      startedAt: new Date(context.options.clock.now()).toISOString(),
      iteration: options.frame.iteration,
      item: options.item,
    });
    const place = await preparePlace(context, step, workspace, lookup);
    const { attempt, outer, lastFailure } = options;
    const work = { step, attempt, place, mark, outer, lookup, lastFailure };
    const acted = await act(context, work, options.frame);
    spent = acted;
    if (acted.interrupted) return { ...spent, kind: "cancelled", message: stopReason(context) };
    if (acted.error !== null) {
      return { ...spent, kind: "failed", message: acted.error, retryable: acted.final !== true };
    }
    const checked = await checkContracts(context, work);
    spent = { ...spent, tokens: addTokens(spent.tokens, checked.tokens) };
    if (checked.interrupted) return { ...spent, kind: "cancelled", message: stopReason(context) };
    if (checked.failure !== null) {
      const { contract, reason } = checked.failure;
      const message = `contract ${contract.type} failed: ${reason}`;
      return { ...spent, kind: "failed", message, retryable: contract.retries, contract };
    }
    const artifacts = await artifactsOf(context, step, place, acted.artifacts ?? []);
    if (options.item === null) keepSaid(context, workspace, acted.text);
    for (const outcome of outcomesOf(step.outcomes, place)) {
      context.emit({
        state: "tool",
        level: "info",
        step_id: step.id,
        persona: step.persona,
        attempt,
        message: `${outcome.label}: ${outcome.value}`,
        data: { outcome },
      });
    }
    const result: StepResult = {
      status: "completed",
      workspace: recorded(context, workspace),
      cwd: place.cwd,
      artifacts,
      text: acted.text,
      gate: acted.gate,
    };
    return { ...spent, kind: "completed", result, goTo: acted.goTo };
  } catch (error) {
    if (context.hard.aborted) return { ...spent, kind: "cancelled", message: stopReason(context) };
    if (context.halt.aborted && error === context.halt.reason) {
      return { ...spent, kind: "cancelled", message: stopReason(context) };
    }
    // The workspace is the agent's: what it makes of it, and a full disk, fail the attempt.
    if (!(error instanceof WaveError || systemCode(error) !== null)) throw error;
    return { ...spent, kind: "failed", message: (error as Error).message, retryable: true };
  }
}

async function artifactsOf(
  context: RunContext,
  step: Step,
  place: Places,
  made: readonly StepArtifact[],
): Promise<StepArtifact[]> {
  const declared = await collectArtifacts(step.outputArtifacts, place, context.root);
  const own = declared.map((data): StepArtifact => ({
    path: step.outputArtifacts.find(({ name }) => name === data.name)?.path ?? data.name,
    data,
  }));
  return [...own, ...made.filter(({ data }) => !own.some((each) => each.data.name === data.name))];
}

/** Why the run is being stopped, for the steps that are cut short by it. */
export function stopReason(context: RunContext): string {
  const { hard, halt } = context;
  const reason: unknown = hard.aborted ? hard.reason : halt.reason;
  return reason instanceof Error ? reason.message : "the run was cancelled";
}
