/** What `run --dry-run` and `resume --plan` show. */
import type { PlannedStep } from "../../event/event.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { allSteps } from "../../executor/planning/planned_steps.ts";
import type { PlannedAction } from "../../executor/planning/plan_reuse.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { head } from "../output/run_text.ts";
import { safeLine } from "../output/safe_text.ts";
import { renderTable } from "../cliffy/render_table.ts";

/** So many dependencies of a step are named, the others counted. */
const NAMED = 10;
const COLUMNS = ["Step", "Kind", "Persona", "After", "Action"];

/** The plan for all steps; without `actions` every step runs. */
export function planOutcome(
  context: Context,
  pipeline: Pipeline,
  planned: readonly PlannedStep[],
  actions: readonly PlannedAction[] | null,
): Outcome {
  const kinds = new Map([...allSteps(pipeline.steps)].map((step) => [step.id, step.action.kind]));
  const decided = new Map(actions?.map((action) => [action.id, action]));
  const steps = planned.map(({ id, persona, dependencies }) => ({
    id,
    kind: kinds.get(id) ?? "none",
    persona,
    dependencies,
    action: decided.get(id)?.action ?? "run",
    reason: decided.get(id)?.reason ?? "",
  }));
  return {
    json: { pipeline: pipeline.name, plan: steps },
    text: () => {
      if (context.quiet) return steps.map(({ id }) => `${safeLine(id)}\n`).join("");
      const told = steps.some(({ reason }) => reason !== "");
      const rows = steps.map(({ id, kind, persona, dependencies, action, reason }) =>
        [
          ...[id, kind, persona ?? "-", listed(dependencies), action],
          ...told ? [reason] : [],
        ].map(safeLine)
      );
      return renderTable([head(told ? [...COLUMNS, "Why"] : COLUMNS, context.color), ...rows]);
    },
  };
}

function listed(dependencies: readonly string[]): string {
  const more = dependencies.length - NAMED;
  const named = dependencies.slice(0, NAMED).join(", ") || "-";
  return more > 0 ? `${named} and ${more} more` : named;
}
