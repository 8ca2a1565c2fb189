/** Ends hostile steps in every way, again and again, and stops an owner: `processes.ts [rounds] [seconds]`. */
import { endHostile, ENDING, type Ending, WAITING } from "../faults/hostile.ts";
import { ownerNotProven, stopOwner } from "../faults/owners.ts";

const ENDINGS: readonly Ending[] = [
  "step limit",
  "run limit",
  "cancel --force",
  "SIGTERM",
  "SIGINT twice",
  "SIGKILL",
];

const rounds = Number(Deno.args[0] ?? 5);
const stoppedFor = Number(Deno.args[1] ?? 60);
const began = performance.now();
let started = 0;
for (let round = 1; round <= rounds; round++) {
  for (const ending of ENDINGS) {
    const ended = await endHostile([...WAITING, ...ENDING, "forks"], ending);
    started += ended.started;
    console.log(`processes: ${ending}: ${ended.started} told of, gone in ${ended.tookMs} ms`);
  }
  const ended = await endHostile(ENDING, "step end");
  started += ended.started;
  await ownerNotProven();
}
await stopOwner({ waitMs: stoppedFor * 1000 });
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  `processes: ${rounds} rounds of ${
    ENDINGS.length + 1
  } endings, ${started} hostile processes, none left; ` +
    `an owner was stopped for ${stoppedFor} s; ${seconds} s`,
);
