/** `wave run` (contract, section 4): in this process, in one of its own, or only as a plan. */
import { UsageError } from "../../event/errors.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { run as declaration } from "../run.ts";
import type { GivenInput } from "../../executor/language/model/input_spec.ts";
import { givenInput } from "../execution/run_input.ts";
import { safeLine } from "../output/safe_text.ts";

type RunValues = CallOf<typeof declaration>["options"];

/** The same run in a process of its own. */
async function detached(
  context: Context,
  name: string,
  given: GivenInput | null,
  options: RunValues,
): Promise<Outcome> {
  const { "from-step": fromStep, timeout, "max-workers": maxWorkers, mock } = options;
  const { "env-file": envFile, "no-wait": noWait } = options;
  const { "max-usd": usd, "max-tokens": tokens } = options;
  const args = [
    "run",
    name,
    "--format=json",
    // It is no news that nobody reads on.
    "--quiet",
    ...(given?.kind === "text" ? ["--input-file=-"] : []),
    ...(given?.kind === "named" ? given.values.map((pair) => `--set=${pair.join("=")}`) : []),
    ...(fromStep === undefined ? [] : [`--from-step=${fromStep}`]),
    ...(timeout === undefined ? [] : [`--timeout=${Math.ceil(timeout / 1000)}s`]),
    ...(maxWorkers === undefined ? [] : [`--max-workers=${maxWorkers}`]),
    ...(usd === undefined ? [] : [`--max-usd=${usd}`]),
    ...(tokens === undefined ? [] : [`--max-tokens=${tokens}`]),
    ...(mock ? ["--mock"] : []),
    ...(envFile === undefined ? [] : [`--env-file=${envFile}`]),
    ...(noWait ? ["--no-wait"] : []),
  ];
  const { startDetached } = await import("./detach.ts");
  const id = await startDetached(args, {
    cwd: context.cwd,
    input: given?.kind === "text" ? given.text : undefined,
    showError: (text) => context.stderr.write(text),
  });
  return { json: { run_id: id, detached: true }, text: () => `${safeLine(id)}\n` };
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
  const { input, "input-file": inputFile, set } = options;
  const given = await givenInput({ argument, input, inputFile, set }, context.cwd);
  if (options.detach) return await detached(context, name, given, options);
  // Each of the two loads what the other does without.
  if (options["dry-run"]) {
    const { previewRun } = await import("./preview_run.ts");
    return await previewRun(context, name, given, options);
  }
  const { startRun } = await import("./start_run.ts");
  return await startRun(context, name, given, options);
}
