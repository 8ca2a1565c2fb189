import assert from "node:assert/strict";
import { type Finder, NOTHING_FOUND } from "../../../executor/processes/process_finder.ts";
import { openFinder } from "../../../executor/processes/open_finder.ts";
import { describeExit, exitCodeOf } from "../../../executor/processes/exit.ts";
import type { SpawnOptions } from "../../../executor/processes/run_process.ts";
import { isAlive, linuxTest, startMarked } from "./marked.ts";

/** Runs `what` to its end; returns how it ended and what it printed. */
async function run(what: SpawnOptions["what"], more: Partial<SpawnOptions> = {}) {
  await using finder = openFinder();
  const decoder = new TextDecoder();
  let output = "";
  const started = startMarked(finder, what, {
    onOutput: (_stream, bytes) => output += decoder.decode(bytes, { stream: true }),
    ...more,
  });
  const exit = await started.exit;
  return { exit, output, options: started.options };
}

for (
  const [script, kind, code, words] of [
    ["true", "success", 0, "done"],
    ["exit 3", "exit_code", 3, "exit code 3"],
    ["kill -ABRT $$", "signal", null, "ended by SIGABRT"],
    ["no-such-command-here", "exit_code", 127, "exit code 127"],
  ] as const
) {
  Deno.test(`runProcess() of the script ${script} ends as ${kind}`, async () => {
    const { exit } = await run({ script });
    assert.equal(exit.kind, kind);
    assert.equal(exitCodeOf(exit), code);
    assert.equal(describeExit(exit), words);
  });
}

Deno.test("runProcess() hands arguments to a script as they are", async () => {
  const args = [`$(touch /tmp/x)`, "'; exit 9; '", "a\nb", "", "-n"];
  const { exit, output } = await run({ script: `for arg; do printf '<%s>' "$arg"; done`, args });
  assert.equal(exit.kind, "success");
  assert.equal(output, args.map((arg) => `<${arg}>`).join(""));
});

Deno.test("runProcess() gives a program exactly the environment and folder that it is told", async () => {
  const cwd = Deno.realPathSync(Deno.makeTempDirSync());
  const env = { PATH: Deno.env.get("PATH") ?? "", ONLY: "this" };
  const { output } = await run({ program: "env", args: [] }, { env, cwd });
  const names = output.trim().split("\n").map((line) => line.split("=")[0]);
  // A shell on the way may add these.
  assert.deepEqual(
    names.filter((name) => !["PWD", "_", "SHLVL", "OLDPWD"].includes(name ?? "")).sort(),
    [
      "ONLY",
      "PATH",
    ],
  );
  assert.equal((await run({ script: "pwd -P" }, { cwd })).output.trim(), cwd);
  Deno.removeSync(cwd);
});

linuxTest("runProcess() puts a program in a session of its own", async () => {
  const { output } = await run({ script: "cat /proc/$$/stat" });
  const [pid, , , , group, session] = output.split(" ");
  assert.equal(group, pid);
  assert.equal(session, pid);
});

Deno.test("runProcess() names a missing program, a missing folder and a file that is no program", async () => {
  for (
    const [what, more, message] of [
      [{ program: "no-such-agent", args: [] }, {}, /no-such-agent.*not found in PATH/],
      [{ program: "./nothing", args: [] }, {}, /nothing/],
      [{ program: "/etc/passwd", args: [] }, {}, /passwd/],
      [{ script: "true" }, { cwd: "/no/such/folder" }, /./],
      [{ script: "true", args: ["\0"] }, {}, /./],
    ] as const
  ) {
    const { exit } = await run(what, more);
    assert.equal(exit.kind, "spawn_failed");
    assert.match(describeExit(exit), message);
  }
});

Deno.test("runProcess() ends a program at its time limit, even one that ignores SIGTERM", async () => {
  const { exit } = await run(
    { script: "trap '' TERM; while :; do sleep 1000; done" },
    { timeoutMs: 20, graceMs: 20 },
  );
  assert.equal(exit.kind, "timed_out");
  assert.equal(
    describeExit({ ...exit, kind: "timed_out", limitMs: 90_000 }),
    "time limit of 90s reached",
  );
});

Deno.test("runProcess() ends a silent program, and lets one that speaks go on", async () => {
  const silent = await run({ script: "echo once; sleep 1000" }, { silenceMs: 30, graceMs: 20 });
  assert.equal(silent.exit.kind, "silent");
  assert.equal(silent.output, "once\n");
  const speaking = await run(
    { script: "for n in 1 2 3 4 5 6 7 8 9 10; do echo $n; sleep 0.05; done" },
    { silenceMs: 400 },
  );
  assert.equal(speaking.exit.kind, "success");
});

Deno.test("runProcess() starts nothing once it is cancelled", async () => {
  const { exit, output } = await run({ script: "echo started" }, { signal: AbortSignal.abort() });
  assert.equal(exit.kind, "cancelled");
  assert.equal(output, "");
});

Deno.test("runProcess() gives the input and closes it", async () => {
  const input = "line\n".repeat(100_000);
  const { output } = await run({ program: "wc", args: ["-c"] }, { stdin: input });
  assert.equal(Number(output), input.length);
});

Deno.test("runProcess() bears a program that never reads its input", async () => {
  for (const script of ["exit 0", "exec <&-; sleep 0.05", "sleep 1000 & exit 0"]) {
    const { exit } = await run({ script }, { stdin: "x".repeat(1 << 20), graceMs: 20 });
    assert.equal(exit.kind, "success", script);
  }
});

Deno.test("runProcess() keeps the whole lines of the last 2 KiB of stderr", async () => {
  const script = "yes start | head -c 100000 >&2; printf 'the end' >&2";
  const { exit } = await run({ script });
  assert.equal(exit.stderrTail.length, 2048 - "art\n".length + 1);
  assert(exit.stderrTail.endsWith("the end"));
});

Deno.test("runProcess() hands on every byte", async () => {
  const bytes: Uint8Array[] = [];
  const { exit } = await run({ script: "head -c 5000000 /dev/zero; printf end" }, {
    onOutput: (_stream, part) => bytes.push(part),
  });
  assert.equal(exit.kind, "success");
  assert.equal(bytes.reduce((sum, part) => sum + part.length, 0), 5_000_003);
});

Deno.test("runProcess() throws what the output's recorder throws, and leaves nothing", async () => {
  await using finder = openFinder();
  const started = startMarked(finder, { script: "echo $$; while :; do sleep 1000; done" }, {
    onOutput: () => {
      throw new Error("disk full");
    },
  });
  await assert.rejects(started.exit, /disk full/);
  assert.deepEqual((await finder.find([{ mark: started.options.mark }])).pids, []);
});

linuxTest(
  "runProcess() does not wait for a process without marks that holds the output",
  async () => {
    const shed = "ulimit -S -w unlimited 2>/dev/null || ulimit -S -x unlimited; exec sleep 1000";
    const { exit, output } = await run({
      script: `env -i setsid sh -c '${shed}' & echo $!; sleep 0.1`,
    });
    assert.equal(exit.kind, "success");
    assert.equal(exit.outputCut, true);
    const pid = Number(output.trim());
    assert(await isAlive(pid));
    Deno.kill(pid, "SIGKILL");
  },
);

Deno.test("runProcess() ends a program that no search finds by its handle", async () => {
  await using finder = openFinder();
  const blind: Finder = {
    ...{ exact: true, find: () => Promise.resolve(NOTHING_FOUND) },
    signal: () => Promise.resolve(NOTHING_FOUND),
    weakness: () => finder.weakness(),
    processStart: (pid) => finder.processStart(pid),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  let output = "";
  const started = startMarked(
    blind,
    { script: "sleep 2 > /dev/null 2>&1 & wait; echo survived" },
    { timeoutMs: 20, onOutput: (_stream, bytes) => output += new TextDecoder().decode(bytes) },
  );
  assert.equal((await started.exit).kind, "timed_out");
  assert.equal(output, "");
});

Deno.test("runProcess() runs many programs side by side, each with its own end", async () => {
  await using finder = openFinder();
  const exits = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const started = startMarked(finder, { script: `sleep 1000 & exit ${index}` });
      return started.exit;
    }),
  );
  assert.deepEqual(exits.map((exit) => exitCodeOf(exit)), exits.map((_, index) => index));
});
