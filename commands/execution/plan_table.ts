/** What `run --dry-run` and `resume --plan` show. */
import { limitsText } from "../../event/budget.ts";
import type { PlannedStep, RunBudget } from "../../event/event.ts";
import { optionWords, type RunOptions } from "../../event/run_options.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline, Step } from "../../executor/language/model/pipeline.ts";
import { allSteps } from "../../executor/planning/planned_steps.ts";
import type { PlannedAction } from "../../executor/planning/plan_reuse.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { limitsJson } from "../output/budget_text.ts";
import { head } from "../output/run_text.ts";
import { inputsTable, plannedInputs } from "./plan_inputs.ts";
import { safeLine } from "../output/safe_text.ts";
import { renderTable } from "../cliffy/render_table.ts";

/** So many dependencies of a step are named, the others counted. */
const NAMED = 10;
const COLUMNS = ["Step", "Kind", "Persona", "After"];
/** Longest condition that is shown, in UTF-16 units. */
const MAX_CONDITION = 40;

/** What goes with a plan. */
export interface PlannedWith {
  /** The text that the run would get; null: none was given. */
  readonly input?: string | null;
  /** The limits that it would have. */
  readonly budget?: RunBudget | undefined;
  /** What was chosen on the command line. */
  readonly options?: RunOptions;
  /** Scripts of the manifest that it would run, too; none within another run. */
  readonly manifestHooks?: Manifest["hooks"] | undefined;
}

/**
 * The plan for all steps; without `actions` every step runs.
 */
export function planOutcome(
  context: Context,
  pipeline: Pipeline,
  planned: readonly PlannedStep[],
  actions: readonly PlannedAction[] | null,
  { input = null, budget, options = {}, manifestHooks = {} }: PlannedWith = {},
): Outcome {
  const today = new Map([...allSteps(pipeline.steps)].map((step) => [step.id, step]));
  const decided = new Map(actions?.map((action) => [action.id, action]));
  const steps = planned.map(({ id, persona, dependencies }) => ({
    id,
    kind: today.get(id)?.action.kind ?? "none",
    persona,
    dependencies,
    when: today.get(id)?.when ?? null,
    action: decided.get(id)?.action ?? "run",
    reason: decided.get(id)?.reason ?? "",
    budget: limitsJson(today.get(id)?.budget),
    fallback: options.model === undefined && options.adapter === undefined
      ? fallbackWords(today.get(id))
      : [],
  }));
  const inputs = plannedInputs(pipeline.input, input);
  const hooks = Object.keys(pipeline.hooks ?? {});
  const general = Object.keys(manifestHooks);
  const chosen = optionWords(options);
  return {
    json: {
      ...{ pipeline: pipeline.name, plan: steps, input, inputs, hooks, options },
      manifest_hooks: general,
      budget: limitsJson(budget?.limits),
    },
    ...chosen.length === 0 ? {} : { note: `with ${safeLine(chosen.join(" "))}\n` },
    text: () => {
      if (context.quiet) return steps.map(({ id }) => `${safeLine(id)}\n`).join("");
      const told = steps.some(({ reason }) => reason !== "");
      const asked = steps.some(({ when }) => when !== null);
      const rows = steps.map(({ id, kind, persona, dependencies, when, action, reason }) =>
        [
          ...[id, kind, persona ?? "-", listed(dependencies)],
          ...asked ? [when === null ? "-" : shortened(when)] : [],
          action,
          ...told ? [reason] : [],
        ].map(safeLine)
      );
      const all = renderTable([
        head(
          [...COLUMNS, ...asked ? ["When"] : [], "Action", ...told ? ["Why"] : []],
          context.color,
        ),
        ...rows,
      ]) + limitsOf(pipeline, budget).map((line) => `${safeLine(line)}\n`).join("");
      const spare = steps.flatMap(({ id, fallback }) =>
        fallback.length === 0 ? [] : [`fallback of step ${id}: ${fallback.join(", ")}`]
      );
      const table = `${all}${spare.map((line) => `${safeLine(line)}\n`).join("")}`;
      const below = table + hooksLine("hooks", hooks) + hooksLine("hooks of the manifest", general);
      return inputs.length === 0 ? below : `${below}\n${inputsTable(inputs, context.color)}`;
    },
  };
}

function hooksLine(whose: string, moments: readonly string[]): string {
  return moments.length === 0 ? "" : `${whose}: ${moments.join(", ")}\n`;
}

/** The models that would take over, those of another adapter behind its name. */
function fallbackWords(step: Step | undefined): string[] {
  return (step?.fallback ?? []).map(({ adapter, model }) =>
    adapter === null ? model : `${adapter} ${model}`
  );
}

/** The first line of a script. */
function shortened(script: string): string {
  const [line = "", ...more] = script.trim().split("\n");
  const text = line.slice(0, MAX_CONDITION);
  return more.length > 0 || text !== line ? `${text}…` : text;
}

/** `budget: $1.00, 400,000 tokens`, `budget of step a: 3 attempts` */
function limitsOf(pipeline: Pipeline, budget: RunBudget | undefined): string[] {
  const steps = [...allSteps(pipeline.steps)].flatMap(({ id, budget }) =>
    budget === undefined ? [] : [`budget of step ${id}: ${limitsText(budget)}`]
  );
  return budget === undefined ? steps : [`budget: ${limitsText(budget.limits)}`, ...steps];
}

function listed(dependencies: readonly string[]): string {
  const more = dependencies.length - NAMED;
  const named = dependencies.slice(0, NAMED).join(", ") || "-";
  return more > 0 ? `${named} and ${more} more` : named;
}
