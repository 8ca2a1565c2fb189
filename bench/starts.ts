/** How long each command takes in a small project: `deno task bench starts [rounds]` */
import { type Case, compare, cost, emptyProgram, wave } from "./measure.ts";

/** Calls that end well in a project that has run `hello-world`. */
const CALLS: readonly string[] = [
  "--version",
  "--help",
  "status --help",
  "completions bash",
  "__complete -- st",
  "__complete -- status ",
  "schema status",
  "status",
  "status --all",
  "list runs",
  "logs",
  "artifacts",
  "cancel",
  "wait @latest",
  "clean --dry-run",
  "init",
  "list pipelines",
  "validate",
  "run hello-world --dry-run",
  "resume @latest --plan",
  "doctor",
  "run hello-world hi -q",
];

export default async function starts(rounds = 15): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "wave-bench-starts-" });
  try {
    const call = (line: string): Case => wave(line, folder, ...line.split(" "));
    await cost(call("init"));
    await cost(call("run hello-world hi"));
    await compare([emptyProgram(), ...CALLS.map(call)], rounds);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
