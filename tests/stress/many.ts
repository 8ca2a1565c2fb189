/** Many at once for a while: `many.ts [seconds] [runs] [others] [seed]`. */
import { manyAtOnce } from "../faults/many.ts";
import { Random } from "../faults/random.ts";

const seconds = Number(Deno.args[0] ?? 60);
const runs = Number(Deno.args[1] ?? 16);
const others = Number(Deno.args[2] ?? 16);
const seed = Number(Deno.args[3] ?? Date.now() % 1_000_000);
console.log(`many: ${runs} runs and ${others} others at a time for ${seconds} s, seed ${seed}`);
const figures = await manyAtOnce({ runs, others, seconds, random: new Random(seed) });
console.log(`many: ${JSON.stringify(figures)}`);
