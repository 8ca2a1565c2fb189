/** Whatever becomes of stdout and stderr: the run goes on, its record is whole (contract, section 2). */
import assert from "node:assert/strict";
import { programCommand, type Project, project } from "../cli.ts";
import { WAITING } from "../waiting_pipeline.ts";

const HOLD = decodeURIComponent(
  new URL("../fixtures/hold_nonblocking.mjs", import.meta.url).pathname,
);

/** Prints about 600 KB. */
const CHATTY = `
steps:
  - id: talk
    type: command
    script: |
      i=0
      while [ $i -lt 6000 ]; do
        echo "line $i ${"x".repeat(90)}"
        i=$((i + 1))
      done
`;
const FAILING = `
steps:
  - { id: good, type: command, script: "echo good" }
  - { id: bad, type: command, script: "test -e fixed || test -e $WAVE_PROJECT/fixed", dependencies: [good] }
`;

const files = {
  ".wave/pipelines/two.yaml": WAITING,
  ".wave/pipelines/chatty.yaml": CHATTY,
  ".wave/pipelines/failing.yaml": FAILING,
};

async function statusOf(place: Project): Promise<unknown> {
  const { pipelines } = (await place.wave(["status", "@latest", "--format", "json"])).json();
  return (pipelines as { status: string }[])[0]?.status;
}

Deno.test("a run whose stdout is full is recorded to its end, says so once, and exits as the run does", async (t) => {
  await using place = await project(files);
  const reason = "Cannot write to standard output: its disk is full";
  for (
    const [call, code, status] of [
      ["run chatty", 0, "completed"],
      ["run chatty -v --format json", 0, "completed"],
      ["run failing", 1, "failed"],
      ["run failing --format json", 1, "failed"],
      ["resume @latest", 1, "failed"],
      ["do hello --persona p --mock", 1, "completed"],
    ] as const
  ) {
    await t.step(call, async () => {
      if (call.startsWith("do ")) {
        await place.write(
          "wave.yaml",
          "metadata: { name: t }\npersonas: { p: { adapter: mock } }\n",
        );
      }
      const { code: exit, stderr } = await place.shell(`wave ${call} > /dev/full`);
      assert.deepEqual([exit, await statusOf(place)], [code, status], stderr);
      // The answer of `do` is its result: not having printed it is a failure of the command.
      const full = call.startsWith("do ")
        ? `error: ${reason}`
        : `${reason}; the run goes on: wave logs `;
      assert.equal(stderr.split(full).length - 1, 1, stderr);
      assert.doesNotMatch(stderr, /\bat .*\.ts|wave clean|internal error/);
    });
  }
});

Deno.test("what only reads says that it cannot write, without a stack and without a hint at the project's disk", async (t) => {
  await using place = await project(files);
  await place.wave(["run", "chatty"]);
  for (
    const call of [
      ...["logs", "logs -n all --format json", "logs -f", "status --all", "status @latest"],
      ...["status --format json", "status @latest --watch", "list runs", "list --format json"],
      ...["--help", "run --help", "--version", "schema status", "artifacts --format json"],
      ...["validate", "doctor", "completions bash"],
    ]
  ) {
    await t.step(call, async () => {
      const { code, stderr } = await place.shell(`wave ${call} > /dev/full`);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^error: Cannot write to standard output: its disk is full$/m);
      assert.doesNotMatch(stderr, /\bat .*\.ts|wave clean|internal error/);
    });
  }
});

Deno.test("logs writes each byte once to a pipe that somebody set to non-blocking", async (t) => {
  await using place = await project(files);
  await place.wave(["run", "chatty"]);
  for (const call of ["logs -n all", "logs -n all --format json"]) {
    await t.step(call, async () => {
      // Bash reads byte by byte, so the pipe fills.
      const { code, stderr } = await place.shell(`
        set -e
        wave ${call} > plain 2>/dev/null
        mkfifo held ready
        {
          node '${HOLD}' < held 2> ready &
          exec 7> held
          read -r _ < ready
          wave ${call} 2>/dev/null
          exec 7>&-
          wait
        } | { while IFS= read -r line; do printf '%s\\n' "$line"; done; } > slow
        rm held ready
        cmp plain slow
      `);
      assert.equal(code, 0, stderr);
    });
  }
});

Deno.test("a run does not wait for a reader who has stopped reading", async () => {
  await using place = await project(files);
  const { code, stdout, stderr } = await place.shell(`
    mkfifo go
    { wave run chatty --format json; echo "$?" > code; } | { read -r _ < go; cat > out; } &
    until id=$(wave status --all --limit 1 -q) && [ -n "$id" ]; do :; done
    wave wait "$id"
    wave status "$id" --format json | grep -o '"status":"completed"' | head -1
    echo > go
    wait
    grep -c '"state":"output"' out
    tail -n 1 out | grep -o '"state":"completed"'
    cat code
  `);
  assert.equal(code, 0, stderr);
  const [status, outputs, state, exit] = stdout.trim().split("\n").slice(-4);
  assert.deepEqual([status, state, exit], ['"status":"completed"', '"state":"completed"', "0"]);
  assert(Number(outputs) > 1);
});

Deno.test("a signal ends logs while nobody reads what it prints", async () => {
  await using place = await project(files);
  await place.wave(["run", "chatty"]);
  const [program = "", ...args] = programCommand();
  const child = new Deno.Command(program, {
    args: [...args, "logs", "-n", "all", "--format", "json"],
    cwd: place.root,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGTERM");
  const { code } = await child.status;
  await reader.cancel();
  assert.equal(code, 143);
});

Deno.test("run ends its processes on whatever ends it", async (t) => {
  for (const signal of ["SIGQUIT", "SIGHUP", "SIGUSR1", "SIGXCPU"] as const) {
    await t.step(signal, async () => {
      await using place = await project(files);
      await using run = place.spawn(["run", "two", "-v"]);
      await run.waitForLine(/ waiting$/);
      run.kill(signal);
      const { code } = await run.result();
      assert.deepEqual([code, await statusOf(place)], [143, "cancelled"]);
    });
  }
});

Deno.test("a run that ignores hang-ups, as under nohup, goes on when its terminal closes", async () => {
  await using place = await project(files);
  const { code, stdout, stderr } = await place.shell(`
    trap "" HUP
    mkfifo lines
    wave run two -v > lines &
    pid=$!
    trap - HUP
    exec 7< lines
    while read -r line <&7; do case $line in *" waiting") break ;; esac; done
    kill -HUP $(ps -o pid= --ppid "$pid") "$pid"
    touch go
    cat <&7
    wait "$pid"
  `);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /completed +two/);
});

Deno.test("a run whose terminal is gone is recorded to its end", async (t) => {
  const found = await new Deno.Command("sh", { args: ["-c", "command -v script"] }).output();
  if (!found.success) {
    return console.log("skipped: there is no program `script` to make a terminal");
  }
  for (const option of ["", "--format json"]) {
    await t.step(`run ${option}`, async () => {
      await using place = await project(files);
      // The program that holds the terminal is killed, and everybody in it ignores the hang-up.
      const { code, stderr } = await place.shell(`
        (trap "" HUP; SHELL=$(command -v bash) exec script -qc 'wave run two -v ${option}; echo $? > code' /dev/null) < /dev/null > seen 2>&1 &
        until grep -q "waiting\\|not found" seen; do :; done
        kill -KILL $!
        touch go
        until [ -s code ]; do :; done
        exit "$(cat code)"
      `);
      assert.deepEqual([code, await statusOf(place)], [0, "completed"], stderr);
    });
  }
});
