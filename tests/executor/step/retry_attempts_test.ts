import assert from "node:assert/strict";
import { retryDelay } from "../../../executor/step/retry_attempts.ts";
import type { Step } from "../../../executor/language/model/pipeline.ts";
import { fakeClock, project, script } from "../fixture.ts";

Deno.test("retryDelay() grows as its backoff says, up to its maximum", () => {
  const cases: ["fixed" | "linear" | "exponential", failures: number, delay: number][] = [
    ["fixed", 1, 100],
    ["fixed", 4, 100],
    ["linear", 1, 100],
    ["linear", 3, 300],
    ["linear", 10, 1000],
    ["linear", 11, 1000],
    ["exponential", 1, 100],
    ["exponential", 2, 200],
    ["exponential", 4, 800],
    ["exponential", 5, 1000],
    ["exponential", 2000, 1000],
  ];
  for (const [backoff, failures, delay] of cases) {
    const retry = { backoff, baseDelayMs: 100, maxDelayMs: 1000 };
    assert.equal(retryDelay(retry, failures), delay, `${backoff} ${failures}`);
  }
});

function retry(maxAttempts: number): Step["retry"] {
  const delays = { backoff: "linear", baseDelayMs: 10, maxDelayMs: 1000 } as const;
  return { ...delays, maxAttempts, onFailure: { kind: "fail" } };
}

Deno.test("a step is tried as often as its retry allows, with its delays in between", async () => {
  using it = project();
  const { clock, delays } = fakeClock();
  const result = await it.run([script("a", "exit 3", { retry: retry(3) })], { clock });
  assert.equal(result.status, "failed");
  assert.deepEqual(it.transitions(), [
    "a running",
    "a retrying",
    "a running",
    "a retrying",
    "a running",
    "a failed",
  ]);
  assert.deepEqual(delays, [10, 20]);
});

Deno.test("a graceful stop ends the wait for another attempt, and tells of the last failure", async () => {
  using it = project();
  const { clock } = fakeClock(() => true);
  const running = it.run([script("a", "exit 3", { retry: retry(2) })], { clock });
  await it.event(({ state }) => state === "retrying");
  it.graceful.abort();
  assert.equal((await running).status, "cancelled");
  assert.equal(
    it.of("a").at(-1)?.message,
    "the run was cancelled; the last attempt failed: exit code 3",
  );
});

Deno.test("an item that waits for another attempt holds no slot", async () => {
  using it = project();
  const { clock } = fakeClock(() => true);
  const each = {
    source: { kind: "template", over: '["x", "y"]' },
    maxConcurrent: 2,
    onFailure: "continue",
  } as const;
  const running = it.run(
    [script("a", "[ {{ item }} = y ]", { each, retry: retry(2) })],
    { clock, maxWorkers: 1 },
  );
  await it.event(({ message }) => message === 'item 1 of 2 ("x") is tried again in 10 ms');
  await it.event(({ message }) => message === 'item 2 of 2 ("y") completed');
  it.graceful.abort();
  assert.equal((await running).status, "cancelled");
});
