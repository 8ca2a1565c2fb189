import assert from "node:assert/strict";
import { endAll } from "../../../executor/processes/end_processes.ts";
import { markOf, newMark } from "../../../executor/processes/process_marker.ts";
import { openFinder } from "../../../executor/processes/open_finder.ts";
import { openProcFinder } from "../../../executor/processes/proc_finder.ts";
import { openPsFinder, type ProcessLine } from "../../../executor/processes/ps_finder.ts";
import { isAlive, isInstalled, linuxTest, psTest, startChildren, startMarked } from "./marked.ts";

Deno.test("markOf() refuses a nonce that no run made", () => {
  for (const nonce of ["", "x".repeat(32), "A".repeat(32), "a".repeat(31), `${"a".repeat(32)}\n`]) {
    assert.throws(() => markOf(nonce), { code: "bad_process_mark" });
  }
  const mark = newMark();
  assert.deepEqual(markOf(mark.nonce), mark);
  assert(mark.limit >= 2 ** 52 && mark.limit < 2 ** 53);
});

for (const shell of ["dash", "bash"].filter(isInstalled)) {
  linuxTest(
    `openProcFinder() finds the same with ${shell}, with and without the leader's pid`,
    async () => {
      await using finder = openProcFinder(shell);
      const startedAt = performance.now();
      const started = startChildren(finder, "empty_env_double_fork");
      const pids = await started.ready;
      const { mark } = started.options;
      const all = (await finder.find([{ mark }])).pids;
      assert(pids.every((pid) => all.includes(pid)));
      const leader = Math.min(...all);
      for (const age of [startedAt, startedAt - 1e9]) {
        const since = { pid: leader, startedAt: age };
        assert.deepEqual((await finder.find([{ mark, since }])).pids, all);
      }
      assert.deepEqual((await finder.find([{ mark: newMark() }, { mark }])).pids, all);
      started.stop();
      await started.exit;
      assert.deepEqual((await finder.find([{ mark }])).pids, []);
    },
  );
}

Deno.test("processStart() tells two processes of one pid apart, and refuses what is no process", async () => {
  await using finder = openFinder();
  const own = await finder.processStart(Deno.pid);
  assert(own !== null && own !== "");
  assert.equal(await finder.processStart(Deno.pid), own);
  const child = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  assert.notEqual(await finder.processStart(child.pid), null);
  child.kill("SIGKILL");
  await child.status;
  assert.equal(await finder.processStart(child.pid), null);
  // In a container wave itself may be it.
  assert.notEqual(await finder.processStart(1), null);
  for (const pid of [0, -1, -Deno.pid, 1.5, NaN, 2 ** 40]) {
    await assert.rejects(async () => await finder.processStart(pid), { code: "bad_pid" });
  }
});

linuxTest("find() of a zombie finds nothing", async () => {
  await using finder = openFinder();
  // The parent of the zombie throws off its own marks, and never waits for its child.
  const shed = "ulimit -S -w unlimited 2>/dev/null || ulimit -S -x unlimited";
  const zombie = "(sleep 0.01; exit 0) & echo pid $$; echo ready; exec env -i sh -c";
  const started = startMarked(finder, { script: `${zombie} '${shed}; exec sleep 1000'` });
  const [parent = 0] = await started.ready;
  const target = { mark: started.options.mark };
  let left = (await finder.find([target])).pids;
  while (left.length > 0) left = (await finder.find([target])).pids;
  assert(await isAlive(parent));
  started.stop();
  assert.equal((await started.exit).kind, "cancelled");
  assert(!await isAlive(parent));
});

linuxTest("find() goes on after the search was killed", async () => {
  const folder = Deno.makeTempDirSync();
  const shell = `${folder}/shell`;
  Deno.writeTextFileSync(shell, `#!/bin/sh\necho $$ >>${folder}/pids\nexec sh "$@"\n`, {
    mode: 0o700,
  });
  await using finder = openProcFinder(shell);
  const started = startChildren(finder, "child");
  await started.ready;
  const { mark } = started.options;
  const before = (await finder.find([{ mark }])).pids;
  Deno.kill(Number(Deno.readTextFileSync(`${folder}/pids`)), "SIGKILL");
  assert.deepEqual((await finder.find([{ mark }])).pids, before);
  assert.equal(Deno.readTextFileSync(`${folder}/pids`).trim().split("\n").length, 2);
  started.stop();
  await started.exit;
  Deno.removeSync(folder, { recursive: true });
});

linuxTest(
  "signal() goes by the marks alone: a recorded pid of somebody else is never hit",
  async () => {
    await using finder = openFinder();
    const innocent = new Deno.Command("sleep", { args: ["1000"] }).spawn();
    const process = { pid: innocent.pid, processStart: await finder.processStart(innocent.pid) };
    const since = { pid: innocent.pid, startedAt: performance.now() };
    assert.deepEqual(
      (await finder.signal("SIGKILL", [{ mark: newMark(), process, since }])).pids,
      [],
    );
    assert(await isAlive(innocent.pid));
    innocent.kill("SIGKILL");
    await innocent.status;
  },
);

const line = (pid: number, parent: number, group: number, start = "then"): ProcessLine => ({
  pid,
  parent,
  group,
  start,
  zombie: false,
});

for (
  const [title, process, lines, found] of [
    ["the group and what descends from it", { pid: 10, processStart: "then" }, [
      line(10, 9, 10),
      line(11, 10, 10),
      line(12, 11, 12),
      line(13, 1, 10),
      line(20, 1, 20),
    ], [10, 11, 12, 13]],
    ["the group whose leader has ended", { pid: 10, processStart: "then" }, [line(13, 1, 10)], [
      13,
    ]],
    ["nobody when the pid is another process by now", { pid: 10, processStart: "then" }, [
      line(10, 1, 10, "later"),
      line(11, 10, 10),
    ], []],
    ["nobody when nothing was recorded", null, [line(10, 1, 10)], []],
  ] as const
) {
  Deno.test(`openPsFinder() finds ${title}`, async () => {
    await using finder = openPsFinder(() => Promise.resolve(lines));
    assert.deepEqual((await finder.find([{ mark: newMark(), process }])).pids, found);
  });
}

Deno.test("openPsFinder() refuses recorded pids that mean everything", async () => {
  await using finder = openPsFinder();
  for (const pid of [0, 1, -1]) {
    const target = { mark: newMark(), process: { pid, processStart: "then" } };
    await assert.rejects(endAll(finder, [target]), { code: "bad_pid" });
  }
});

psTest("openPsFinder() ends a step, its children and those that ignore SIGTERM", async () => {
  await using finder = openPsFinder();
  for (const name of ["child", "grandchild", "stubborn"]) {
    const started = startChildren(finder, name, { graceMs: 50 });
    const pids = await started.ready;
    started.stop();
    assert.equal((await started.exit).kind, "cancelled");
    for (const pid of pids) assert(!await isAlive(pid), name);
  }
});

psTest("openPsFinder() never signals a recycled pid", async () => {
  await using finder = openPsFinder();
  const innocent = new Deno.Command("setsid", { args: ["sleep", "1000"] }).spawn();
  const process = { pid: innocent.pid, processStart: "Thu Jan  1 00:00:00 1970" };
  assert.deepEqual((await endAll(finder, [{ mark: newMark(), process }])).signalled, []);
  assert(await isAlive(innocent.pid));
  innocent.kill("SIGKILL");
  await innocent.status;
});
