import { manyAtOnce } from "./many.ts";
import { Random } from "./random.ts";

Deno.test("runs, readers, followers, cancels and cleans do not disturb each other", async () => {
  await manyAtOnce({ runs: 4, others: 4, seconds: 5, random: new Random(Date.now()) });
});
