/** `wave run` in this process, from the session to the outcome. */
import { OperationError } from "../../event/errors.ts";
import { inputText } from "../../executor/language/inputs/input_text.ts";
import type { GivenInput } from "../../executor/language/model/input_spec.ts";
import { usesInput } from "../../executor/planning/uses_input.ts";
import { withoutSteps } from "../../executor/planning/choose_steps.ts";
import type { BudgetLimits, RunBudget } from "../../event/event.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import type { RunOptions } from "../../event/run_options.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import { openReader } from "../../state/open_reader.ts";
import type { RunRecord } from "../../state/records/records.ts";
import type { Context, Outcome } from "../cli/command.ts";
import { answerOf, taskOf } from "../execution/ad_hoc_pipeline.ts";
import { executeLive } from "../execution/live_run.ts";
import { planChosen } from "../execution/plan_choice.ts";
import { showEvents } from "../execution/show_events.ts";
import { findProject } from "../runs/find_project.ts";
import { checkChoice } from "../execution/run_choice.ts";
import { newBudget, resumedBudget } from "../execution/run_budget.ts";
import { RunSession } from "../execution/run_session.ts";
import { changesSince } from "./run_again.ts";

/** What is to be run, and how. */
export interface RunOrder {
  /** Of the pipeline. */
  readonly name: string;
  /** Null: that of the run that is reused, if there is one. */
  readonly input: GivenInput | null;
  readonly mock: boolean;
  readonly options: RunOptions;
  /** Those of the command line. */
  readonly limits: BudgetLimits;
  /** The run that is done again, or null. */
  readonly before: RunRecord | null;
}

/** What is done once more is the same task, unless another one is given. */
function inputOf(reused: RunRecord | undefined): GivenInput | null {
  if (reused === undefined) return null;
  if (!reused.inputRedacted) return { kind: "text", text: reused.input };
  throw new OperationError(
    "input_redacted",
    `Cannot take the input of ${reused.id}: its input held a secret, which was not recorded`,
    { hint: `give it again with --input "…"` },
  );
}

/** The limits of the run; of one that is done again those that it had, unless they are given anew. */
export function orderedBudget(
  { before, limits }: Pick<RunOrder, "before" | "limits">,
  pipeline: Pipeline,
  manifest: Manifest,
): RunBudget | undefined {
  return before === null
    ? newBudget(pipeline, manifest, limits)
    : resumedBudget(pipeline, manifest, before.budget, limits);
}

/** Runs the pipeline to its end. */
export async function startRun(
  context: Context,
  order: RunOrder,
  { isPlain, envFile }: { readonly isPlain: boolean; readonly envFile: string | undefined },
): Promise<Outcome> {
  const { name, input: given, mock, options, before } = order;
  await using session = await RunSession.open(context, findProject(context), { envFile, options });
  const { root, manifest } = session;
  const task = before === null ? null : await taskOf(before, root, manifest);
  const pipeline = task ?? session.pipeline(name);
  checkChoice(options, pipeline, manifest, mock);
  const planned = await plannedSteps(pipeline, manifest, root);
  using stack = new DisposableStack();
  const reader = () => stack.use(openReader(root, { now: () => context.now() }));
  const { prior, reused, leftOut } = await planChosen(pipeline, options, {
    ...{ reader, planned, root, mock },
  });
  const reusedRun = prior?.record.id;
  const input = await inputText(pipeline, {
    given: given ?? inputOf(prior?.record),
    uses: () => usesInput(withoutSteps(pipeline, leftOut), root, manifest),
  });
  const budget = orderedBudget(order, pipeline, manifest);
  await session.preflight(pipeline, {
    ...{ mock, budget, leftOut, runId: null },
    reused: new Set(reused?.keys()),
  });
  if (before !== null && context.format === "text" && !context.quiet) {
    context.stderr.write(changesSince(before, planned));
  }
  const shown = showEvents(context, { isTask: task !== null, isPlain });
  await using recording = await session.start(
    { pipeline, planned, input, mock, budget },
    shown.listener,
    reusedRun === undefined ? {} : { reusedRun },
  );
  const { max_workers: maxWorkers, timeout_ms: timeoutMs, no_wait: noWait } = options;
  const request = {
    ...{ pipeline, input, mock, maxWorkers, timeoutMs, reused, leftOut, budget, noWait },
  };
  const outcome = await executeLive(context, session, recording, request, shown);
  if (task === null) return outcome;
  return { ...outcome, text: () => answerOf(context, recording.artifacts, root) };
}
