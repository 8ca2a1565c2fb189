/** Calls the program within this process: fast enough for a table of hundreds of calls. */
import type { Output } from "../../commands/cli/command.ts";
import type { World } from "../../commands/cli/context.ts";
import { main } from "../../main.ts";

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Listener = (text: string) => void;

interface Size {
  width: number;
  height: number;
}

function sink(listener: Listener, terminal?: Size): Output & { text: string } {
  return {
    text: "",
    isTerminal: terminal !== undefined,
    get width() {
      return terminal?.width ?? 80;
    },
    get height() {
      return terminal?.height ?? 24;
    },
    write(text) {
      this.text += text;
      listener(text);
    },
    send(text) {
      return Promise.resolve(this.write(text));
    },
  };
}

export interface CallOptions {
  readonly onStdout?: Listener;
  readonly onStderr?: Listener;
  /** Stdout is a terminal of this size, which may change. */
  readonly terminal?: Size;
  /** Beside those of this process; `TERM` is one that obeys control sequences unless told. */
  readonly env?: Readonly<Record<string, string>>;
  /** What a person on the terminal answers; there is no terminal to ask on without it. */
  readonly answer?: string;
  /** Ctrl-C comes as soon as the command has begun: what it waits for ends there. */
  readonly interrupted?: boolean;
}

/**
 * Calls `wave` with `argv` in the folder `cwd`, without a terminal unless told. Listeners hear what is
 * written.
 */
export async function call(
  cwd: string,
  argv: readonly string[],
  options: CallOptions = {},
): Promise<Called> {
  const { onStdout = () => {}, onStderr = () => {}, terminal, answer, interrupted = false } =
    options;
  const env = new Map(Object.entries({ TERM: "xterm", ...options.env }));
  const stdout = sink(onStdout, terminal);
  const stderr = sink(onStderr);
  const end = new AbortController();
  const world: World = {
    stdout,
    stderr,
    cwd,
    env: (name) => env.get(name) ?? (name === "WAVE_PROJECT" ? undefined : Deno.env.get(name)),
    now: () => Date.now(),
    ask(question) {
      if (answer !== undefined) stderr.write(question);
      return Promise.resolve(answer ?? null);
    },
    get signal() {
      if (interrupted) queueMicrotask(() => end.abort("SIGINT"));
      return end.signal;
    },
    endedBy: null,
    releaseSignals() {},
  };
  const code = await main(world, argv);
  return { code, stdout: stdout.text, stderr: stderr.text };
}
