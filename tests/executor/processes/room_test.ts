import { deepEqual, equal, rejects } from "node:assert/strict";
import { Room } from "../../../executor/processes/room.ts";

/** A system that lets `most` programs run at a time. */
class System {
  running = 0;
  highest = 0;
  constructor(readonly most: number) {}
  start(): number {
    if (this.running >= this.most) {
      throw Object.assign(new Error("Too many open files"), { code: "EMFILE" });
    }
    this.highest = Math.max(this.highest, ++this.running);
    return this.running;
  }
}

const never = new AbortController().signal;

Deno.test("Room.start() waits for a place, and all programs run, each once", async () => {
  const system = new System(3);
  const room = new Room();
  let waits = 0;
  const ran = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
    const started = await room.start(() => system.start(), never, () => waits++);
    await Promise.resolve();
    system.running--;
    started?.[Symbol.dispose]();
    return index;
  }));
  equal(ran.length, 20);
  equal(system.highest, 3);
  equal(waits > 0, true);
});

Deno.test("Room.start() lets fewer run after a refusal", async () => {
  const system = new System(3);
  const room = new Room();
  const [first] = await Promise.all(
    [1, 2, 3].map(() => room.start(() => system.start(), never, () => {})),
  );
  let waits = 0;
  const start = (signal: AbortSignal) => room.start(() => system.start(), signal, () => waits++);
  const stop = new AbortController();
  const fourth = start(stop.signal);
  system.running--;
  first?.[Symbol.dispose]();
  stop.abort();
  equal(await fourth, null);
  equal(await start(AbortSignal.abort()), null);
  deepEqual([waits, system.running], [1, 2]);
});

Deno.test("Room.start() throws where nothing runs that could end, and what is no lack of room", async () => {
  await rejects(
    new Room().start(() => new System(0).start(), never, () => {}),
    /Too many open files/,
  );
  const room = new Room();
  await room.start(() => 1, never, () => {});
  await rejects(
    room.start(
      () => {
        throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      },
      never,
      () => {},
    ),
    /no such file/,
  );
});
