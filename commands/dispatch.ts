/** From the words of a call to its exit code: reads them, and loads what answers them. */
import { ExitCode, WaveError } from "../event/errors.ts";
import { wantsColor, type World } from "./cli/context.ts";
import { formatOf } from "./cli/global_options.ts";
import { parseArguments } from "./cli/parse_arguments.ts";
import { runCommand } from "./cli/run_command.ts";
import { programVersion } from "./cli/version.ts";
import { jsonLine, printError } from "./output/print.ts";
import { COMMANDS } from "./registry.ts";

/**
 * Answers a call of the program.
 *
 * @param argv The words behind the program's name.
 * @returns The exit code.
 * @throws What `runCommand` throws.
 */
export async function dispatch(world: World, argv: readonly string[]): Promise<ExitCode> {
  const format = formatOf(argv);
  try {
    const request = parseArguments(argv, COMMANDS, world.now());
    switch (request.kind) {
      case "version": {
        const told = programVersion();
        world.stdout.write(
          format === "json" ? jsonLine({ ...told }) : `wave ${told.version}
`,
        );
        return ExitCode.done;
      }
      case "help": {
        const { helpText } = await import("./cliffy/cliffy_tree.ts");
        const text = helpText(COMMANDS, request.command, {
          colors: wantsColor(world, "auto"),
          width: world.stdout.width,
        });
        world.stdout.write(format === "json" ? jsonLine({ help: text }) : text);
        return ExitCode.done;
      }
      case "call":
        return await runCommand(world, request.command, request.checked);
    }
  } catch (error) {
    if (!(error instanceof WaveError)) throw error;
    printError(world, format, error);
    return error.exitCode;
  }
}
