/** Kills `wave run` at random moments, as part of `deno task stress`: `kill.ts [iterations] [seed]`. */
import { anyMoment, killOnce, type Moment } from "../faults/kill.ts";
import { Random } from "../faults/random.ts";

/** So many at a time: the machine is then busy, and moments fall differently. */
const AT_ONCE = 3;

const iterations = Number(Deno.args[0] ?? 500);
const seed = Number(Deno.args[1] ?? Date.now() % 1_000_000);
const random = new Random(seed);
const began = performance.now();
const ends: Record<string, number> = {};
const sums = { torn: 0, printed: 0, reused: 0, left: 0 };
const failed: { moment: Moment; error: unknown }[] = [];
let next = 0;

async function work(): Promise<void> {
  while (next++ < iterations) {
    const moment = anyMoment(random);
    try {
      const { end, ...counts } = await killOnce(moment);
      const key = `${end} (${moment.kind})`;
      ends[key] = (ends[key] ?? 0) + 1;
      for (const name of ["torn", "printed", "reused", "left"] as const) sums[name] += counts[name];
    } catch (error) {
      failed.push({ moment, error });
      console.error(`FAILED ${JSON.stringify(moment)}:`, error);
    }
  }
}

console.log(`kill: ${iterations} iterations, seed ${seed}, ${AT_ONCE} at a time`);
await Promise.all(Array.from({ length: AT_ONCE }, work));
const seconds = Math.round((performance.now() - began) / 1000);
console.log(`kill: ${iterations - failed.length} of ${iterations} passed in ${seconds} s`);
for (const [end, count] of Object.entries(ends).sort()) console.log(`  ${end}: ${count}`);
console.log(
  `  ${sums.torn} torn lines, ${sums.printed} printed events, ${sums.reused} steps reused, ` +
    `${sums.left} processes ended by the resumes`,
);
if (failed.length > 0) Deno.exit(1);
