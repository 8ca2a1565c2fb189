/** A run as JSON: the same object in `status`, in `list runs` and wherever else a run is printed. */
import type { Tokens } from "../../event/event.ts";
import { costOf } from "../../event/tokens.ts";
import type { ObservedRun, ObservedStep, PauseRecord } from "../../state/records/records.ts";
import { budgetJson, budgetOf } from "./budget_text.ts";
import { isoTime } from "./format.ts";
import { tokensOfRun, tokensOfStep } from "../../state/records/step_use.ts";

/** How well tokens are known, and what they cost (contract, sections 8 and 9). Unknown is null, never 0. */
export function usageJson(tokens: Tokens): Record<string, unknown> {
  const { usd, known } = costOf(tokens);
  return {
    tokens_known: tokens.at_least === true ? "at_least" : "exact",
    cost_usd: known === "unknown" ? null : usd,
    cost_known: known,
  };
}

function stepJson(step: ObservedStep): Record<string, unknown> {
  const { record } = step;
  const tokens = tokensOfStep(record);
  return {
    id: record.id,
    persona: record.persona,
    status: step.status,
    attempt: record.attempt,
    started_at: isoTime(record.startedAt),
    completed_at: isoTime(step.completedAt),
    elapsed_ms: step.elapsedMs,
    total_tokens: tokens.total,
    ...usageJson(tokens),
    warnings: record.warnings,
    visits: record.visits,
    edge: record.edge,
    error_message: step.errorMessage,
    waiting_for: step.waiting ? "approval" : null,
    gate: record.gate,
  };
}

/** What of a run goes with its log: which it is, and how it went. */
export function runSummaryJson(run: ObservedRun): Record<string, unknown> {
  const tokens = tokensOfRun(run.record);
  return {
    id: run.record.id,
    pipeline: run.record.pipeline,
    status: run.status,
    liveness: run.liveness,
    total_tokens: tokens.total,
    ...usageJson(tokens),
    error_message: run.errorMessage,
  };
}

/** Where a run is or stopped; nothing of a completed one. */
export function currentSteps(run: ObservedRun): readonly string[] {
  return run.status === "completed" ? [] : run.record.currentSteps;
}

/** The pauses that keep something of the run from starting; none of a run that nobody works on. */
export function pausesNow({ status, liveness, pauses }: ObservedRun): readonly PauseRecord[] {
  return status === "running" && liveness !== "interrupted" ? pauses : [];
}

/** The JSON of a run (contract, section 3, `status`). */
export function runJson(run: ObservedRun): Record<string, unknown> {
  const { record } = run;
  const tokens = tokensOfRun(record);
  const current = currentSteps(run);
  const pause = pausesNow(run)[0];
  return {
    id: record.id,
    pipeline: record.pipeline,
    status: run.status,
    liveness: run.liveness,
    cancelling: run.cancelling,
    current_step: current[0] ?? null,
    current_steps: current,
    elapsed_seconds: Math.floor(run.elapsedMs / 1000),
    elapsed_ms: run.elapsedMs,
    wall_ms: run.wallMs,
    total_tokens: tokens.total,
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    ...usageJson(tokens),
    budget: budgetJson(budgetOf(record, run.elapsedMs)),
    warnings: record.warnings,
    started_at: isoTime(record.startedAt),
    completed_at: isoTime(run.completedAt),
    input: record.input,
    mock: record.mock,
    options: record.options,
    parent: record.parent === null
      ? null
      : { run_id: record.parent.runId, step_id: record.parent.stepId },
    paused_until: isoTime(pause?.until ?? null),
    pause_reason: pause?.reason ?? null,
    pauses: run.pauses.map(({ until, ...pause }) => ({ ...pause, until: isoTime(until) })),
    error_message: run.errorMessage,
    steps: run.steps.map(stepJson),
  };
}
