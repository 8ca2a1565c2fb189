/** `wave run` (contract, section 4): in this process, in one of its own, or only as a plan. */
import { UsageError } from "../../event/errors.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { GivenInput } from "../../executor/language/model/input_spec.ts";
import { run as declaration } from "../run.ts";
import { detachedOutcome, optionArguments } from "../execution/detached_call.ts";
import { givenLimits } from "../execution/run_budget.ts";
import { givenOptions } from "../execution/run_choice.ts";
import { givenInput } from "../execution/run_input.ts";
import type { RunOrder } from "./start_run.ts";

type RunValues = CallOf<typeof declaration>["options"];

/** The same run in a process of its own. */
async function detached(
  context: Context,
  name: string | undefined,
  given: GivenInput | null,
  options: RunValues,
): Promise<Outcome> {
  const args = [
    "run",
    ...(name === undefined ? [] : [name]),
    ...(given?.kind === "text" ? ["--input-file=-"] : []),
    ...optionArguments(declaration.options, options),
  ];
  return await detachedOutcome(context, args, given?.kind === "text" ? given.text : undefined);
}

/** What is to be run: a pipeline, or what an earlier run was asked for. */
async function orderOf(
  context: Context,
  name: string | undefined,
  input: GivenInput | null,
  options: RunValues,
): Promise<RunOrder> {
  const { again, mock } = options;
  const given = givenOptions(options, context);
  const limits = givenLimits(options);
  if (again === undefined) {
    return { name: name ?? "", input, mock, options: given, limits, before: null };
  }
  const { inputToRepeat, optionsToRepeat, runToRepeat } = await import("./run_again.ts");
  const before = runToRepeat(context, again);
  return {
    name: before.pipeline,
    input: inputToRepeat(before, input),
    mock: mock || before.mock,
    options: optionsToRepeat(before, given, mock || before.mock),
    ...{ limits, before },
  };
}

/** Answers a call of `wave run`. */
export async function run(
  context: Context,
  { args, options }: CallOf<typeof declaration>,
): Promise<Outcome> {
  const [name, argument] = args;
  checkWhatToRun(name, options.again);
  if (options.detach && options["dry-run"]) {
    throw new UsageError("contradicting_options", "Cannot use --detach with --dry-run");
  }
  const { input, "input-file": inputFile, set } = options;
  const given = await givenInput({ argument, input, inputFile, set }, context.cwd);
  if (options.detach) return await detached(context, name, given, options);
  const order = await orderOf(context, name, given, options);
  // Each of the two loads what the other does without.
  if (options["dry-run"]) {
    const { previewRun } = await import("./preview_run.ts");
    return await previewRun(context, order);
  }
  const { startRun } = await import("./start_run.ts");
  return await startRun(context, order, {
    isPlain: options.plain,
    envFile: options["env-file"],
  });
}

/** @throws {UsageError} `contradicting_options`, `missing_argument`. */
function checkWhatToRun(name: string | undefined, again: string | undefined): void {
  if (again !== undefined && name !== undefined) {
    throw new UsageError("contradicting_options", "Cannot use --again with a pipeline", {
      hint: 'give another input with --input "…"',
    });
  }
  if (again === undefined && name === undefined) {
    throw new UsageError("missing_argument", 'Cannot call "wave run" without <pipeline>', {
      hint: "see wave run --help",
    });
  }
}
