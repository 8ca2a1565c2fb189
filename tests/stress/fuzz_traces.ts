/** Damaged and hostile traces, as part of `deno task stress`: `fuzz_traces.ts [cases] [seed]`. */
import { fuzzTraces } from "../faults/fuzz_traces.ts";
import { Random } from "../faults/random.ts";

const cases = Number(Deno.args[0] ?? 100_000);
const seed = Number(Deno.args[1] ?? Date.now() % 1_000_000);
console.log(`fuzz: ${cases} damaged traces, seed ${seed}`);
const began = performance.now();
const { calls, codes } = await fuzzTraces(cases, new Random(seed));
const seconds = Math.round((performance.now() - began) / 1000);
console.log(`fuzz: ${cases} traces, ${calls} calls, no internal error, nothing written outside`);
console.log(`  exit codes ${JSON.stringify(codes)}; ${seconds} s`);
