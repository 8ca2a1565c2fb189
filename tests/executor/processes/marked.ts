/** What the tests of processes share: a marked run, and whether a pid is alive. */
import { markEnvironment, newMark } from "../../../executor/processes/mark.ts";
import { type Finder } from "../../../executor/processes/finder.ts";
import { runProcess, type SpawnOptions } from "../../../executor/processes/spawn.ts";
import type { StepExit } from "../../../executor/processes/exit.ts";

const CHILDREN = new URL("../../fixtures/children.sh", import.meta.url).pathname;

export interface Started {
  readonly exit: Promise<StepExit>;
  readonly options: SpawnOptions;
  /** Resolves with the pids that the program printed as `pid <n>`, once it printed `ready`. */
  readonly ready: Promise<readonly number[]>;
  readonly stop: () => void;
}

/** Starts `what` with a mark of its own in `/`. */
export function startMarked(
  finder: Finder,
  what: SpawnOptions["what"],
  more: Partial<SpawnOptions> = {},
): Started {
  const mark = newMark();
  const stopped = new AbortController();
  const { promise, resolve } = Promise.withResolvers<readonly number[]>();
  let output = "";
  const options: SpawnOptions = {
    what,
    cwd: "/",
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      ...markEnvironment(mark, { runId: "r", stepId: "s", project: "/", workspace: "/" }),
    },
    mark,
    finder,
    signal: stopped.signal,
    onOutput: (_stream, bytes) => {
      output += new TextDecoder().decode(bytes);
      if (output.includes("ready\n")) {
        resolve([...output.matchAll(/^pid (\d+)$/gm)].map((match) => Number(match[1])));
      }
    },
    ...more,
  };
  return { exit: runProcess(options), options, ready: promise, stop: () => stopped.abort() };
}

/** Starts one of the hostile programs of `tests/fixtures/children.sh`. */
export function startChildren(finder: Finder, name: string, more: Partial<SpawnOptions> = {}) {
  return startMarked(finder, { program: "sh", args: [CHILDREN, name] }, more);
}

/** True when `pid` runs; a zombie does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "state=", "-p", String(pid)] })
    .output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}
