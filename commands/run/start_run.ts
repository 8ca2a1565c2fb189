/** `wave run` in this process, from the session to the outcome. */
import { OperationError } from "../../event/errors.ts";
import { inputText } from "../../executor/language/inputs/input_text.ts";
import type { GivenInput } from "../../executor/language/model/input_spec.ts";
import { usesInput } from "../../executor/planning/uses_input.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import { openReader } from "../../state/open_reader.ts";
import type { RunRecord } from "../../state/records/records.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { run as declaration } from "../run.ts";
import { executeLive } from "../execution/live_run.ts";
import { showEvents } from "../execution/show_events.ts";
import { findProject } from "../runs/find_project.ts";
import { planFromStep, reusedSteps } from "../execution/reuse_steps.ts";
import { givenLimits, newBudget } from "../execution/run_budget.ts";
import { RunSession } from "../execution/run_session.ts";

type RunValues = CallOf<typeof declaration>["options"];

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

/** Runs the pipeline to its end. `given` is the input, unless it is that of the run that is reused. */
export async function startRun(
  context: Context,
  name: string,
  given: GivenInput | null,
  options: RunValues,
): Promise<Outcome> {
  const { "env-file": envFile } = options;
  await using session = await RunSession.open(context, findProject(context), { envFile });
  const { root, manifest } = session;
  const pipeline = session.pipeline(name);
  const planned = await plannedSteps(pipeline, manifest, root);
  const { "from-step": fromStep, mock, timeout: timeoutMs, "max-workers": maxWorkers } = options;
  using reader = fromStep === undefined ? null : openReader(root, { now: () => context.now() });
  const from = fromStep === undefined || reader === null
    ? null
    : await planFromStep(reader, pipeline, planned, root, { fromStep, mock });
  const reusedRun = from?.prior?.record.id;
  const input = await inputText(pipeline, {
    given: given ?? inputOf(from?.prior?.record),
    uses: () => usesInput(pipeline, root, manifest),
  });
  const reused = from === null || from.prior === null
    ? undefined
    : reusedSteps(from.plan, from.prior, reusedRun);
  const budget = newBudget(pipeline, manifest, givenLimits(options));
  await session.preflight(pipeline, {
    ...{ mock, budget, runId: null },
    reused: new Set(reused?.keys()),
  });
  const shown = showEvents(context, { isPlain: options.plain });
  await using recording = await session.start(
    { pipeline, planned, input, mock, budget },
    shown.listener,
    reusedRun === undefined ? {} : { reusedRun },
  );
  const request = {
    pipeline,
    input,
    mock,
    maxWorkers,
    timeoutMs,
    reused,
    budget,
    noWait: options["no-wait"],
  };
  return await executeLive(context, session, recording, request, shown);
}
