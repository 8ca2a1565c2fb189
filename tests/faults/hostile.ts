/** Runs whose steps leave processes behind, ended in every way there is. */
import assert from "node:assert/strict";
import { fromFileUrl } from "@std/path";
import { project, type Result, type Running } from "../cli.ts";
import { processesOf } from "./processes.ts";

const CHILDREN = fromFileUrl(new URL("../fixtures/children.sh", import.meta.url));

/** Programs of `children.sh` that wait for ever. */
export const WAITING = [
  "child",
  "grandchild",
  "stubborn",
  "own_session",
  "double_fork",
  "empty_env",
  "empty_env_double_fork",
  "closed_output",
  "stopped",
];
/** Programs of `children.sh` that end while what they started lives on. */
export const ENDING = ["held_pipe_exit", "stubborn_exit", "daemon_exit"];

/** How a run is ended. */
export type Ending =
  /** Each step ends by itself. */
  | "step end"
  /** Each step reaches its time limit. */
  | "step limit"
  /** The run reaches its time limit. */
  | "run limit"
  | "cancel --force"
  | "SIGTERM"
  | "SIGINT twice"
  /** `wave run` is killed, and `wave cancel` settles what it left. */
  | "SIGKILL";

const EXIT: Readonly<Record<Ending, number>> = {
  "step end": 0,
  // A step that fails does not stop the others, and is no failure of this run.
  "step limit": 0,
  "run limit": 1,
  "cancel --force": 4,
  SIGTERM: 143,
  "SIGINT twice": 130,
  SIGKILL: 137,
};

function pipeline(programs: readonly string[], ending: Ending): string {
  const limit = ending === "step limit" ? "\n    timeout_minutes: 0.05" : "";
  const steps = programs.map((name) => `
  - id: ${name}
    type: command${limit}
    script: sh ${CHILDREN} ${name}
    retry: { max_attempts: 1, on_failure: continue }`);
  return `steps:${steps.join("")}\n`;
}

export interface Ended {
  /** Processes that the steps had started and told of. */
  readonly started: number;
  /** From the moment in which it was told to end until all were gone, in milliseconds. */
  readonly tookMs: number;
}

/** Runs programs of `children.sh` as steps side by side, ends them, and checks that none is left. */
export async function endHostile(programs: readonly string[], ending: Ending): Promise<Ended> {
  await using place = await project({
    "wave.yaml": `runtime: { max_concurrent_workers: ${programs.length} }\n`,
    ".wave/pipelines/hostile.yaml": pipeline(programs, ending),
  });
  const args = ["run", "hostile", "--format", "json"];
  if (ending === "run limit") args.push("--timeout", "3s");
  await using run = place.spawn(args);
  await run.waitForCount(programs.length, (line) => isOutput(line, "ready"));
  const pids = pidsIn(run.stdout);
  assert.ok(pids.length >= programs.length, `only ${pids} started`);
  const began = performance.now();
  const cancelled = await end(run, ending, (words) => place.wave(words));
  // Whoever cancels by force finds none left when the command returns.
  if (ending === "cancel --force") assert.deepEqual(await alive(place.root, pids), []);
  const result = await run.result();
  assert.deepEqual(await alive(place.root, pids), [], ending);
  const tookMs = Math.round(performance.now() - began);
  assert.equal(cancelled?.code ?? 0, 0, cancelled?.stderr);
  assert.equal(result.code, EXIT[ending], result.stdout.slice(-2000) + result.stderr);
  assert.equal(result.stderr.replace(/^cancelling: .*\n/, ""), "");
  return { started: pids.length, tookMs };
}

async function end(
  run: Running,
  ending: Ending,
  wave: (words: string[]) => Promise<Result>,
): Promise<Result | null> {
  switch (ending) {
    case "cancel --force":
      return await wave(["cancel", "--force"]);
    case "SIGTERM":
      run.kill("SIGTERM");
      return null;
    case "SIGINT twice":
      run.kill("SIGINT");
      await run.waitForLine('"cancelling"');
      run.kill("SIGINT");
      return null;
    case "SIGKILL":
      run.kill("SIGKILL");
      await run.result();
      return await wave(["cancel", "@latest"]);
    default:
      return null;
  }
}

function isOutput(line: string, message: string): boolean {
  return line.includes('"state":"output"') && line.includes(`"message":"${message}"`);
}

function pidsIn(stdout: string): string[] {
  return [...stdout.matchAll(/"message":"pid (\d+)"/g)].map(([, pid = ""]) => pid);
}

/** What is left: those that told of themselves, and whatever inherited the environment. */
async function alive(root: string, pids: readonly string[]): Promise<string[]> {
  const all = await processesOf(root, CHILDREN);
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "pid=,stat=,args=", "-p", pids.join(",")],
  })
    .output();
  const told = new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line !== "" && !/^ *\d+ +Z/.test(line));
  return [...new Set([...all.filter((line) => line.includes(root)), ...told])];
}
