/**
 * How fast the log of a long run is read, against `jq -c .` over its trace.
 * `deno run … bench/reading_log.ts [events]`
 */
import { encodeEvent } from "../event/codec.ts";
import { readLog } from "../state/log.ts";
import type { LogQuery } from "../state/reader.ts";
import { foldTrace } from "../state/trace_fold.ts";
import { openTrace } from "../state/trace_scan.ts";
import { runEvents } from "./generate.ts";

const EVENTS = Number(Deno.args[0] ?? 1_000_000);
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

function writeTrace(path: string): void {
  const [first, second, third] = runEvents(1, 20);
  if (first === undefined || second === undefined || third === undefined) throw new Error("no run");
  using file = Deno.openSync(path, { append: true });
  file.writeSync(encoder.encode(`${encodeEvent(first)}\n${encodeEvent(second)}\n`));
  for (let seq = 3, text = ""; seq <= EVENTS; seq++) {
    const message = `line ${seq} of what the agent wrote`;
    const state = seq % 20 === 0 ? "tool" : "output";
    text += `${
      encodeEvent({ ...third, seq, state, message, data: { stream: "stdout" } } as never)
    }\n`;
    if (text.length < FLUSH_UNITS && seq < EVENTS) continue;
    file.writeSync(encoder.encode(text));
    text = "";
  }
}

const path = Deno.makeTempFileSync();
writeTrace(path);
console.log(`${EVENTS} events, ${Math.round(Deno.statSync(path).size / 1e6)} MB`);

const began = performance.now();
await new Deno.Command("jq", { args: ["-c", ".", path], stdout: "null" }).output();
const jq = performance.now() - began;
console.log(`jq -c .: ${jq.toFixed(0)} ms`);

const QUESTIONS: Readonly<Record<string, () => unknown>> = {
  "last 100": () => print(path, {}, 100),
  "all": () => print(path, {}, "all"),
  "last 100 of level info": () => print(path, { level: "info" }, 100),
  "errors": () => print(path, { level: "error" }, "all"),
  "grep": () => print(path, { grep: /line 99\d/ }, "all"),
  "fold": () => {
    using file = openTrace(path);
    if (file !== null) foldTrace(file);
  },
};
for (const [name, ask] of Object.entries(QUESTIONS)) {
  const before = performance.now();
  ask();
  const took = performance.now() - before;
  const memory = Math.round(Deno.memoryUsage().rss / 1e6);
  console.log(`${name}: ${took.toFixed(1)} ms, jq takes ${(jq / took).toFixed(1)} x; ${memory} MB`);
}
Deno.removeSync(path);
