/** Starts a run in a process of its own, which outlives this one and its terminal. */
import { type ExitCode, OperationError, WaveError } from "../../event/errors.ts";
import { hiddenEnvironment } from "../cli/caller_environment.ts";
import { ownProgram } from "./own_program.ts";

/** Reads up to the first whole line of a stream; null when it ends before. */
async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  // Leaving the loop closes our end of the pipe; the run goes on without it.
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf("\n");
    if (end !== -1) return text.slice(0, end);
  }
  return null;
}

function parse(line: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(line);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The error that the other process printed, as this one's own. */
function asError(error: unknown, exitCode: number): WaveError {
  const { code, message, hint } = { ...(typeof error === "object" ? error : null) } as Record<
    string,
    unknown
  >;
  return new WaveError(
    typeof code === "string" ? code : "run_did_not_start",
    typeof message === "string" ? message : "Cannot start the run",
    (exitCode === 0 ? 1 : exitCode) as ExitCode,
    typeof hint === "string" ? { hint } : {},
  );
}

export interface DetachOptions {
  /** The folder to start in, absolute. */
  readonly cwd: string;
  /** What it reads from its standard input. */
  readonly input?: string | undefined;
  /** Gets what the process wrote to stderr before its run was recorded. */
  showError(text: string): void;
}

/**
 * Starts wave with `args` in a session of its own and waits until its run is recorded.
 *
 * @param args a `run` with `--format json`, so that the first line that it prints tells the run.
 * @returns the id of the run.
 * @throws {WaveError} the error that kept it from starting, with its code.
 */
export async function startDetached(
  args: readonly string[],
  { cwd, input, showError }: DetachOptions,
): Promise<string> {
  const [program, ...first] = await ownProgram();
  if (program === undefined) throw new Error("the program's own command line is empty");
  const child = new Deno.Command(program, {
    args: [...first, ...args],
    cwd,
    clearEnv: true,
    env: hiddenEnvironment(),
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  if (input !== undefined) await feed(child.stdin, input);
  const stderr = collect(child.stderr);
  const line = await firstLine(child.stdout);
  if (line === null) {
    const { code } = await child.status;
    showError(await stderr.end());
    throw new OperationError(
      "run_did_not_start",
      `Cannot start the run: its process ended with code ${code} before it was recorded`,
    );
  }
  const { run_id: id, error } = parse(line);
  if (typeof id !== "string") {
    const { code } = await child.status;
    showError(await stderr.end());
    throw asError(error, code);
  }
  showError(await stderr.soFar());
  child.unref();
  return id;
}

/** A process that ends without reading its input says why by itself. */
async function feed(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Gathers a stream as it comes. */
function collect(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const read = async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += decoder.decode(next.value, { stream: true });
    }
  };
  const done = read();
  return {
    end: async () => {
      await done;
      return text;
    },
    soFar: async () => {
      await reader.cancel();
      await done;
      return text;
    },
  };
}
