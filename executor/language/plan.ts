/** In which order the steps of a pipeline may run (`wave run --dry-run`). */
import { levelsOf } from "./graph.ts";
import type { ActionKind, Pipeline } from "./pipeline.ts";

export interface PlanStep {
  readonly id: string;
  readonly kind: ActionKind;
  readonly persona: string | null;
  readonly dependencies: readonly string[];
  readonly artifacts: readonly string[];
  readonly contracts: readonly string[];
  readonly maxAttempts: number;
  /** True when it runs once for each item of a list that is known only then. */
  readonly each: boolean;
  readonly optional: boolean;
}

export interface Plan {
  readonly pipeline: string;
  /** The steps of a level may run side by side; each depends on earlier levels alone. */
  readonly levels: readonly (readonly PlanStep[])[];
  /** Steps that run only in place of others. */
  readonly rework: readonly PlanStep[];
}

export function planOf(pipeline: Pipeline): Plan {
  const planned = (steps: Pipeline["steps"]) =>
    steps.map((step): PlanStep => ({
      id: step.id,
      kind: step.action.kind,
      persona: step.persona,
      dependencies: step.dependencies,
      artifacts: step.outputArtifacts.map(({ name }) => name),
      contracts: step.contracts.map(({ type }) => type),
      maxAttempts: step.retry.maxAttempts,
      each: step.each !== null,
      optional: step.optional,
    }));
  const usual = pipeline.steps.filter((step) => !step.reworkOnly);
  return {
    pipeline: pipeline.name,
    levels: levelsOf(usual).map(planned),
    rework: planned(pipeline.steps.filter((step) => step.reworkOnly)),
  };
}
