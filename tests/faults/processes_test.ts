import { endHostile, ENDING, type Ending, WAITING } from "./hostile.ts";
import { ownerNotProven, stopOwner } from "./owners.ts";

/** What a step that hangs may cost: five seconds from SIGTERM to SIGKILL, and a busy machine. */
for (const ending of ["step limit", "cancel --force"] satisfies Ending[]) {
  Deno.test(`${ending} leaves none of the processes that hide or do not listen`, async () => {
    await endHostile([...WAITING, ...ENDING], ending);
  });
}

Deno.test("a step ends when its program does, and takes along what that left behind", async () => {
  await endHostile(ENDING, "step end");
});

Deno.test("cancel never signals a process that only has the recorded pid", ownerNotProven);

Deno.test("a stopped owner is stalled, and no reader changes what is recorded of it", async () => {
  await stopOwner({ waitMs: 0 });
});
