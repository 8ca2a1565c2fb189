/** Calls a command within this process, and keeps what it would have printed. */
import { ExitCode, OperationError, WaveError } from "../../event/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../event/json.ts";
import { checkCall, type RawCall } from "../cli/check_call.ts";
import type { Command, Context, Output } from "../cli/command.ts";
import type { World } from "../cli/context.ts";
import { runCommand } from "../cli/run_command.ts";
import { jsonLine, printError } from "../output/print.ts";

export interface Captured {
  readonly exit: ExitCode;
  readonly stdout: string;
  /** Warnings, most of all. */
  readonly stderr: string;
}

interface Kept extends Output {
  text: string;
}

function kept(): Kept {
  return {
    text: "",
    isTerminal: false,
    width: 80,
    height: 24,
    write(text) {
      this.text += text;
    },
    send(text) {
      return Promise.resolve(this.write(text));
    },
  };
}

/**
 * Calls `command` with these words in the world around `context`, without a terminal. Never throws: whatever
 * goes wrong, a bug included, is printed as the program prints it.
 *
 * @param signal ends what the command waits for.
 */
export async function capturedCall(
  context: Context,
  command: Command,
  raw: RawCall,
  signal: AbortSignal,
): Promise<Captured> {
  const stdout = kept();
  const stderr = kept();
  const world: World = {
    stdout,
    stderr,
    cwd: context.cwd,
    patience: context.patience,
    env: (name) => context.env(name),
    now: () => context.now(),
    ask: () => Promise.resolve(null),
    signal,
    endedBy: null,
    releaseSignals() {},
  };
  const format = raw.options["format"] === "json" ? "json" : "text";
  try {
    const exit = await runCommand(world, command, checkCall(command, raw, context.now()));
    return { exit, stdout: stdout.text, stderr: stderr.text };
  } catch (error) {
    const known = error instanceof WaveError ? error : unexpected(error);
    printError(world, format, known);
    return { exit: known.exitCode, stdout: stdout.text, stderr: stderr.text };
  }
}

/** The error of a bug: the server goes on. */
function unexpected(error: unknown): WaveError {
  const line = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new OperationError("internal_error", `internal error: ${line.split("\n")[0]}`, {
    cause: error,
    hint:
      "start this server again if wave was updated; the command in a shell, with -v, tells more",
  });
}

/** What a command printed with `--format json`: its object, or the last line of a stream. */
export function printedJson({ stdout }: Captured): JsonObject {
  const json = parseJson(stdout.trimEnd().split("\n").at(-1) ?? "");
  if (!isObject(json)) throw new Error(`the command printed no JSON: ${stdout.slice(0, 200)}`);
  return json;
}

/** The JSON of an error that came before any command was called. */
export function errorJson({ code, message, hint }: WaveError): string {
  return jsonLine({ error: hint === undefined ? { code, message } : { code, message, hint } });
}
