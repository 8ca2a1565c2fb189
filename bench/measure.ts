/** Whole processes, measured side by side: medians of interleaved rounds, and their ratios. */
import { fromFileUrl } from "@std/path";

/** What every program of a benchmark is run with, the empty one too: as the launcher does. */
const FLAGS = [
  "run",
  "--v8-flags=--no-lazy",
  "--quiet",
  "--no-config",
  "--no-lock",
  ...["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`),
];

/** The bundle that `deno task build` makes. */
export const PROGRAM = fromFileUrl(new URL("../dist/wave.js", import.meta.url));

export interface Case {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
}

/** Milliseconds. */
export interface Cost {
  readonly wall: number;
  /** Of the process and what it waited for, user and system: says more on a busy machine. */
  readonly cpu: number;
}

/** A case that runs a program on this runtime. */
export function onRuntime(name: string, program: string, cwd: string, ...args: string[]): Case {
  return { name, cwd, command: [Deno.execPath(), ...FLAGS, program, ...args] };
}

/** A case that runs wave. */
export function wave(name: string, cwd: string, ...args: string[]): Case {
  return onRuntime(name, PROGRAM, cwd, ...args);
}

/** A program that does nothing, in a folder of its own. */
export function emptyProgram(): Case {
  const folder = Deno.makeTempDirSync({ prefix: "wave-bench-empty-" });
  Deno.writeTextFileSync(`${folder}/empty.js`, "");
  return onRuntime("empty program", `${folder}/empty.js`, folder);
}

/** Runs a command to its end, its output thrown away. Bash measures, because Deno tells no CPU time. */
export async function cost({ name, command, cwd }: Case): Promise<Cost> {
  const { code, stderr } = await new Deno.Command("bash", {
    args: ["-c", 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1', "bash", ...command],
    cwd,
    env: { LC_ALL: "C" },
    stdout: "null",
    stderr: "piped",
  }).output();
  const [wall, user, system] = new TextDecoder().decode(stderr).trim().split(" ").map(Number);
  if (code !== 0 || wall === undefined || user === undefined || system === undefined) {
    throw new Error(`Cannot measure "${name}": it ended with ${code}`);
  }
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** The median cost of each case; all are run once in each round, and once before to warm up. */
export async function interleaved(cases: readonly Case[], rounds: number): Promise<Cost[]> {
  const costs = cases.map(() => [] as Cost[]);
  for (const one of cases) await cost(one);
  for (let round = 0; round < rounds; round++) {
    for (const [index, one] of cases.entries()) costs[index]?.push(await cost(one));
  }
  return costs.map((each) => ({
    wall: median(each.map(({ wall }) => wall)),
    cpu: median(each.map(({ cpu }) => cpu)),
  }));
}

/** Measures and prints each case, with its ratios to the first one. */
export async function compare(cases: readonly Case[], rounds: number): Promise<void> {
  const costs = await interleaved(cases, rounds);
  const [base] = costs;
  if (base === undefined) return;
  const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(8);
  const times = (value: number) => `${value.toFixed(2)} x`.padStart(8);
  console.log(`${"".padEnd(42)}    wall            CPU`);
  for (const [index, { wall, cpu }] of costs.entries()) {
    console.log(
      `${(cases[index]?.name ?? "").padEnd(42)} ${ms(wall)}${times(wall / base.wall)}` +
        `${ms(cpu)}${times(cpu / base.cpu)}`,
    );
  }
}

/** The most memory that a command had, in megabytes; `?` where there is no `/usr/bin/time`. */
export async function peakMegabytes({ command, cwd }: Case): Promise<string> {
  const kilobytes = await new Deno.Command("bash", {
    args: [
      "-c",
      '/usr/bin/time -f "%M" -o /dev/fd/3 "$@" 3>&1 >/dev/null 2>&1',
      "bash",
      ...command,
    ],
    cwd,
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(kilobytes.stdout).trim();
  return text === "" ? "?" : String(Math.round(Number(text) / 1024));
}
