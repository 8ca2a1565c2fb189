import assert from "node:assert/strict";
import { StartedLeaders } from "../../../executor/processes/started_leaders.ts";

Deno.test("since() gives the leaders from a time on, and of the newest 500 alone", () => {
  const leaders = new StartedLeaders();
  assert.deepEqual(leaders.since(0), []);
  for (const [pid, at] of [[7, 1], [9, 2], [8, 2], [3, 4]] as const) leaders.add(pid, at);
  for (
    const [time, pids] of [
      [0, [7, 9, 8, 3]],
      [2, [9, 8, 3]],
      [3, [3]],
      [4, [3]],
      [5, []],
    ] as const
  ) assert.deepEqual(leaders.since(time), pids, String(time));
  for (let pid = 1000; pid < 1499; pid++) leaders.add(pid, 5);
  assert.deepEqual(leaders.since(0).slice(0, 2), [3, 1000]);
});
