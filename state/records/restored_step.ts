/** A step as the last event of its run has it. */
import type { StepSnapshot } from "../../event/event.ts";
import type { StepRecord } from "./records.ts";
import { usedBy } from "./step_use.ts";

/** `endedAt`: when the run ended, for a step of which the snapshot does not say. */
export function restored(step: StepSnapshot, endedAt: number): StepRecord {
  const common = {
    id: step.id,
    persona: step.persona,
    dependencies: step.dependencies,
    digest: step.digest,
    attempt: step.attempt,
    startedAt: step.started_at === null ? null : Date.parse(step.started_at),
    tokens: step.tokens,
    tokensBefore: step.tokens,
    workspace: step.workspace,
    nonce: null,
    process: null,
    warnings: step.warnings ?? 0,
    gate: step.gate ?? null,
    visits: step.visits ?? Math.min(1, step.attempt),
    edge: step.edge ?? null,
    ...usedBy(step),
  };
  const completedAt = step.completed_at === null ? endedAt : Date.parse(step.completed_at);
  const errorMessage = step.error_message ?? "";
  switch (step.status) {
    case "pending":
    case "running":
      return { ...common, status: step.status };
    case "retrying":
      return { ...common, status: step.status, errorMessage };
    case "completed":
      return { ...common, status: step.status, completedAt };
    default:
      return { ...common, status: step.status, completedAt, errorMessage };
  }
}
