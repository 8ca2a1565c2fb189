import assert from "node:assert/strict";
import { delay } from "../../event/delay.ts";

/** Runs `work` with timers that end at once, and returns what they were set to. */
async function withFastTimers(work: () => Promise<void>): Promise<number[]> {
  const { setTimeout } = globalThis;
  const { now } = performance;
  const waits: number[] = [];
  let passed = 0;
  performance.now = () => passed;
  globalThis.setTimeout = Object.assign((done: () => void, ms = 0) => {
    waits.push(ms);
    passed += ms;
    return setTimeout(done, 0);
  }, setTimeout);
  try {
    await work();
  } finally {
    globalThis.setTimeout = setTimeout;
    performance.now = now;
  }
  return waits;
}

Deno.test("delay() waits once, or more often for longer than a timer can", async () => {
  const cases: [ms: number, waits: number[]][] = [
    [0, [0]],
    [25, [25]],
    [2 ** 31 - 1, [2 ** 31 - 1]],
    [2 ** 31, [2 ** 31 - 1, 1]],
    [2 ** 32, [2 ** 31 - 1, 2 ** 31 - 1, 2]],
  ];
  for (const [ms, waits] of cases) {
    assert.deepEqual(await withFastTimers(() => delay(ms)), waits, String(ms));
  }
});

Deno.test("delay() ends as soon as its signal aborts, without an error", async () => {
  await delay(60_000, AbortSignal.abort());
  const abort = new AbortController();
  let ended = false;
  const waiting = delay(60_000, abort.signal).then(() => ended = true);
  abort.abort();
  await delay(0);
  assert(ended, "it waits on");
  await waiting;
});
