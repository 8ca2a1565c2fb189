/** Values in scripts against real shells: none split, none altered, none run. */
import assert from "node:assert/strict";
import { Random } from "../../../faults/random.ts";
import { HOSTILE_VALUES } from "./hostile_values.ts";
import { agreementOf } from "./real_shells.ts";
import { ScriptGenerator } from "./script_generator.ts";

Deno.test("values reach programs as they are, in dash and in bash", async () => {
  const seed = Number(Deno.env.get("WAVE_SEED") ?? Date.now() % 1_000_000);
  const random = new Random(seed);
  const generator = new ScriptGenerator(random);
  const any = () => ({ input: random.pick(HOSTILE_VALUES), item: random.pick(HOSTILE_VALUES) });
  const { pairs, arrived, faults } = await agreementOf(
    Array.from({ length: Number(Deno.env.get("WAVE_CASES") ?? 150) }, () => ({
      template: generator.accepted().script,
      values: [any(), any(), any(), any()],
    })),
  );
  const told = faults.slice(0, 5).join("\n");
  assert.equal(faults.length, 0, `seed ${seed}: ${faults.length} faults\n${told}`);
  assert(arrived > pairs / 4, `seed ${seed}: a value arrived in ${arrived} of ${pairs} pairs`);
  console.log(`${pairs} pairs, a value arrived in ${arrived}, seed ${seed}`);
});
