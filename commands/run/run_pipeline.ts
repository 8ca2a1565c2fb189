/** `wave run` (contract, section 4). */
import { OperationError, UsageError } from "../../event/errors.ts";
import { loadManifest } from "../../executor/language/load_definitions.ts";
import { plannedSteps } from "../../executor/planning/planned_steps.ts";
import { openReader } from "../../state/open_reader.ts";
import type { RunRecord } from "../../state/records/records.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { run as declaration } from "../run.ts";
import { startDetached } from "./detach.ts";
import { warningsOn } from "../definitions/definition_warnings.ts";
import { executeLive } from "../execution/live_run.ts";
import { showEvents } from "../execution/show_events.ts";
import { openRuns } from "../runs/open_runs.ts";
import { findProject } from "../runs/find_project.ts";
import { planFromStep, reusedSteps } from "../execution/reuse_steps.ts";
import { readInput } from "../execution/run_input.ts";
import { planOutcome } from "../execution/plan_table.ts";
import { RunSession } from "../execution/run_session.ts";
import { runnablePipeline } from "../definitions/runnable_pipeline.ts";
import { safeLine } from "../output/safe_text.ts";

type RunValues = CallOf<typeof declaration>["options"];

/** The same run in a process of its own. */
async function detached(
  context: Context,
  name: string,
  input: string | undefined,
  options: RunValues,
): Promise<Outcome> {
  const { "from-step": fromStep, timeout, "max-workers": maxWorkers, mock } = options;
  const args = [
    "run",
    name,
    "--format=json",
    // It is no news that nobody reads on.
    "--quiet",
    ...(input === undefined ? [] : ["--input-file=-"]),
    ...(fromStep === undefined ? [] : [`--from-step=${fromStep}`]),
    ...(timeout === undefined ? [] : [`--timeout=${Math.ceil(timeout / 1000)}s`]),
    ...(maxWorkers === undefined ? [] : [`--max-workers=${maxWorkers}`]),
    ...(mock ? ["--mock"] : []),
  ];
  const id = await startDetached(args, {
    cwd: context.cwd,
    input,
    showError: (text) => context.stderr.write(text),
  });
  return { json: { run_id: id, detached: true }, text: () => `${safeLine(id)}\n` };
}

/** What is done once more is the same task, unless another one is given. */
function inputOf(reused: RunRecord | undefined): string {
  if (reused?.inputRedacted !== true) return reused?.input ?? "";
  throw new OperationError(
    "input_redacted",
    `Cannot take the input of ${reused.id}: its input held a secret, which was not recorded`,
    { hint: `give it again with --input "…"` },
  );
}

/** What would be run. Changes nothing. */
async function preview(context: Context, name: string, options: RunValues): Promise<Outcome> {
  const root = findProject(context);
  const tell = warningsOn(context);
  const manifest = loadManifest(root, tell);
  const pipeline = runnablePipeline(root, name, manifest, tell);
  const planned = await plannedSteps(pipeline, manifest, root);
  const { "from-step": fromStep, mock } = options;
  if (fromStep === undefined) return planOutcome(context, pipeline, planned, null);
  using runs = openRuns(context);
  const { plan } = await planFromStep(runs.reader, pipeline, planned, root, { fromStep, mock });
  return planOutcome(context, pipeline, planned, plan.steps);
}

async function execute(
  context: Context,
  name: string,
  given: string | undefined,
  options: RunValues,
): Promise<Outcome> {
  await using session = await RunSession.open(context, findProject(context));
  const { root, manifest } = session;
  const pipeline = session.pipeline(name);
  const planned = await plannedSteps(pipeline, manifest, root);
  const { "from-step": fromStep, mock, timeout: timeoutMs, "max-workers": maxWorkers } = options;
  using reader = fromStep === undefined ? null : openReader(root, { now: () => context.now() });
  const from = fromStep === undefined || reader === null
    ? null
    : await planFromStep(reader, pipeline, planned, root, { fromStep, mock });
  const reusedRun = from?.prior?.record.id;
  const input = given ?? inputOf(from?.prior?.record);
  const reused = from === null || from.prior === null
    ? undefined
    : reusedSteps(from.plan, from.prior, reusedRun);
  await session.preflight(pipeline, { mock, reused: new Set(reused?.keys()), runId: null });
  const shown = showEvents(context);
  await using recording = await session.start(
    { pipeline, planned, input, mock },
    shown.listener,
    reusedRun === undefined ? {} : { reusedRun },
  );
  const request = { pipeline, input, mock, maxWorkers, timeoutMs, reused };
  return await executeLive(context, session, recording, request, shown);
}

/** Answers a call of `wave run`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof declaration>,
): Promise<Outcome> {
  const [name = "", argument] = args;
  if (options.detach && options["dry-run"]) {
    throw new UsageError("contradicting_options", "Cannot use --detach with --dry-run");
  }
  const sources = { argument, input: options.input, inputFile: options["input-file"] };
  const input = await readInput(sources, context.cwd);
  if (options.detach) return await detached(context, name, input, options);
  if (options["dry-run"]) return await preview(context, name, options);
  return await execute(context, name, input, options);
}
