/**
 * How long whole commands take, from the bundle in `dist/` (contract, section 7): medians of interleaved
 * runs, and their ratios to an empty program on the same runtime.
 *
 * `deno task bench commands`, or with another number of rounds: `deno run … bench/commands.ts 31`
 */
import { wavePaths } from "../state/paths.ts";
import { openForWriting } from "../state/sqlite/open.ts";
import { generateTraces } from "./generate.ts";

const PERMISSIONS = ["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);
const PROGRAM = new URL("../dist/wave.js", import.meta.url).pathname;

interface Case {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

function project(runs: number, events: number): string {
  const root = Deno.makeTempDirSync({ prefix: "wave-bench-" });
  const paths = wavePaths(root);
  generateTraces(paths, runs, events);
  openForWriting(paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  return root;
}

/** Milliseconds from start to end of the process. */
async function time({ program, args, cwd }: Case): Promise<number> {
  const begin = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", ...PERMISSIONS, program, ...args],
    cwd,
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`Cannot measure "${args.join(" ")}": it failed`);
  return performance.now() - begin;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const rounds = Number(Deno.args[0] ?? 15);
const [large, small, long] = [project(10_000, 1_000_000), project(100, 10_000), project(1, 1e6)];
const bare = Deno.makeTempDirSync({ prefix: "wave-bench-" });
Deno.writeTextFileSync(`${bare}/empty.js`, "");
const lost = project(10_000, 100_000);
Deno.removeSync(`${lost}/.wave/state.db`);

const wave = (name: string, cwd: string, ...args: string[]): Case => ({
  name,
  program: PROGRAM,
  args,
  cwd,
});
const empty: Case = { name: "empty program", program: `${bare}/empty.js`, args: [], cwd: bare };
const cases = [
  empty,
  wave("status --format json, 10,000 runs", large, "status", "--format", "json"),
  wave("status --format json, 100 runs", small, "status", "--format", "json"),
  wave("status, as a table", large, "status", "--all"),
  wave("logs -n 100, 1,000,000 events", long, "logs", "-n", "100"),
  wave(
    "list runs --limit 20 --format json",
    large,
    "list",
    "runs",
    "--limit",
    "20",
    "--format=json",
  ),
  wave("status --all from 10,000 traces", lost, "status", "--all"),
];

const times = new Map(cases.map((one) => [one, [] as number[]]));
try {
  for (let round = 0; round < rounds; round++) {
    for (const one of cases) times.get(one)?.push(await time(one));
  }
  const base = median(times.get(empty) ?? []);
  for (const [{ name }, measured] of times) {
    const ms = median(measured);
    console.log(`${name.padEnd(44)} ${ms.toFixed(1).padStart(7)} ms  ${(ms / base).toFixed(2)} x`);
  }
} finally {
  for (const root of [large, small, long, lost, bare]) Deno.removeSync(root, { recursive: true });
}
