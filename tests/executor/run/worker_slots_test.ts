import assert from "node:assert/strict";
import { WorkerSlots } from "../../../executor/run/worker_slots.ts";

const never = new AbortController().signal;

/** Takes a slot, and notes when it is given. */
function taker(slots: WorkerSlots, given: string[]) {
  return (name: string, signal = never) =>
    slots.take(signal).then((slot) => {
      given.push(name);
      return slot;
    });
}

/** Lets everything that can happen now happen. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

Deno.test("take() gives as many slots as there are, and further ones in the order of asking", async () => {
  const given: string[] = [];
  const take = taker(new WorkerSlots(2), given);
  const first = await take("a");
  const second = await take("b");
  const third = take("c");
  const fourth = take("d");
  await turn();
  assert.deepEqual(given, ["a", "b"]);
  second[Symbol.dispose]();
  await turn();
  assert.deepEqual(given, ["a", "b", "c"]);
  first[Symbol.dispose]();
  await Promise.all([third, fourth]);
  assert.deepEqual(given, ["a", "b", "c", "d"]);
});

Deno.test("a slot that is disposed of twice is given back once", async () => {
  const given: string[] = [];
  const take = taker(new WorkerSlots(1), given);
  const slot = await take("a");
  slot[Symbol.dispose]();
  slot[Symbol.dispose]();
  await take("b");
  void take("c");
  await turn();
  assert.deepEqual(given, ["a", "b"]);
});

Deno.test("a waiter that is aborted takes no slot with it", async () => {
  const given: string[] = [];
  const take = taker(new WorkerSlots(1), given);
  const slot = await take("a");
  const abort = new AbortController();
  const waiting = take("b", abort.signal);
  const next = take("c");
  abort.abort(new Error("stopped"));
  await assert.rejects(waiting, /stopped/);
  slot[Symbol.dispose]();
  await next;
  assert.deepEqual(given, ["a", "c"]);
});

Deno.test("an abort after a slot was given changes nothing", async () => {
  const slots = new WorkerSlots(1);
  const abort = new AbortController();
  const first = await slots.take(never);
  const waiting = slots.take(abort.signal);
  first[Symbol.dispose]();
  abort.abort();
  const second = await waiting;
  const third = slots.take(never);
  second[Symbol.dispose]();
  await third;
});

Deno.test("take() throws the reason of a signal that has aborted, and takes nothing", async () => {
  const slots = new WorkerSlots(1);
  assert.throws(() => void slots.take(AbortSignal.abort(new Error("stopped"))), /stopped/);
  await slots.take(never);
});

Deno.test("there is at least one slot", async () => {
  await new WorkerSlots(0).take(never);
});
