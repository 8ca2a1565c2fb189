/** Loads what a command does, runs a checked call of it, and makes an exit code of however it ends. */
import { ExitCode, WaveError } from "../../event/errors.ts";
import { systemFailure } from "../../event/system_error.ts";
import type { CheckedCall } from "./check_call.ts";
import type { Command } from "./command.ts";
import { createContext, type World } from "./context.ts";
import { annotationLines, isOnGithub } from "../output/github_annotation.ts";
import { printError, printOutcome } from "../output/print.ts";

function signalCode(signal: "SIGINT" | "SIGTERM"): ExitCode {
  return signal === "SIGTERM" ? ExitCode.terminated : ExitCode.interrupted;
}

/** What kept a run from starting, for a job of GitHub Actions; what ends a run is told with its end. */
function annotate(world: World, { message, hint }: WaveError): void {
  if (!isOnGithub(world) || world.env("WAVE_RUN_ID") !== undefined) return;
  const text = hint === undefined ? message : `${message}\n${hint}`;
  world.stderr.write(annotationLines([{ severity: "error", message: text }]));
}

/**
 * Runs `command` and prints what it came to.
 *
 * @returns The exit code. A command that ended because of a signal has the signal's, whatever it says.
 * @throws What is neither a `WaveError` nor a failure of the system: a bug, or `Deno.errors.BrokenPipe` when nobody reads stdout any more.
 */
export async function runCommand(
  world: World,
  command: Command,
  { call, globals }: CheckedCall,
): Promise<ExitCode> {
  const context = createContext(world, globals);
  try {
    const { run } = await command.load();
    // From here on a signal ends the command in order, rather than at once.
    if (command.handlesSignals === true) world.releaseSignals();
    else if (command.interruptible !== true) world.signal.throwIfAborted();
    const outcome = await run(context, call);
    await printOutcome(context, outcome);
    return world.endedBy === null ? outcome.exit ?? ExitCode.done : signalCode(world.endedBy);
  } catch (error) {
    if (world.endedBy !== null && !(error instanceof Deno.errors.BrokenPipe)) {
      return signalCode(world.endedBy);
    }
    const known = error instanceof WaveError ? error : systemFailure(error);
    if (known === null) throw error;
    printError(world, globals.format, known);
    if (command.handlesSignals === true && !globals.quiet) annotate(world, known);
    return known.exitCode;
  }
}
