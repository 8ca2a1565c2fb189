/** Values in scripts against real shells, as part of `deno task stress`: `values.ts [pairs] [seed]`. */
import { HOSTILE_VALUES } from "../executor/language/shell/hostile_values.ts";
import { agreementOf } from "../executor/language/shell/real_shells.ts";
import { ScriptGenerator } from "../executor/language/shell/script_generator.ts";
import { Random } from "../faults/random.ts";

const PER_SCRIPT = 8;
const BATCH = 100;

const wanted = Number(Deno.args[0] ?? 50_000);
const seed = Number(Deno.args[1] ?? Date.now() % 1_000_000);
console.log(
  `values: ${wanted} pairs of a script and its values, in dash and in bash, seed ${seed}`,
);
const began = performance.now();
const random = new Random(seed);
const generator = new ScriptGenerator(random);
const any = () => ({ input: random.pick(HOSTILE_VALUES), item: random.pick(HOSTILE_VALUES) });
let pairs = 0;
let arrived = 0;
let refused = 0;
const faults: string[] = [];
while (pairs < wanted) {
  const templates = Array.from({ length: BATCH }, () => {
    const made = generator.accepted();
    refused += made.refused;
    return { template: made.script, values: Array.from({ length: PER_SCRIPT }, any) };
  });
  const result = await agreementOf(templates);
  pairs += result.pairs;
  arrived += result.arrived;
  faults.push(...result.faults);
  for (const fault of result.faults) console.log(fault);
}
const seconds = Math.round((performance.now() - began) / 1000);
console.log(`values: ${pairs} pairs, ${arrived} reached a program, ${refused} places refused`);
console.log(`  ${faults.length} split, altered or executed; ${seconds} s`);
if (faults.length > 0) Deno.exit(1);
