/** Runs the whole program inside the test's process: all of it but `main.ts`, many times faster. */
import type { World } from "../commands/cli/context.ts";
import { dispatch } from "../commands/dispatch.ts";

export interface ProgramOptions {
  /** The project's root, in which the program is called. */
  readonly cwd: string;
  /** Milliseconds since the epoch; the real clock unless told. */
  readonly now?: () => number;
  /** Aborting it is SIGINT. */
  readonly signal?: AbortSignal;
  /** Stdout is a terminal that is so wide; without it, stdout is no terminal. */
  readonly columns?: number;
  /** Variables beside those of the test's own process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Calls the program with these arguments. What it throws would be an internal error of the real one, and
 * is thrown.
 */
export async function callProgram(
  argv: readonly string[],
  { cwd, now = Date.now, signal = new AbortController().signal, columns, env = {} }: ProgramOptions,
): Promise<ProgramResult> {
  // What a job of CI that tests wave has is nothing that the program is to see.
  const own = (name: string) => name.startsWith("GITHUB_") ? undefined : Deno.env.get(name);
  const text = { stdout: "", stderr: "" };
  const output = (name: keyof typeof text) => ({
    isTerminal: false,
    width: 80,
    height: 24,
    write: (piece: string) => void (text[name] += piece),
    send: (piece: string) => Promise.resolve(void (text[name] += piece)),
  });
  const world: World = {
    stdout: columns === undefined
      ? output("stdout")
      : { ...output("stdout"), isTerminal: true, width: columns },
    stderr: output("stderr"),
    cwd,
    env: (name) => name === "WAVE_PROJECT" ? cwd : env[name] ?? own(name),
    now,
    ask: () => Promise.resolve(null),
    signal,
    endedBy: null,
    releaseSignals() {},
  };
  const code = await dispatch(world, argv);
  return { code, ...text };
}
