/** Starts an attempt's program with its marks, and sees it to its end and past it. */
import { OperationError } from "../../event/errors.ts";
import { systemCode } from "../../event/system_error.ts";
import { endAll, type EndReport } from "./end_processes.ts";
import type { StepExit } from "./exit.ts";
import { findProgram } from "./find_program.ts";
import type { Finder, Target } from "./process_finder.ts";
import { Limits, type Reached } from "./limits.ts";
import type { Mark } from "./process_marker.ts";
import { ownSession, type What } from "./own_session.ts";
import { type Input, Pipes } from "./pipes.ts";
import { Room, type Started } from "./room.ts";

/** One for all runs of this process, because what runs out is the process's. */
const room = new Room();

export interface SpawnOptions {
  /**
   * A shell script with positional parameters, or a program by name or path. Never put user text into
   * the script: hand it over in `args` or `env`. A single argument or variable holds at most 128 KiB.
   */
  readonly what: What;
  /** Absolute. */
  readonly cwd: string;
  /** All of the environment, marks included (`markEnvironment`). */
  readonly env: Readonly<Record<string, string>>;
  readonly mark: Mark;
  readonly finder: Finder;
  /** Written to stdin, which is closed at its end; null stdin when absent. */
  readonly stdin?: Input;
  /** Called as soon as bytes come; must not wait. What it throws ends the program and is thrown again. */
  readonly onOutput: (stream: "stdout" | "stderr", bytes: Uint8Array) => void;
  /** Called only where marks alone do not find processes (macOS), before anything else happens. */
  readonly onSpawned?: (process: Leader) => void;
  /** Called when the system has no room for the program now, so that it waits for another one to end. */
  readonly onWait?: ((cause: Error) => void) | undefined;
  readonly timeoutMs?: number | undefined;
  /** Ends it when nothing was written for so long. */
  readonly silenceMs?: number | undefined;
  /** True while the program waits for something that may be silent; what it does then is no silence. */
  readonly isBusy?: (() => boolean) | undefined;
  /** A budget, which ends the program when it aborts. */
  readonly over?: AbortSignal | undefined;
  /** From SIGTERM to SIGKILL, in milliseconds; 5000 by default. */
  readonly graceMs?: number | undefined;
  /** Called when a limit or a cancel is about to end it. */
  readonly onEnding?: (() => void) | undefined;
  /** Called with how it ended, before that is returned. Not called when this throws. */
  readonly onEnded?: ((exit: StepExit) => void) | undefined;
  /** A forced cancel. */
  readonly signal: AbortSignal;
}

export interface Leader {
  readonly pid: number;
  readonly processStart: string | null;
}

/**
 * Runs the program to its end. When this resolves, no process of the attempt is left, neither of a
 * program that failed nor of one that succeeded, but for what `end` of the exit names. A program that
 * cannot be started is a result too.
 *
 * @throws {OperationError} `process_search_failed`; and what `onOutput` throws.
 */
export async function runProcess(options: SpawnOptions): Promise<StepExit> {
  const startedAt = performance.now();
  const facts = (pipes?: Pipes, end: EndReport | null = null) => ({
    durationMs: Math.round(performance.now() - startedAt),
    stderrTail: pipes?.stderrTail() ?? "",
    outputCut: pipes?.isCut ?? false,
    end,
  });
  if (options.signal.aborted) return { kind: "cancelled", ...facts() };

  let started: Started<Deno.ChildProcess> | null;
  try {
    started = await room.start(
      () => start(options),
      options.signal,
      (cause) => options.onWait?.(cause),
    );
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return { kind: "spawn_failed", cause: told(cause, options), ...facts() };
  }
  if (started === null) return { kind: "cancelled", ...facts() };
  using place = started;
  const { child } = place;

  using limits = new Limits(options);
  await using pipes = new Pipes(child, options, () => limits.touch(), limits.fail);
  const process = await recordLeader(child.pid, options);
  const target: Target = { mark: options.mark, process, since: { pid: child.pid, startedAt } };

  const ended = await Promise.race([child.status, limits.reached]);
  if (!("success" in ended)) options.onEnding?.();
  const { graceMs = 5000 } = options;
  // It must hear first that it is to end: an agent whose tool is ended asks its model what to do now.
  if (isOverBudget(ended)) signalLeader(child, "SIGTERM");
  const end = await endAll(options.finder, [target], {
    graceMs: isOverBudget(ended) ? Math.min(graceMs, SPENDING_GRACE_MS) : graceMs,
  });
  // The leader may have thrown off its marks; this process still holds it by its handle.
  if (!("success" in ended)) signalLeader(child, "SIGKILL");
  const status = await child.status;
  await pipes.drain();

  const first = "success" in ended ? causeOf(status) : ended;
  if (first.kind === "failed") throw first.error;
  if (pipes.error !== null) throw pipes.error;
  const exit: StepExit = { ...first, ...facts(pipes, end) };
  options.onEnded?.(exit);
  return exit;
}

/** What goes on in the grace costs money. */
const SPENDING_GRACE_MS = 1000;

function isOverBudget(ended: Reached | Deno.CommandStatus): boolean {
  return "kind" in ended && ended.kind === "over_budget";
}

function start({ what, cwd, env, mark, stdin, finder }: SpawnOptions): Deno.ChildProcess {
  const command = ownSession(resolved(what, env["PATH"] ?? "", cwd), mark);
  const child = new Deno.Command(command.program, {
    args: [...command.args],
    cwd,
    env: { ...env },
    clearEnv: true,
    detached: command.detached,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  finder.started?.(child.pid);
  return child;
}

/** Says what to do where the system's own words are about an "argument list". */
function told(cause: Error, { what }: SpawnOptions): Error {
  if (systemCode(cause) !== "E2BIG") return cause;
  const program = "script" in what ? "sh" : what.program;
  return new OperationError(
    "values_too_large",
    `Cannot start "${program}": its variables and arguments are too large together; ` +
      "hand over less, or files: {{ input_file }} is the path of one with the input",
    { cause },
  );
}

/** Looked up here, because the shell in between would make a missing program an exit code 127. */
function resolved(what: What, path: string, cwd: string): What {
  if ("script" in what) return what;
  const program = findProgram(what.program, path, cwd);
  if (program !== null) return { program, args: what.args };
  throw new OperationError(
    "program_not_found",
    what.program.includes("/")
      ? `Cannot start "${what.program}": there is no such program`
      : `Cannot start "${what.program}": not found in PATH`,
    { hint: "install it, or set `binary` in wave.yaml" },
  );
}

async function recordLeader(pid: number, options: SpawnOptions): Promise<Leader | null> {
  if (options.finder.exact) return null;
  const leader = { pid, processStart: await options.finder.processStart(pid) };
  options.onSpawned?.(leader);
  return leader;
}

function causeOf({ code, signal }: Deno.CommandStatus) {
  if (signal !== null) return { kind: "signal", signal } as const;
  return code === 0 ? { kind: "success" } as const : { kind: "exit_code", code } as const;
}

function signalLeader(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It has ended and was waited for.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
