import assert from "node:assert/strict";
import { pauseText, untilText } from "../../event/pause_words.ts";

/** A moment of local time, so that the test holds in every zone. */
const at = (day: number, hour: number, minute: number, second = 0) =>
  new Date(2026, 1, day, hour, minute, second).getTime();

Deno.test("untilText() is as exact as the wait is near", () => {
  const now = at(2, 12, 0);
  const cases: [number, string][] = [
    [at(2, 14, 10, 30), "14:10"],
    [at(2, 12, 1, 0), "12:01"],
    [at(2, 12, 0, 59), "12:00:59"],
    [at(3, 0, 0), "2026-02-03 00:00"],
    [at(2, 23, 59, 59), "23:59"],
  ];
  for (const [until, text] of cases) assert.equal(untilText(until, now), text);
});

Deno.test("pauseText() names every pause", () => {
  const now = at(2, 12, 0);
  const claude = { until: at(2, 14, 10), reason: "claude usage limit" };
  const codex = { until: at(2, 15, 0), reason: "codex usage limit" };
  assert.equal(pauseText([claude], now), "paused until 14:10: claude usage limit");
  assert.equal(
    pauseText([claude, codex], now),
    "paused until 14:10: claude usage limit; until 15:00: codex usage limit",
  );
});
