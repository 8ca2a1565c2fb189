/** Arguments to command, signals to abort, errors to exit codes. The only place that ends the process. */
import { execute } from "./commands/execute.ts";
import { parseHotCall } from "./commands/hot.ts";
import type { World } from "./commands/context.ts";
import { openWorld } from "./commands/world.ts";
import { ExitCode } from "./event/errors.ts";

async function run(world: World, argv: readonly string[]): Promise<ExitCode> {
  const hot = parseHotCall(argv, world.now());
  if (hot !== null) return await execute(world, hot.command, hot.checked);
  const { runFull } = await import("./commands/full.ts");
  return await runFull(world, argv);
}

function explain(world: World, error: unknown): ExitCode {
  // Whoever read the output has enough of it: `wave logs | head -1`.
  if (error instanceof Deno.errors.BrokenPipe) return ExitCode.done;
  const verbose = Deno.args.includes("-v") || Deno.args.includes("--verbose");
  const stack = error instanceof Error ? error.stack : undefined;
  const line = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  world.stderr.write(
    verbose && stack !== undefined
      ? `internal error: ${stack}\n`
      : `internal error: ${line.split("\n")[0]}; run with -v for the stack\n`,
  );
  return ExitCode.failed;
}

if (import.meta.main) {
  const world = openWorld();
  const code = await run(world, Deno.args).catch((error) => explain(world, error));
  Deno.exit(code);
}
