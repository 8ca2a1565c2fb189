/** Calls the program within this process: fast enough for a table of hundreds of calls. */
import type { Output } from "../../commands/command.ts";
import type { World } from "../../commands/context.ts";
import { main } from "../../main.ts";

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Listener = (text: string) => void;

function sink(listener: Listener): Output & { text: string } {
  return {
    text: "",
    isTerminal: false,
    width: 80,
    height: 24,
    write(text) {
      this.text += text;
      listener(text);
    },
  };
}

/** Calls `wave` with `argv` in the folder `cwd`, without a terminal. Listeners hear what is written. */
export async function call(
  cwd: string,
  argv: readonly string[],
  { onStdout = () => {}, onStderr = () => {} }: { onStdout?: Listener; onStderr?: Listener } = {},
): Promise<Called> {
  const stdout = sink(onStdout);
  const stderr = sink(onStderr);
  const world: World = {
    stdout,
    stderr,
    cwd,
    env: (name) => (name === "WAVE_PROJECT" ? undefined : Deno.env.get(name)),
    now: () => Date.now(),
    ask: () => Promise.resolve(null),
    signal: new AbortController().signal,
    endedBy: null,
    releaseSignals() {},
  };
  const code = await main(world, argv);
  return { code, stdout: stdout.text, stderr: stderr.text };
}
