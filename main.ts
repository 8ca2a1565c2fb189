/** Arguments to command, signals to abort, errors to exit codes. The only place that ends the process. */
import type { World } from "./commands/cli/context.ts";
import { formatOf } from "./commands/cli/global_options.ts";
import { printError } from "./commands/output/print.ts";
import { openWorld } from "./commands/cli/process_world.ts";
import { dispatch } from "./commands/dispatch.ts";
import { ExitCode, OperationError } from "./event/errors.ts";

/** Tells of an error that no command expects: a closed pipe, a place that is out of reach, or a bug. */
function explain(world: World, argv: readonly string[], error: unknown): ExitCode {
  // Whoever read the output has enough of it: `wave logs | head -1`.
  if (error instanceof Deno.errors.BrokenPipe) return ExitCode.done;
  if (error instanceof Deno.errors.NotCapable) {
    const told = new OperationError("not_permitted", `Deno refuses: ${error.message}`, {
      hint: "keep the project elsewhere than below /dev, /proc and /sys",
    });
    printError(world, formatOf(argv), told);
    return told.exitCode;
  }
  const verbose = argv.includes("-v") || argv.includes("--verbose");
  const stack = error instanceof Error ? error.stack : undefined;
  const line = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const told = new OperationError("internal_error", `internal error: ${line.split("\n")[0]}`, {
    ...verbose ? {} : { hint: "run it with -v for the stack, and report it" },
  });
  printError(world, formatOf(argv), told);
  if (verbose && stack !== undefined) world.stderr.write(`${stack}\n`);
  return told.exitCode;
}

/** Runs the program with these arguments in `world`. Returns its exit code. */
export async function main(world: World, argv: readonly string[]): Promise<ExitCode> {
  return await dispatch(world, argv).catch((error) => explain(world, argv, error));
}

if (import.meta.main) Deno.exit(await main(openWorld(), Deno.args));
