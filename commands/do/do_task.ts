/** `wave do` (contract, section 4). */
import { UsageError } from "../../event/errors.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import { doCommand } from "../do.ts";
import { detachedOutcome, optionArguments } from "../execution/detached_call.ts";
import { checkChoice, givenOptions } from "../execution/run_choice.ts";
import { executeLive } from "../execution/live_run.ts";
import { showEvents } from "../execution/show_events.ts";
import { readInput } from "../execution/run_input.ts";
import { findProject } from "../runs/find_project.ts";
import { givenLimits, newBudget } from "../execution/run_budget.ts";
import { RunSession } from "../execution/run_session.ts";
import { answerOf, personaOf, taskPipeline } from "../execution/ad_hoc_pipeline.ts";

/** Answers a call of `wave do`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof doCommand>,
): Promise<Outcome> {
  const [argument] = args;
  const task = await readInput({ argument }, context.cwd) ?? "";
  if (task.trim() === "") {
    throw new UsageError("empty_task", "Cannot do nothing: the task is empty");
  }
  if (options.detach) {
    const args = ["do", "-", ...optionArguments(doCommand.options, options)];
    return await detachedOutcome(context, args, task);
  }
  const given = givenOptions(options, context);
  const more = { envFile: options["env-file"], options: given };
  await using session = await RunSession.open(context, findProject(context), more);
  const { root, manifest } = session;
  const pipeline = taskPipeline(personaOf(manifest, options.persona), root, manifest);
  const { mock, timeout: timeoutMs } = options;
  checkChoice(given, pipeline, manifest, mock);
  const budget = newBudget(pipeline, manifest, givenLimits(options));
  const request = { pipeline, input: task, mock, timeoutMs, budget, noWait: options["no-wait"] };
  await session.preflight(pipeline, { mock, budget, reused: new Set(), runId: null });
  const shown = showEvents(context, { isTask: true, isPlain: options.plain });
  await using recording = await session.start(request, shown.listener);
  const outcome = await executeLive(context, session, recording, request, shown);
  return { ...outcome, text: () => answerOf(context, recording.artifacts, root) };
}
