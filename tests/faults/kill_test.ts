import { anyMoment, killOnce, type Moment } from "./kill.ts";
import { Random } from "./random.ts";
import { takesPreload } from "../start_program.ts";

/** The same at least 500 times: `deno task stress`. */
const ITERATIONS = 20;

Deno.test("run loses nothing and leaves nothing over when it is killed at any point", async () => {
  const seed = Date.now() % 1_000_000;
  const random = new Random(seed);
  const inside = takesPreload();
  const moments: Moment[] = Array.from({ length: ITERATIONS }, () => anyMoment(random))
    .filter((moment) => inside || !("die" in moment));
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
