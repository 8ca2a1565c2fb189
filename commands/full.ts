/** Everything that is not on the hot path: all commands, the tree, help, and what is wrong with a call. */
import { ExitCode, WaveError } from "../event/errors.ts";
import { checkCall, type CheckedCall } from "./cli/check_call.ts";
import type { Command } from "./cli/command.ts";
import type { World } from "./cli/context.ts";
import { wantsColor } from "./cli/context.ts";
import { execute } from "./cli/run_command.ts";
import { formatOf } from "./cli/global_options.ts";
import { parseCall } from "./cli/parse_call.ts";
import { jsonLine, printError } from "./output/print.ts";
import { COMMANDS } from "./registry.ts";
import { scanArguments } from "./cli/scan_arguments.ts";
import { programVersion } from "./cli/version.ts";

interface FoundCall {
  readonly command: Command;
  readonly checked: CheckedCall;
}

/** Runs the program with these arguments. Returns its exit code. */
export async function runFull(world: World, argv: readonly string[]): Promise<ExitCode> {
  const format = formatOf(argv);
  try {
    // The tree is asked only for what is unusual, as on the hot path: Cliffy takes long to load.
    const usual = parseUsualCall(argv, world.now());
    if (usual !== null) return await executeInOrder(world, usual);
    const request = scanArguments(argv, COMMANDS);
    if (request.kind === "version") {
      const told = programVersion();
      world.stdout.write(format === "json" ? jsonLine({ ...told }) : `wave ${told.version}\n`);
      return ExitCode.done;
    }
    const { helpText, parseWithTree } = await import("./cli/cliffy_tree.ts");
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
    const checked = checkCall(request.command, parsed.raw, world.now());
    return await executeInOrder(world, { command: request.command, checked });
  } catch (error) {
    if (!(error instanceof WaveError)) throw error;
    printError(world, format, error);
    return error.exitCode;
  }
}

function parseUsualCall(argv: readonly string[], now: number): FoundCall | null {
  const command = COMMANDS.find(({ name }) => name === argv[0]);
  const checked = command === undefined ? null : parseCall(command, argv.slice(1), now);
  return command === undefined || checked === null ? null : { command, checked };
}

/** From here on a signal ends the command in order, rather than at once. */
async function executeInOrder(world: World, { command, checked }: FoundCall): Promise<ExitCode> {
  world.signal.throwIfAborted();
  return await execute(world, command, checked);
}
