/** `wave run --dry-run`: the plan, without what a run needs. */
import { loadManifest } from "../../executor/language/load_definitions.ts";
import { inputText } from "../../executor/language/inputs/input_text.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { warningsOn } from "../definitions/definition_warnings.ts";
import { openRuns } from "../runs/open_runs.ts";
import { findProject } from "../runs/find_project.ts";
import { taskOf } from "../execution/ad_hoc_pipeline.ts";
import { planChosen } from "../execution/plan_choice.ts";
import { planOutcome } from "../execution/plan_table.ts";
import { checkChoice } from "../execution/run_choice.ts";
import { runnablePipeline } from "../definitions/runnable_pipeline.ts";
import { changesSince } from "./run_again.ts";
import { orderedBudget, type RunOrder } from "./start_run.ts";

/** What would be run. Changes nothing. Without any input it is shown what is missing. */
export async function previewRun(
  context: Context,
  order: RunOrder,
): Promise<Outcome> {
  const { name, input: given, mock, options, before } = order;
  const root = findProject(context);
  const tell = warningsOn(context);
  const manifest = loadManifest(root, tell, options.manifest);
  const task = before === null ? null : await taskOf(before, root, manifest);
  const pipeline = task ?? runnablePipeline(root, name, manifest, tell);
  checkChoice(options, pipeline, manifest, mock);
  const input = given === null ? null : await inputText(pipeline, { given, uses: () => true });
  const planned = await plannedSteps(pipeline, manifest, root);
  if (before !== null && context.format === "text" && !context.quiet) {
    context.stderr.write(changesSince(before, planned));
  }
  using stack = new DisposableStack();
  const reader = () => stack.use(openRuns(context)).reader;
  const { actions } = await planChosen(pipeline, options, { reader, planned, root, mock });
  const budget = orderedBudget(order, pipeline, manifest);
  return planOutcome(context, pipeline, planned, actions, {
    ...{ input, budget, options },
    manifestHooks: manifest.hooks,
  });
}
