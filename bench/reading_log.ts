/**
 * How fast the log of a long run is read, in the process and by the whole program, against `jq -c .` over
 * its trace: `deno task bench reading-log [events]`
 */
import { readLog } from "../state/trace/read_log.ts";
import { wavePaths } from "../state/records/wave_paths.ts";
import type { LogQuery } from "../state/records/run_reader.ts";
import { foldTrace } from "../state/trace/trace_fold.ts";
import { openTrace } from "../state/trace/trace_scan.ts";
import { openFixtures } from "./fixtures.ts";
import { type Case, cost, peakMegabytes, wave } from "./measure.ts";

const FLUSH_UNITS = 64 << 10;
const encoder = new TextEncoder();

/** Prints entries as `logs --format json` does; returns how many. */
function print(path: string, query: LogQuery, last: number | "all"): number {
  using sink = Deno.openSync("/dev/null", { write: true });
  let count = 0;
  let text = '{"logs":[';
  for (const { line } of readLog(path, query, { last })?.entries ?? []) {
    text += count++ === 0 ? line : `,${line}`;
    if (text.length < FLUSH_UNITS) continue;
    sink.writeSync(encoder.encode(text));
    text = "";
  }
  sink.writeSync(encoder.encode(`${text}]}`));
  return count;
}

function fold(path: string): void {
  using file = openTrace(path);
  if (file !== null) foldTrace(file);
}

const QUESTIONS: Readonly<Record<string, (path: string) => unknown>> = {
  "last 100": (path) => print(path, {}, 100),
  "all": (path) => print(path, {}, "all"),
  "last 100 of level info": (path) => print(path, { level: "info" }, 100),
  "errors": (path) => print(path, { level: "error" }, "all"),
  "grep": (path) => print(path, { grep: /line 99\d/ }, "all"),
  "fold": fold,
};

export default async function readingLog(events = 1_000_000): Promise<void> {
  using fixtures = openFixtures();
  const root = fixtures.longRun(events);
  const { traces } = wavePaths(root);
  const [entry] = Deno.readDirSync(traces);
  if (entry === undefined) throw new Error("no trace");
  const path = `${traces}/${entry.name}`;
  console.log(`${events} events, ${Math.round(Deno.statSync(path).size / 1e6)} MB`);
  const jq: Case = { name: "jq -c .", command: ["jq", "-c", ".", path], cwd: root };
  const logs = wave(
    "logs --lines all --format json",
    root,
    "logs",
    "-n",
    "all",
    "--format",
    "json",
  );
  const [theirs, ours] = [await cost(jq), await cost(logs)];
  console.log(`${jq.name}: ${theirs.wall.toFixed(0)} ms`);
  console.log(
    `${logs.name}: ${ours.wall.toFixed(0)} ms, ${
      (ours.wall / theirs.wall).toFixed(2)
    } of its time; ` +
      `at most ${await peakMegabytes(logs)} MB`,
  );
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    const before = performance.now();
    ask(path);
    const took = performance.now() - before;
    const ratio = (theirs.wall / took).toFixed(1);
    console.log(`in the process, ${name}: ${took.toFixed(1)} ms, jq takes ${ratio} x`);
  }
}
