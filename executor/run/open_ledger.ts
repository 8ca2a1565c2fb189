/** Opens the ledger of a run: its limits, those of its steps, and what was spent before. */
import type { ExecuteOptions } from "../api.ts";
import { type BudgetedStep, RunLedger } from "../budget/run_ledger.ts";
import type { Step } from "../language/model/pipeline.ts";
import { type RunStop, StopReason } from "./stop.ts";

/** Nothing more is started once the run's own limits, or those around it, have kept an agent from working. */
export function openLedger(
  { pipeline, runId, budget = {}, spent, inner, clock }: ExecuteOptions,
  stop: RunStop,
): RunLedger {
  return new RunLedger({
    runId,
    file: pipeline.file,
    limits: budget,
    steps: budgetedSteps(pipeline.steps, null),
    before: spent,
    outer: inner?.spender ?? null,
    watch: clock,
    onEnforced: (message) => stop.gracefully(new StopReason("budget", message)),
  });
}

function budgetedSteps(steps: readonly Step[], within: string | null): BudgetedStep[] {
  return steps.flatMap(({ id, budget = {}, action }) => [
    { id, limits: budget, within },
    ...action.kind === "loop" ? budgetedSteps(action.steps, id) : [],
  ]);
}
