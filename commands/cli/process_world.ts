/** The real streams, environment, clock and signals of the process. */
import { NotFoundError, OperationError } from "../../event/errors.ts";
import { systemCode } from "../../event/system_error.ts";
import { restoreEnvironment } from "./caller_environment.ts";
import type { Output, Patience } from "./command.ts";
import type { World } from "./context.ts";
import { listenToSignal, stopListening } from "./listen_to_signal.ts";
import { sendAll, writeAll } from "./standard_stream.ts";

type Stream = Pick<typeof Deno.stdout, "writeSync" | "write" | "isTerminal">;

/** Columns and rows of the terminal; 80 by 24 where it cannot be told (a new pseudo terminal says 0). */
function terminalSize(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch (error) {
    // Thrown when none of the three standard streams is a terminal.
    if (error instanceof Error) return { columns: 80, rows: 24 };
    throw error;
  }
}

/** Why standard output cannot be written; nothing of ours lies on its disk, so no hint is given. */
function outputFailure(cause: unknown): unknown {
  const code = systemCode(cause);
  if (cause instanceof Deno.errors.BrokenPipe || code === null || !(cause instanceof Error)) {
    return cause;
  }
  const reason = { ENOSPC: "its disk is full", EIO: "its terminal is gone" }[code] ?? cause.message;
  return new OperationError("output_failed", `Cannot write to standard output: ${reason}`, {
    cause,
  });
}

function output(stream: Stream): Output {
  const isTerminal = stream.isTerminal();
  const encoder = new TextEncoder();
  return {
    isTerminal,
    get width() {
      return isTerminal ? terminalSize().columns : 80;
    },
    get height() {
      return isTerminal ? terminalSize().rows : 24;
    },
    write(text) {
      try {
        writeAll(stream, encoder.encode(text), isTerminal);
      } catch (error) {
        throw outputFailure(error);
      }
    },
    async send(text) {
      try {
        await sendAll(stream, encoder.encode(text), isTerminal);
      } catch (error) {
        throw outputFailure(error);
      }
    },
  };
}

/** Standard error: when it cannot be written any more, the work goes on without it. */
function quietOutput(stream: Stream): Output {
  const inner = output(stream);
  let open = true;
  const close = (error: unknown) => {
    const gone = error instanceof Deno.errors.BrokenPipe || error instanceof OperationError;
    if (!gone) throw error;
    open = false;
  };
  return {
    isTerminal: inner.isTerminal,
    get width() {
      return inner.width;
    },
    get height() {
      return inner.height;
    },
    write(text) {
      if (!open) return;
      try {
        inner.write(text);
      } catch (error) {
        close(error);
      }
    },
    async send(text) {
      if (open) await inner.send(text).catch(close);
    },
  };
}

/** The next line of standard input; null when its terminal is gone. */
async function readLine(signal: AbortSignal): Promise<string | null> {
  const decoder = new TextDecoder();
  const byte = new Uint8Array(1);
  let line = "";
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  while (!signal.aborted) {
    let read: number | null;
    try {
      read = await Promise.race([Deno.stdin.read(byte), aborted]);
    } catch (error) {
      if (systemCode(error) === null) throw error;
      return null;
    }
    if (read === null || byte[0] === 10) break;
    line += decoder.decode(byte, { stream: true });
  }
  return line.replace(/\r$/, "");
}

type Ending = "SIGINT" | "SIGTERM";

/** SIGINT and SIGTERM, caught from the moment on in which somebody wants to know of them. */
class Signals {
  #abort: AbortController | null = null;
  #listeners: { readonly name: Ending; readonly run: () => void }[] = [];
  endedBy: Ending | null = null;

  get signal(): AbortSignal {
    this.#abort ??= this.#listen(new AbortController());
    return this.#abort.signal;
  }

  #listen(abort: AbortController): AbortController {
    const names: Ending[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
    this.#listeners = names.map((name) => ({
      name,
      run: () => {
        this.endedBy ??= name;
        abort.abort(name);
        // The command ends in order now; a second signal ends it at once.
        this.release();
      },
    }));
    for (const { name, run } of this.#listeners) listenToSignal(name, run);
    return abort;
  }

  release(): void {
    for (const { name, run } of this.#listeners.splice(0)) stopListening(name, run);
  }
}

/** @throws {NotFoundError} `project_not_found` where the folder was removed, or has a name of other bytes. */
function workingFolder(): string {
  try {
    return Deno.cwd();
  } catch (cause) {
    const reason = cause instanceof Deno.errors.InvalidData
      ? "its path is no UTF-8"
      : "it was removed, or may not be entered";
    throw new NotFoundError("project_not_found", `Cannot work in this folder: ${reason}`, {
      cause,
    });
  }
}

/** The world of this process. With another `patience` others get more or less time to end. */
export function openWorld(patience?: Patience): World {
  restoreEnvironment();
  const signals = new Signals();
  const stderr = quietOutput(Deno.stderr);
  return {
    stdout: output(Deno.stdout),
    stderr,
    get cwd() {
      return workingFolder();
    },
    ...patience === undefined ? {} : { patience },
    env: (name) => Deno.env.get(name),
    now: () => Date.now(),
    ask(question, signal) {
      if (!Deno.stdin.isTerminal()) return Promise.resolve(null);
      stderr.write(question);
      return readLine(signal);
    },
    get signal() {
      return signals.signal;
    },
    get endedBy() {
      return signals.endedBy;
    },
    releaseSignals: () => signals.release(),
  };
}
