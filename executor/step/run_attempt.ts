/** One attempt of a step, or of one of its items: prepared, run, checked, its artifacts collected. */
import { OverBudgetError } from "../budget/meter.ts";
import { checkContracts, type ContractsResult } from "../contracts/check_contracts.ts";
import type { Step } from "../language/model/pipeline.ts";
import { newMark } from "../processes/process_marker.ts";
import type { LoopFrame, RunContext } from "../run/run_context.ts";
import type { StepArtifact } from "../run/step_results.ts";
import { UnmetNeed } from "../run/unmet_condition.ts";
import type { ActionResult, Work } from "../work/work.ts";
import { collectArtifacts } from "../workspace/declared_artifacts.ts";
import { keepOutput } from "../workspace/kept_output.ts";
import { makeWorkspace } from "../workspace/make_workspace.ts";
import { prepareWorkspace, recordedPath } from "../workspace/prepare_workspace.ts";
import { lookupIn } from "../workspace/template_values.ts";
import {
  type AttemptEnd,
  cancelledAttempt,
  type CompletedAttempt,
  failedAttempt,
  failedByError,
  isStop,
  NOTHING_SPENT,
  skippedAttempt,
  type Spent,
} from "./attempt_end.ts";
import { askCondition, type Condition } from "./ask_condition.ts";
import { outcomesOf } from "./outcomes.ts";
import { runAction } from "./run_action.ts";
import { addTokens } from "../../event/tokens.ts";

export interface AttemptOptions {
  readonly frame: LoopFrame;
  /** From 1, rising over resumes. */
  readonly attempt: number;
  /** Of the step, where this is an attempt of one of its items; else the same. */
  readonly stepAttempt: number;
  /** Why the attempt before failed. */
  readonly lastFailure: string | null;
  /** Absolute: the run's folder, or that of the step whose item this is. */
  readonly parent: string;
  /** Of the workspace within `parent`. */
  readonly name: string;
  readonly item: { readonly index: number; readonly value: unknown } | null;
  /** Of the step, or of the item, over all its attempts. */
  readonly condition: Condition;
  /** Nonces around this attempt, as in `WAVE_NONCE`. */
  readonly outer: string | undefined;
  /** Called before anything is started. */
  readonly onStart: (facts: { readonly nonce: string; readonly workspace: string }) => void;
}

/** Never throws what a user can cause: that is a failed attempt. */
export async function runAttempt(
  context: RunContext,
  step: Step,
  options: AttemptOptions,
): Promise<AttemptEnd> {
  let spent: Spent = NOTHING_SPENT;
  try {
    const work = await prepareWork(context, step, options);
    const kept = await askCondition(context, work, options.condition);
    if (kept !== null) return kept;
    context.ledger.requireTime(step.id);
    const result = await runAction(context, work);
    spent = result;
    const stuck = context.ends.takeFailure(step.id);
    if (stuck !== null) return failedAttempt(spent, withCause(result, stuck), { retryable: false });
    if (result.interrupted) return cancelledAttempt(context, spent);
    if (result.error !== null && result.limit !== undefined) {
      return { kind: "limited", ...spent, message: result.error, ...result.limit };
    }
    if (result.error !== null) {
      const { unavailable } = result;
      return failedAttempt(spent, result.error, { retryable: result.final !== true, unavailable });
    }
    const checked = await checkContracts(context, work);
    spent = { ...spent, tokens: addTokens(spent.tokens, checked.tokens) };
    if (checked.interrupted) return cancelledAttempt(context, spent);
    if (checked.unchecked !== undefined) {
      return failedAttempt(spent, checked.unchecked, { retryable: false });
    }
    if (checked.failure !== null) return brokenContract(checked.failure, spent);
    return await completedAttempt(context, work, result, spent, { keep: options.item === null });
  } catch (error) {
    if (isStop(context, error)) return cancelledAttempt(context, spent);
    if (error instanceof UnmetNeed) return skippedAttempt(error);
    return failedByError(error, spent, !(error instanceof OverBudgetError));
  }
}

/** Processes that are still there, and why they were to be ended. */
function withCause({ interrupted, error }: ActionResult, stuck: string): string {
  return interrupted || error === null ? stuck : `${error}; ${stuck}`;
}

async function prepareWork(
  context: RunContext,
  step: Step,
  { frame, attempt, stepAttempt, lastFailure, parent, name, item, outer, onStart }: AttemptOptions,
): Promise<Work> {
  const workspace = makeWorkspace(parent, name, attempt);
  const mark = newMark();
  onStart({ nonce: mark.nonce, workspace: recordedPath(context, workspace) });
  const startedAt = new Date(context.options.clock.now()).toISOString();
  const scope = { stepId: step.id, startedAt, iteration: frame.iteration, item };
  const lookup = lookupIn(context, scope);
  const folders = await prepareWorkspace(context, step, workspace, lookup);
  const traceparent = await context.traceparent(step.id, stepAttempt);
  return { step, attempt, folders, mark, outer, traceparent, lookup, lastFailure };
}

function brokenContract(
  { contract, reason }: NonNullable<ContractsResult["failure"]>,
  spent: Spent,
): AttemptEnd {
  const message = `contract ${contract.type} failed: ${reason}`;
  return failedAttempt(spent, message, { retryable: contract.retries, contract });
}

/** Collects what the attempt delivered. With `keep`, its output is kept for a resume. */
async function completedAttempt(
  context: RunContext,
  work: Work,
  action: ActionResult,
  { tokens, exitCode }: Spent,
  { keep }: { readonly keep: boolean },
): Promise<CompletedAttempt> {
  const { workspace, cwd } = work.folders;
  const artifacts = await artifactsOf(context, work, action.artifacts ?? []);
  if (keep) keepOutput(context, workspace, action.text);
  await emitOutcomes(context, work);
  return {
    kind: "completed",
    tokens,
    exitCode,
    goTo: action.goTo,
    result: {
      status: "completed",
      workspace: recordedPath(context, workspace),
      cwd,
      artifacts,
      text: action.text,
      gate: action.gate,
    },
  };
}

/** The declared artifacts, and those that the kind of step made beside them. */
async function artifactsOf(
  context: RunContext,
  { step: { outputArtifacts }, folders }: Work,
  made: readonly StepArtifact[],
): Promise<StepArtifact[]> {
  const declared = await collectArtifacts(
    outputArtifacts,
    folders,
    context.root,
    context.forced,
  );
  const own = declared.map((data): StepArtifact => ({
    path: outputArtifacts.find(({ name }) => name === data.name)?.path ?? data.name,
    data,
  }));
  return [...own, ...made.filter(({ data }) => !own.some((each) => each.data.name === data.name))];
}

async function emitOutcomes(
  context: RunContext,
  { step, attempt, folders }: Work,
): Promise<void> {
  for (const outcome of await outcomesOf(step.outcomes, folders)) {
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
}
