/** What the tests of processes share: a marked run, and whether a pid is alive. */
import { fromFileUrl } from "@std/path";
import { markEnvironment, newMark } from "../../../executor/processes/process_marker.ts";
import { type Finder } from "../../../executor/processes/process_finder.ts";
import { runProcess, type SpawnOptions } from "../../../executor/processes/run_process.ts";
import type { StepExit } from "../../../executor/processes/exit.ts";

const CHILDREN = fromFileUrl(new URL("../../fixtures/children.sh", import.meta.url));

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
  const args = Deno.build.os === "linux"
    ? ["-c", 'grep -s "^State:" "/proc/$1/status" | cut -f2', "sh", String(pid)]
    : ["-c", 'ps -o state= -p "$1"', "sh", String(pid)];
  const { stdout } = await new Deno.Command("sh", { args }).output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

/** A test that needs `/proc`. */
export function linuxTest(name: string, fn: () => Promise<void>): void {
  if (Deno.build.os !== "linux") console.warn(`skipped, needs /proc: ${name}`);
  else Deno.test(name, fn);
}

/** A test that needs the program `ps`. */
export function psTest(name: string, fn: () => Promise<void>): void {
  if (!isInstalled("ps")) console.warn(`skipped, ps is not installed: ${name}`);
  else Deno.test(name, fn);
}

export function isInstalled(name: string): boolean {
  const { success } = new Deno.Command("sh", {
    args: ["-c", 'command -v "$1"', "sh", name],
    stdout: "null",
  }).outputSync();
  return success;
}
