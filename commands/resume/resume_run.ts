/** `wave resume` (contract, section 4). */
import { NotFoundError, OperationError, UsageError } from "../../event/errors.ts";
import type { PlannedStep } from "../../event/event.ts";
import { loadManifest } from "../../executor/language/load_definitions.ts";
import { requireAdapter } from "../../executor/planning/chosen_agents.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import type { ReusePlan } from "../../executor/planning/plan_reuse.ts";
import { inputText } from "../../executor/language/inputs/input_text.ts";
import type { GivenInput } from "../../executor/language/model/input_spec.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import type { ObservedRun, RunRecord } from "../../state/records/records.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import { resume } from "../resume.ts";
import { resumedOptions, type RunOptions } from "../../event/run_options.ts";
import { detachedOutcome, optionArguments } from "../execution/detached_call.ts";
import { chosenOfPlan, skippedIn } from "../execution/plan_choice.ts";
import { checkChoice, givenOptions } from "../execution/run_choice.ts";
import { continueRun } from "../execution/continue_run.ts";
import { warningsOn } from "../definitions/definition_warnings.ts";
import { executeLive } from "../execution/live_run.ts";
import { showEvents } from "../execution/show_events.ts";
import { newestRun } from "../runs/newest_run.ts";
import { openRuns, type Runs } from "../runs/open_runs.ts";
import { planFrom } from "../execution/reuse_steps.ts";
import { givenInput } from "../execution/run_input.ts";
import { planOutcome } from "../execution/plan_table.ts";
import { givenLimits, resumedBudget } from "../execution/run_budget.ts";
import { RunSession } from "../execution/run_session.ts";
import { runnablePipeline } from "../definitions/runnable_pipeline.ts";
import { refuseOwnRun } from "../runs/own_run.ts";
import { safeLine } from "../output/safe_text.ts";
import { answerOf, taskOf } from "../execution/ad_hoc_pipeline.ts";
import { isActive } from "../runs/select_runs.ts";

type ResumeValues = CallOf<typeof resume>["options"];

function refuseChanged(id: string, { changed }: ReusePlan): void {
  const refused = changed.filter(({ change }) => change === "changed");
  if (refused.length === 0) return;
  const names = refused.map(({ step, name, path }) => `${step}/${name} (${path})`).join(", ");
  throw new OperationError("artifact_changed", `Cannot resume ${id}: changed on disk: ${names}`, {
    hint: `wave resume ${id} --accept-changed, or --from-step ${refused[0]?.step}`,
  });
}

/** The input of the resumed run. What was redacted is not in the record, and has to be given again. */
async function inputOf(
  record: RunRecord,
  pipeline: Pipeline,
  again: GivenInput | null,
  isTask: boolean,
): Promise<string> {
  const fitting = (given: GivenInput) => inputText(pipeline, { given, uses: () => true });
  const given = again === null ? undefined : await fitting(again);
  if (record.inputRedacted && given === undefined) {
    throw new OperationError(
      "input_redacted",
      `Cannot resume ${record.id}: its input held a secret, which was not recorded`,
      { hint: `wave resume ${record.id} --input "…"` },
    );
  }
  if (record.inputRedacted) return given ?? "";
  const recorded = await fitting({ kind: "text", text: record.input });
  if (given !== undefined && given !== recorded) {
    throw new UsageError("input_is_recorded", `Cannot change the input of ${record.id}`, {
      hint: `${
        isTask ? 'wave do "…"' : `wave run ${record.pipeline}`
      } starts a new run with another input`,
    });
  }
  return recorded;
}

/**
 * The run that is meant: the one named, else the newest that a person started and that did not complete.
 *
 * @throws {NotFoundError} `run_not_found`.
 */
function chosenRun(context: Context, runs: Runs, args: readonly string[]): ObservedRun {
  const [id] = runs.resolve(args);
  const statuses = ["failed", "cancelled"] as const;
  const run = id === undefined
    ? newestRun(runs.reader, { statuses }, (one) => one.record.parent === null && !isActive(one))
    : runs.reader.run(id);
  if (run === null) {
    throw new NotFoundError("run_not_found", "Cannot resume: no run failed or was cancelled", {
      hint: "wave list runs",
    });
  }
  if (id === undefined && !context.quiet && context.format === "text") {
    context.stderr.write(`resuming ${safeLine(run.record.id)}\n`);
  }
  return run;
}

/** The run to continue. */
interface Resumed {
  readonly runId: string;
  readonly pipeline: Pipeline;
  readonly planned: readonly PlannedStep[];
  /** What holds from here on. */
  readonly options: RunOptions;
  readonly choose: (plan: ReusePlan) => ReusePlan;
  readonly mock: boolean;
  /** Begun by `wave do`. */
  readonly isTask: boolean;
}

/** Continues the run under its lock. */
async function executeResumed(
  context: Context,
  session: RunSession,
  { runId, pipeline, planned, options: chosen, choose, mock, isTask }: Resumed,
  options: ResumeValues,
  input: string,
): Promise<Outcome> {
  const { "accept-changed": acceptChanged, "from-step": fromStep } = options;
  const shown = showEvents(context, { isTask, isPlain: options.plain });
  const { recording, request } = await continueRun(session, {
    runId,
    pipeline,
    planned,
    reuse: { fromStep, acceptChanged },
    listener: shown.listener,
    budget: (record) =>
      resumedBudget(pipeline, session.manifest, record.budget, givenLimits(options)),
    ...{ options: chosen, mock, choose },
    check: (_prior, plan) => refuseChanged(runId, plan),
  });
  await using _recording = recording;
  const outcome = await executeLive(context, session, recording, {
    ...request,
    pipeline,
    input,
    mock,
    maxWorkers: chosen.max_workers,
    timeoutMs: options.timeout,
    noWait: options["no-wait"],
  }, shown);
  if (!isTask) return outcome;
  return { ...outcome, text: () => answerOf(context, recording.artifacts, session.root) };
}

/** Answers a call of `wave resume`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof resume>,
): Promise<Outcome> {
  const { input, "input-file": inputFile, set } = options;
  const given = await givenInput({ input, inputFile, set }, context.cwd);
  using runs = openRuns(context);
  const run = chosenRun(context, runs, args);
  const { id } = run.record;
  if (!options["allow-self"] && !options.plan) refuseOwnRun(context, runs.reader, run, "resume");
  if (isActive(run) && !options.plan) {
    throw new OperationError("run_is_running", `Cannot resume ${id}: it is ${run.liveness}`, {
      hint: `wave logs ${id} -f; wave cancel ${id}`,
    });
  }
  // Where it starts is said once, and does not hold for the next time.
  const { from_step: _from, ...fresh } = givenOptions(options, context);
  const chosen = resumedOptions(run.record.options, fresh);
  const tell = warningsOn(context);
  const manifest = loadManifest(runs.root, tell, chosen.manifest);
  const task = await taskOf(run.record, runs.root, manifest);
  const pipeline = task ?? runnablePipeline(runs.root, run.record.pipeline, manifest, tell);
  const planned = await plannedSteps(pipeline, manifest, runs.root);
  const prior = { record: run.record, artifacts: runs.reader.artifacts(id) };
  const { "from-step": fromStep, "accept-changed": acceptChanged } = options;
  const mock = run.record.mock || options.mock;
  checkChoice(fresh, pipeline, manifest, mock);
  // One that was chosen when it was started may be gone since.
  if (!mock) requireAdapter(chosen, manifest);
  const choose = (plan: ReusePlan) =>
    chosenOfPlan(plan, pipeline, chosen, fresh.steps !== undefined);
  const plan = choose(
    await planFrom(prior, pipeline, planned, runs.root, { fromStep, acceptChanged }),
  );
  const budget = resumedBudget(pipeline, manifest, run.record.budget, givenLimits(options));
  if (options.plan) {
    return planOutcome(context, pipeline, planned, plan.steps, {
      ...{ budget, options: chosen },
      manifestHooks: run.record.parent === null ? manifest.hooks : {},
    });
  }
  if (run.status === "completed" && plan.steps.every(({ action }) => action !== "run")) {
    refuseChanged(id, plan);
    context.stderr.write(`${safeLine(id)} has completed; nothing to run again\n`);
    return { json: { pipeline: pipeline.name, plan: [], options: chosen } };
  }
  const text = await inputOf(run.record, pipeline, given, task !== null);
  if (options.detach) {
    // What keeps it from starting is told here, where somebody looks on.
    refuseChanged(id, plan);
    const input = given?.kind === "text" ? ["--input-file=-"] : [];
    const words = optionArguments(resume.options, options);
    const args = ["resume", id, ...input, ...words];
    return await detachedOutcome(context, args, given?.kind === "text" ? given.text : undefined);
  }
  await using session = await RunSession.open(context, runs.root, {
    ...{ manifest, envFile: options["env-file"], options: chosen },
  });
  const reused = plan.steps.filter(({ action }) => action === "reuse").map(({ id }) => id);
  await session.preflight(pipeline, {
    ...{ mock, budget },
    leftOut: skippedIn(plan.steps),
    reused: new Set(reused),
    runId: id,
  });
  const isTask = task !== null;
  const resumed = { runId: id, pipeline, planned, options: chosen, choose, mock, isTask };
  return await executeResumed(context, session, resumed, options, text);
}
