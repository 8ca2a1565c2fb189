import { anyMoment, killOnce, type Moment } from "./kill.ts";
import { Random } from "./random.ts";

/** The same at least 500 times: `deno task stress`. */
const ITERATIONS = 20;

Deno.test("run loses nothing and leaves nothing over when it is killed at any point", async () => {
  const seed = Date.now() % 1_000_000;
  const random = new Random(seed);
  const moments: Moment[] = Array.from({ length: ITERATIONS }, () => anyMoment(random));
  const work = async () => {
    for (let moment = moments.pop(); moment !== undefined; moment = moments.pop()) {
      try {
        await killOnce(moment);
      } catch (cause) {
        throw new Error(`killed at ${JSON.stringify(moment)}, seed ${seed}`, { cause });
      }
    }
  };
  await Promise.all([work(), work(), work()]);
});
