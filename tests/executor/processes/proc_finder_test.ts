import assert from "node:assert/strict";
import { newMark } from "../../../executor/processes/process_marker.ts";
import {
  type Finder,
  NOTHING_FOUND,
  type Sighting,
  type Target,
} from "../../../executor/processes/process_finder.ts";
import { openProcFinder } from "../../../executor/processes/proc_finder.ts";
import { linuxTest, startChildren } from "./marked.ts";

/** A finder whose shell answers the next request with the next of `answers`, and then ends. */
function scripted(answers: readonly string[]) {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/shell`;
  const each = answers.map((answer) =>
    `read -r id rest && echo "$rest" >>${folder}/requests && echo "$id ${answer}"\n`
  );
  Deno.writeTextFileSync(path, `#!/bin/sh\n${each.join("")}`, { mode: 0o700 });
  return {
    finder: openProcFinder(path),
    /** The requests so far, each split in its words. */
    requests: () =>
      Deno.readTextFileSync(`${folder}/requests`).trimEnd().split("\n").map((line) =>
        line.split(" ")
      ),
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

linuxTest("find() goes on where the search stopped, and tells the leaders since then", async () => {
  using script = scripted(["^500", "^600", "700"]);
  await using finder = script.finder;
  finder.started?.(399);
  const startedAt = performance.now();
  finder.started?.(400);
  finder.started?.(450);
  const seen = finder.find([{ mark: newMark(), since: { pid: 400, startedAt } }]);
  // Started before the request is made, and after: the request that comes later tells it.
  finder.started?.(550);
  assert.deepEqual((await seen).pids, [700]);
  const [first, second, third] = script.requests();
  assert.deepEqual(first?.slice(2, 4), ["400", "400"]);
  assert.equal(first?.[5], ",450,550,");
  assert.deepEqual(second?.slice(2, 4), ["400", "500"]);
  assert.deepEqual(third?.slice(2, 4), ["400", "600"]);
  assert.equal(third?.[5], ",");
});

linuxTest("find() is not settled when new processes vanish without end", async () => {
  using script = scripted(Array.from({ length: 5 }, (_, index) => `^${500 + index}`));
  await using finder = script.finder;
  const since = { pid: 400, startedAt: performance.now() };
  const seen = await finder.find([{ mark: newMark(), since }]);
  assert.deepEqual(seen, { pids: [], refused: [], settled: false, blind: false });
  assert.equal(script.requests().length, 5);
});

linuxTest("looks side by side get their own answers, in order", async () => {
  using script = scripted(["11", "^500", "12", "13"]);
  await using finder = script.finder;
  const since = { pid: 400, startedAt: performance.now() };
  const seen = await Promise.all(
    [{ mark: newMark() }, { mark: newMark(), since }, { mark: newMark() }].map(
      async (target) => (await finder.find([target])).pids,
    ),
  );
  assert.deepEqual(seen, [[11], [13], [12]]);
});

linuxTest("looks side by side go on with a new search when theirs is lost", async () => {
  // Each search ends after one answer.
  using script = scripted(["11"]);
  await using finder = script.finder;
  const seen = await Promise.all(
    [1, 2, 3].map(async () => (await finder.find([{ mark: newMark() }])).pids),
  );
  assert.deepEqual(seen, [[11], [11], [11]]);
});

linuxTest(
  "a look passes over leaders of other attempts while no pid can be another process",
  async () => {
    await using finder = openProcFinder();
    const started = startChildren(finder, "grandchild");
    const other = startChildren(finder, "child");
    await Promise.all([started.ready, other.ready]);
    const { mark } = started.options;
    const { pids } = await finder.find([{ mark }]);
    const leader = Math.min(...pids);
    // However slow the machine is, no time passes.
    await using misled = openProcFinder(undefined, () => 0);
    // A wrong word shows that it is heeded, but never of the own leader, nor for an attempt of long ago.
    const look = async (age: number, others: readonly number[]) => {
      for (const pid of others) misled.started?.(pid);
      return (await misled.find([{ mark, since: { pid: leader, startedAt: -age } }])).pids;
    };
    assert(pids.length > 1);
    assert.deepEqual(await look(0, []), pids);
    assert.deepEqual(await look(0, pids), [leader]);
    assert.deepEqual(await look(1e9, pids), pids);
    started.stop();
    other.stop();
    await Promise.all([started.exit, other.exit]);
    assert.deepEqual((await finder.find([{ mark }])).pids, []);
  },
);

/** Forks without a pause, and has nothing to do with any attempt. */
const STORM = "while :; do for n in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2 & done; wait; done";

/** The first look that proves what it finds: beside other tests, too, one of ten does. */
async function settled(finder: Finder, target: Target): Promise<Sighting> {
  for (let look = 1; look <= 10; look++) {
    const seen = await finder.find([target]);
    if (seen.settled) return seen;
  }
  throw new Error("no look settles");
}

linuxTest("a look settles, and finds what it is for, while others fork all the time", async () => {
  await using finder = openProcFinder();
  const started = startChildren(finder, "empty_env_double_fork", { graceMs: 50 });
  const storms = [1, 2, 3, 4].map(() =>
    new Deno.Command("setsid", { args: ["sh", "-c", STORM], stdin: "null" }).spawn()
  );
  try {
    const pids = await started.ready;
    const target = { mark: started.options.mark };
    const seen = await settled(finder, target);
    assert.deepEqual(pids.filter((pid) => !seen.pids.includes(pid)), []);
    assert.deepEqual(await settled(finder, { mark: newMark() }), NOTHING_FOUND);
    started.stop();
    assert.deepEqual((await started.exit).end?.left, []);
    assert.deepEqual(await settled(finder, target), NOTHING_FOUND);
  } finally {
    for (const { pid } of storms) Deno.kill(-pid, "SIGKILL");
    await Promise.all(storms.map(({ status }) => status));
  }
});
