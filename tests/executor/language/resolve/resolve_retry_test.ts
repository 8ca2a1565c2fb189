import assert from "node:assert/strict";
import { TestProject } from "../project.ts";

Deno.test("each retry policy stands for attempts, a backoff and delays", () => {
  using project = new TestProject();
  const table: [string, attempts: number, backoff: string, base: number, max: number][] = [
    ["none", 1, "fixed", 0, 0],
    ["standard", 3, "exponential", 1000, 30_000],
    ["aggressive", 5, "exponential", 200, 30_000],
    ["patient", 3, "exponential", 5000, 90_000],
  ];
  for (const [policy, attempts, backoff, base, max] of table) {
    const { pipeline } = project.resolve(
      `steps:\n  - { id: a, type: command, script: "true", retry: { policy: ${policy} } }\n`,
    );
    const retry = pipeline?.steps[0]?.retry;
    assert.deepEqual(
      [retry?.maxAttempts, retry?.backoff, retry?.baseDelayMs, retry?.maxDelayMs],
      [attempts, backoff, base, max],
      policy,
    );
  }
});
