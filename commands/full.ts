/** Everything that is not on the hot path: all commands, the tree, help, and what is wrong with a call. */
import { ExitCode, WaveError } from "../event/errors.ts";
import { checkCall } from "./call.ts";
import type { World } from "./context.ts";
import { wantsColor } from "./context.ts";
import { execute } from "./execute.ts";
import { formatOf } from "./global_options.ts";
import { jsonLine, printError } from "./print.ts";
import { COMMANDS } from "./registry.ts";
import { scanArguments } from "./scan_arguments.ts";
import { helpText, parseWithTree } from "./tree.ts";
import { VERSION } from "./version.ts";

/** Runs the program with these arguments. Returns its exit code. */
export async function runFull(world: World, argv: readonly string[]): Promise<ExitCode> {
  const format = formatOf(argv);
  try {
    const request = scanArguments(argv, COMMANDS);
    if (request.kind === "version") {
      world.stdout.write(format === "json" ? jsonLine({ version: VERSION }) : `wave ${VERSION}\n`);
      return ExitCode.done;
    }
    if (request.kind === "help") {
      const text = helpText(COMMANDS, request.command, {
        colors: wantsColor(world, "auto"),
        width: world.stdout.width,
      });
      world.stdout.write(format === "json" ? jsonLine({ help: text }) : text);
      return ExitCode.done;
    }
    // Checked before Cliffy sees it, so that a mistake reads the same whatever parses.
    checkCall(request.command, request.raw, world.now());
    const parsed = await parseWithTree(COMMANDS, request.command, request.raw);
    // From here on a signal ends the command in order, rather than at once.
    world.signal.throwIfAborted();
    return await execute(
      world,
      request.command,
      checkCall(request.command, parsed.raw, world.now()),
    );
  } catch (error) {
    if (!(error instanceof WaveError)) throw error;
    printError(world, format, error);
    return error.exitCode;
  }
}
