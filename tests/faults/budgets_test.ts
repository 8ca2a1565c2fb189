/** Random pipelines, uses, limits, kills and resumes: the limits of the ledger hold. */
import fc from "fast-check";
import { anyCase, checkCase } from "./budgets.ts";

/** How many cases; more in the stress task. */
const CASES = Number(Deno.env.get("WAVE_CASES") ?? 4);
const AT_ONCE = 3;

Deno.test(`nothing starts above its limit, and nothing that is used is lost, in ${CASES} random runs`, async () => {
  const seed = Number(Deno.env.get("WAVE_SEED") ?? Date.now() % 1_000_000);
  const seen = { starts: 0, over: 0, killed: 0 };
  const cases = fc.sample(anyCase, { numRuns: CASES, seed });
  const work = async () => {
    for (let next = cases.shift(); next !== undefined; next = cases.shift()) {
      const { starts, over, killed } = await checkCase(next).catch((cause) => {
        throw new Error(`seed ${seed}: ${JSON.stringify(next)}`, { cause });
      });
      seen.starts += starts;
      seen.killed += killed;
      if (over) seen.over++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  console.log(
    `seed ${seed}: ${seen.starts} starts, ${seen.over} limits reached, ${seen.killed} kills`,
  );
});
