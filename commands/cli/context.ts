/** The outside world as a command sees it: streams, environment, clock, signals. */
import type { Context, Output, Patience } from "./command.ts";
import type { Globals } from "./global_options.ts";

/** What `main.ts` hands over; a command gets a `Context` made from it. */
export interface World {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  /** What the contract says unless told. */
  readonly patience?: Patience;
  env(name: string): string | undefined;
  now(): number;
  ask(question: string, signal: AbortSignal): Promise<string | null>;
  /** Aborted by SIGINT and SIGTERM, which are caught once this was asked for; the reason is the signal's name. */
  readonly signal: AbortSignal;
  /** The signal that came, if one was caught. */
  readonly endedBy: "SIGINT" | "SIGTERM" | null;
  /** Leaves SIGINT and SIGTERM to the command, or to the system. */
  releaseSignals(): void;
}

const PATIENCE: Patience = { graceMs: 5_000, ownerActsWithinMs: 8_000 };

/** Whether results on `stdout` are coloured (contract, section 2). */
export function wantsColor(world: World, color: Globals["color"]): boolean {
  if (color !== "auto") return color === "always";
  return world.stdout.isTerminal && (world.env("NO_COLOR") ?? "") === "" &&
    world.env("TERM") !== "dumb";
}

/** The context of a command that was called with these global options. */
export function createContext(world: World, globals: Globals): Context {
  return {
    get cwd() {
      return world.cwd;
    },
    stdout: world.stdout,
    stderr: world.stderr,
    format: globals.format,
    color: globals.format === "text" && wantsColor(world, globals.color),
    quiet: globals.quiet,
    verbose: globals.verbose,
    patience: world.patience ?? PATIENCE,
    env: (name) => world.env(name),
    now: () => world.now(),
    ask: (question) => world.ask(question, world.signal),
    get signal() {
      return world.signal;
    },
  };
}
