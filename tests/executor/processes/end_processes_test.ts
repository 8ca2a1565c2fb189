import assert from "node:assert/strict";
import { endAll, endAllOrThrow, endedCount } from "../../../executor/processes/end_processes.ts";
import {
  type Finder,
  NOTHING_FOUND,
  type Sighting,
  type Signal,
} from "../../../executor/processes/process_finder.ts";
import { markEnvironment, markOf, newMark } from "../../../executor/processes/process_marker.ts";
import { openFinder } from "../../../executor/processes/open_finder.ts";
import { isAlive, isInstalled, linuxTest, startChildren } from "./marked.ts";

/** `su` asks nobody but root for no password. */
function canChangeUser(): boolean {
  const can = Deno.uid() === 0 && isInstalled("su") && isInstalled("runuser");
  if (!can) console.log("skipped: only root can become another user without a password");
  return can;
}

const LINUX = Deno.build.os === "linux";

for (
  const name of [
    "child",
    "grandchild",
    "stubborn",
    "own_session",
    "double_fork",
    "empty_env",
    "empty_env_double_fork",
    "closed_output",
    "stopped",
    "forks",
    "new_names",
    "new_user",
    "new_user_session",
  ]
) {
  linuxTest(`a forced cancel leaves nothing of: ${name}`, async () => {
    if (name.startsWith("new_user") && !canChangeUser()) return;
    await using finder = openFinder();
    const started = startChildren(finder, name, { graceMs: 50 });
    const pids = await started.ready;
    assert(pids.length > 0);
    for (const pid of pids) assert(await isAlive(pid), `${pid} before`);
    started.stop();
    assert.equal((await started.exit).kind, "cancelled");
    for (const pid of pids) assert(!await isAlive(pid), `${pid} after`);
    assert.deepEqual((await finder.find([{ mark: started.options.mark }])).pids, []);
  });
}

for (const name of ["held_pipe_exit", "stubborn_exit", "daemon_exit"]) {
  linuxTest(`a step that exits leaves nothing of: ${name}`, async () => {
    await using finder = openFinder();
    const started = startChildren(finder, name, { graceMs: 50 });
    const pids = await started.ready;
    const exit = await started.exit;
    assert.equal(exit.kind, "success");
    assert.equal(exit.outputCut, false);
    for (const pid of pids) assert(!await isAlive(pid), `${pid} after`);
  });
}

Deno.test("endAll() ends one of two steps side by side", async () => {
  await using finder = openFinder();
  const one = startChildren(finder, "own_session", { graceMs: 50 });
  const two = startChildren(finder, "own_session", { graceMs: 50 });
  const [ofOne, ofTwo] = await Promise.all([one.ready, two.ready]);
  one.stop();
  await one.exit;
  for (const pid of ofOne) assert(!await isAlive(pid));
  for (const pid of ofTwo) assert(await isAlive(pid));
  two.stop();
  await two.exit;
  for (const pid of ofTwo) assert(!await isAlive(pid));
});

linuxTest("endAll() ends several steps of another process by their recorded nonces", async () => {
  await using finder = openFinder();
  const steps = [
    startChildren(finder, "empty_env"),
    startChildren(finder, "stubborn", { graceMs: 50 }),
  ];
  const pids = (await Promise.all(steps.map((step) => step.ready))).flat();
  {
    await using other = openFinder();
    const targets = steps.map((step) => ({ mark: markOf(step.options.mark.nonce) }));
    assert(endedCount(await endAll(other, targets, { graceMs: 20 })) >= pids.length);
  }
  for (const pid of pids) assert(!await isAlive(pid));
  for (const step of steps) assert.equal((await step.exit).kind, "signal");
});

Deno.test("endAll() leaves alone who merely looks similar", async () => {
  await using finder = openFinder();
  const mark = newMark();
  const environments: Record<string, string>[] = [
    {},
    markEnvironment(newMark(), { runId: "r", stepId: "s", project: "/", workspace: "/" }),
    { NOT_WAVE_NONCE: mark.nonce, NOTE: `WAVE_NONCE=${mark.nonce}` },
    { WAVE_NONCE: `${mark.nonce}0` },
  ];
  const innocents = environments.map((env) =>
    new Deno.Command("sleep", { args: ["1000"], env, stdout: "null", stderr: "null" }).spawn()
  );
  assert.deepEqual((await endAll(finder, [{ mark }])).signalled, []);
  for (const innocent of innocents) {
    assert(await isAlive(innocent.pid));
    innocent.kill("SIGKILL");
    await innocent.status;
  }
});

Deno.test("endAll() finds the processes of an inner wave by the outer nonce", async () => {
  await using finder = openFinder();
  const [outer, inner] = [newMark(), newMark()];
  const place = { runId: "r", stepId: "s", project: "/", workspace: "/" };
  const env = markEnvironment(inner, { ...place, outer: outer.nonce });
  const child = new Deno.Command("sleep", { args: ["1000"], env }).spawn();
  for (const mark of LINUX ? [outer, inner] : []) {
    assert.deepEqual((await finder.find([{ mark }])).pids, [child.pid]);
  }
  if (LINUX) await endAll(finder, [{ mark: outer }]);
  else child.kill();
  assert.equal((await child.status).signal, "SIGTERM");
});

function finderThatSees(sighting: Partial<Sighting>): Finder {
  const seen = { ...NOTHING_FOUND, ...sighting };
  return {
    exact: true,
    find: () => Promise.resolve({ ...seen, refused: [] }),
    signal: () => Promise.resolve(seen),
    weakness: () => Promise.resolve(null),
    processStart: () => Promise.resolve(null),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

for (
  const [title, sighting, code, message] of [
    ["waits in the kernel", { pids: [4711] }, "process_will_not_die", /4711: still there after/],
    [
      "belongs to another user",
      { pids: [4711], refused: [4711] },
      "process_will_not_die",
      /4711: it belongs to another user/,
    ],
    ["cannot be looked for", { blind: true }, "process_search_failed", /there is no \/proc/],
  ] as const
) {
  Deno.test(`endAll() never says that nothing is left of what ${title}`, async () => {
    const finder = finderThatSees(sighting);
    const options = { graceMs: 0, killForMs: 10 };
    const report = await endAll(finder, [{ mark: newMark() }], options);
    assert.notEqual(report.reason, null);
    assert.deepEqual(report.left, "pids" in sighting ? sighting.pids : []);
    const failing = endAllOrThrow(finder, [{ mark: newMark() }], options);
    await assert.rejects(failing, { code, message });
  });
}

Deno.test("endAll() looks three times where new processes vanish all the time, and then says what is not proven", async () => {
  let looks = 0;
  const busy = { ...NOTHING_FOUND, settled: false };
  const finder: Finder = {
    ...finderThatSees({}),
    find: () => (looks++, Promise.resolve(busy)),
    signal: () => (looks++, Promise.resolve(busy)),
  };
  const report = await endAll(finder, [{ mark: newMark() }], { graceMs: 1000 });
  assert.deepEqual([report.left, report.reason, looks], [[], "forks", 3]);
});

Deno.test("endAll() tells what it signalled, when it looked last, and that nothing is left", async () => {
  await using finder = openFinder();
  const started = startChildren(finder, "stubborn", { graceMs: 50 });
  const pids = await started.ready;
  started.stop();
  const { end } = await started.exit;
  assert(end !== null);
  assert.deepEqual([end.left, end.reason], [[], null]);
  assert.deepEqual(end.signalled.map(({ signal }) => signal).slice(0, 2), ["SIGTERM", "SIGKILL"]);
  for (const pid of pids) assert(end.signalled[0]?.pids.includes(pid));
  assert(Math.abs(Date.now() - end.lookedAt) < 60_000);
});

/** A search that finds one process until it gets one of `deadly`, and notes what it was sent. */
function oneProcess(deadly: readonly Signal[]): { finder: Finder; sent: Signal[] } {
  const sent: Signal[] = [];
  const look = () => {
    const alive = !sent.some((signal) => deadly.includes(signal));
    return { ...NOTHING_FOUND, pids: alive ? [4711] : [] };
  };
  const finder: Finder = {
    ...finderThatSees({}),
    find: () => Promise.resolve(look()),
    signal: (signal) => {
      const found = look();
      sent.push(signal);
      return Promise.resolve(found);
    },
  };
  return { finder, sent };
}

Deno.test("endAll() gives processes their grace, and stops what it then kills", async () => {
  const targets = [{ mark: newMark() }];
  const listens = oneProcess(["SIGTERM"]);
  await endAll(listens.finder, targets, { graceMs: 60_000 });
  assert.deepEqual(listens.sent, ["SIGTERM"]);
  const stubborn = oneProcess(["SIGKILL"]);
  const { left, reason } = await endAll(stubborn.finder, targets, { graceMs: 20 });
  assert.deepEqual([left, reason], [[], null]);
  assert.deepEqual(stubborn.sent, ["SIGTERM", "SIGSTOP", "SIGKILL"]);
});

Deno.test("endAll() gives no grace once its signal has aborted", async () => {
  const { finder, sent } = oneProcess(["SIGKILL"]);
  const impatient: Finder = {
    ...finder,
    find: (targets) => {
      assert(sent.includes("SIGKILL"), "it waited");
      return finder.find(targets);
    },
  };
  const options = { graceMs: 60_000, signal: AbortSignal.abort() };
  await endAll(impatient, [{ mark: newMark() }], options);
  assert.deepEqual(sent, ["SIGTERM", "SIGSTOP", "SIGKILL"]);
});
