/** `wave run --dry-run`: the plan, without what a run needs. */
import { loadManifest } from "../../executor/language/load_definitions.ts";
import { inputText } from "../../executor/language/inputs/input_text.ts";
import type { GivenInput } from "../../executor/language/model/input_spec.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { run as declaration } from "../run.ts";
import { warningsOn } from "../definitions/definition_warnings.ts";
import { openRuns } from "../runs/open_runs.ts";
import { findProject } from "../runs/find_project.ts";
import { planFromStep } from "../execution/reuse_steps.ts";
import { givenLimits, newBudget } from "../execution/run_budget.ts";
import { planOutcome } from "../execution/plan_table.ts";
import { runnablePipeline } from "../definitions/runnable_pipeline.ts";

type RunValues = CallOf<typeof declaration>["options"];

/** What would be run. Changes nothing. Without any input it is shown what is missing. */
export async function previewRun(
  context: Context,
  name: string,
  given: GivenInput | null,
  options: RunValues,
): Promise<Outcome> {
  const root = findProject(context);
  const tell = warningsOn(context);
  const manifest = loadManifest(root, tell);
  const pipeline = runnablePipeline(root, name, manifest, tell);
  const input = given === null ? null : await inputText(pipeline, { given, uses: () => true });
  const planned = await plannedSteps(pipeline, manifest, root);
  const { "from-step": fromStep, mock } = options;
  const budget = newBudget(pipeline, manifest, givenLimits(options));
  if (fromStep === undefined) return planOutcome(context, pipeline, planned, null, input, budget);
  using runs = openRuns(context);
  const { plan } = await planFromStep(runs.reader, pipeline, planned, root, { fromStep, mock });
  return planOutcome(context, pipeline, planned, plan.steps, input, budget);
}
