import assert from "node:assert/strict";
import { basename, dirname } from "@std/path";
import { artifact, fakeClock, inject, project, script, step } from "./fixture.ts";

function exists(path: string): boolean {
  return [...Deno.readDirSync(dirname(path))].some(({ name }) => name === basename(path));
}

const times = (
  list: { draft: { state: string; step_id: string | null }; at: number }[],
  id: string,
) => {
  const at = (state: string) =>
    list.find(({ draft }) => draft.step_id === id && draft.state === state)?.at ?? NaN;
  return { from: at("running"), to: at("completed") };
};

Deno.test("execute() runs independent steps at the same time, and dependents after them", async () => {
  using it = project();
  // Each side waits for the other's mark: they end only when they run side by side.
  const meet = (own: string, other: string) =>
    script(
      own,
      `touch "$WAVE_PROJECT/${own}"; until [ -e "$WAVE_PROJECT/${other}" ]; do sleep 0.01; done`,
      {
        dependencies: ["a"],
      },
    );
  const result = await it.run([
    script("a", "true"),
    meet("b", "c"),
    meet("c", "b"),
    script("d", "true", { dependencies: ["b", "c"] }),
    script("e", "true", { dependencies: ["d"] }),
    script("f", "true", { dependencies: ["d"] }),
  ]);
  assert.equal(result.status, "completed");
  const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => times(it.events, id));
  assert.ok(a && b && c && d);
  assert.ok(b.from < c.to && c.from < b.to, "b and c overlap");
  assert.ok(a.to <= b.from && a.to <= c.from && d.from >= b.to && d.from >= c.to);
});

Deno.test("execute() fails the run with a step, skips its dependents and starts nothing more", async () => {
  using it = project();
  const result = await it.run([
    script("a", "echo broken >&2; exit 3"),
    script("b", "true", { dependencies: ["a"] }),
    script("c", "true", { dependencies: ["b"] }),
    script("x", "true"),
  ], { maxWorkers: 1 });
  assert.equal(result.status, "failed");
  assert.equal(result.message, "step a failed: exit code 3: broken");
  assert.deepEqual(it.transitions(), [
    "a running",
    "a failed",
    "b skipped",
    "c skipped",
    "x skipped",
  ]);
  assert.equal(it.of("b").at(-1)?.message, "depends on a, which did not complete");
  assert.equal(it.of("x").at(-1)?.message, "not started: step a failed");
});

Deno.test("execute() goes on after a failure that the step tolerates", async () => {
  const table = [
    { parts: { optional: true }, rule: "optional: true", state: "failed", dependent: "completed" },
    {
      onFailure: "continue" as const,
      rule: "retry.on_failure: continue",
      state: "failed",
      dependent: "completed",
    },
    {
      onFailure: "skip" as const,
      rule: "retry.on_failure: skip",
      state: "skipped",
      dependent: "skipped",
    },
  ];
  for (const { parts = {}, onFailure, rule, state, dependent } of table) {
    using it = project();
    const retry = { ...step("x").retry, onFailure: { kind: onFailure ?? "fail" } as const };
    const result = await it.run([
      script("a", "exit 1", { retry, ...parts }),
      script("b", "true", { dependencies: ["a"] }),
      script("x", "true"),
    ]);
    assert.equal(result.status, "completed");
    const ends = ["a", "b", "x"].map((id) =>
      it.of(id).findLast((event) => event.state !== "warning")?.state
    );
    assert.deepEqual(ends, [state, dependent, "completed"]);
    const warnings = it.of("a").filter((event) => event.state === "warning");
    assert.deepEqual(warnings.map(({ level, message }) => [level, message]), [
      ["error", `tolerated (${rule}): exit code 1`],
    ]);
  }
});

Deno.test("execute() skips a step that needs an artifact of a step whose failure was tolerated", async () => {
  using it = project();
  const result = await it.run([
    script("a", "exit 1", { optional: true, outputArtifacts: [artifact("out.txt", "out")] }),
    script("b", "cat artifacts/out", {
      dependencies: ["a"],
      injectArtifacts: [inject("a", "out")],
    }),
  ]);
  assert.equal(result.status, "completed");
  assert.equal(it.of("b").at(-1)?.message, "needs out of a, which failed");
});

Deno.test("execute() tries again with backoff, in a workspace of its own each time", async () => {
  using it = project();
  const { clock, delays } = fakeClock();
  const retry = {
    ...step("a").retry,
    maxAttempts: 4,
    backoff: "exponential" as const,
    baseDelayMs: 1000,
    maxDelayMs: 3000,
  };
  const text = 'echo x >> "$WAVE_PROJECT/tries"; [ $(wc -l < "$WAVE_PROJECT/tries") -ge 4 ]';
  const result = await it.run([script("a", text, { retry })], { clock });
  assert.equal(result.status, "completed");
  assert.deepEqual(delays, [1000, 2000, 3000]);
  assert.deepEqual(
    it.of("a").filter(({ state }) => state === "running").map((draft) =>
      draft.state === "running" && "workspace" in draft.data ? draft.data.workspace : null
    ),
    ["a", "a.2", "a.3", "a.4"].map((name) => `.wave/workspaces/test-run/${name}`),
  );
  const mode = Deno.statSync(`${it.root}/.wave/workspaces/test-run/a.2`).mode ?? 0;
  assert.equal(mode & 0o777, 0o700);
});

Deno.test("execute() lets a graceful cancel finish what runs and starts nothing more", async () => {
  using it = project();
  const running = it.run([
    script(
      "a",
      'touch "$WAVE_PROJECT/up"; until [ -e "$WAVE_PROJECT/go" ]; do sleep 0.01; done; echo done > out',
      {
        outputArtifacts: [artifact("out")],
      },
    ),
    script("b", "true", { dependencies: ["a"] }),
  ]);
  await it.event(({ step_id, state }) => step_id === "a" && state === "running");
  it.graceful.abort();
  it.graceful.abort();
  it.write("go", "");
  const result = await running;
  assert.equal(result.status, "cancelled");
  assert.deepEqual(it.transitions(), ["a running", "a completed", "b skipped"]);
  assert.equal(it.events.filter(({ draft }) => draft.state === "cancelling").length, 1);
  assert.equal(it.of("b").at(-1)?.message, "not started: the run was cancelled");
});

Deno.test("execute() says of a cancelled run what the cancel kept from starting, and nothing else", async () => {
  using it = project();
  const skip = { ...step("x").retry, onFailure: { kind: "skip" } as const };
  const running = it.run([
    script("unmet", "true", { when: "false" }),
    script("flaky", "exit 7", { retry: skip }),
    script("shown", "true", { dependencies: ["flaky"] }),
    script("a", 'until [ -e "$WAVE_PROJECT/go" ]; do sleep 0.01; done', {
      dependencies: ["unmet"],
    }),
    script("b", "true", { dependencies: ["a"] }),
    script("c", "true", { dependencies: ["b"] }),
    script("mend", "true", { reworkOnly: true }),
  ]);
  await it.event(({ step_id, state }) => step_id === "a" && state === "running");
  await it.event(({ step_id, state }) => step_id === "shown" && state === "skipped");
  it.graceful.abort();
  it.write("go", "");
  assert.equal((await running).message, "the run was cancelled; not started: b, c");
});

Deno.test("execute() keeps the result of a run with nothing left to start", async () => {
  for (const [end, status] of [["true", "completed"], ["false", "failed"]] as const) {
    using it = project();
    const running = it.run([
      script("a", `until [ -e "$WAVE_PROJECT/go" ]; do sleep 0.01; done; ${end}`),
    ]);
    await it.event(({ state }) => state === "running");
    it.graceful.abort();
    it.write("go", "");
    assert.equal((await running).status, status);
  }
});

Deno.test("execute() ends the wait for another attempt on a graceful cancel", async () => {
  using it = project();
  const { clock } = fakeClock((ms) => ms === 60_000);
  const retry = { ...step("a").retry, maxAttempts: 2, baseDelayMs: 60_000, maxDelayMs: 60_000 };
  const running = it.run([script("a", "exit 7", { retry })], { clock });
  await it.event(({ state }) => state === "retrying");
  it.graceful.abort();
  assert.equal((await running).status, "cancelled");
  assert.deepEqual(it.transitions(), ["a running", "a retrying", "a cancelled"]);
  assert.match(it.of("a").at(-1)?.message ?? "", /cancelled; the last attempt failed: exit code 7/);
});

Deno.test("execute() ends all processes on a forced cancel, and keeps what was written", async () => {
  using it = project();
  const running = it.run([
    script(
      "a",
      "trap '' TERM; echo part > part; (setsid sleep 100 &) ; while :; do sleep 0.1; done",
    ),
    script("b", "true", { dependencies: ["a"] }),
  ]);
  await it.event(({ step_id, state }) => step_id === "a" && state === "running");
  const file = ".wave/workspaces/test-run/a/part";
  using watcher = Deno.watchFs(it.root);
  while (!exists(`${it.root}/${file}`)) await watcher[Symbol.asyncIterator]().next();
  it.graceful.abort();
  it.forced.abort();
  const result = await running;
  assert.equal(result.status, "cancelled");
  assert.deepEqual(it.transitions(), ["a running", "a cancelled", "b skipped"]);
  assert.equal(it.read(file), "part\n");
  assert.deepEqual(
    it.events.filter(({ draft }) => draft.state === "cancelling").map(({ draft }) => draft.data),
    [{ force: false }, { force: true }],
  );
});

Deno.test("execute() calls a step cancelled that fails because of a forced stop", async () => {
  using it = project();
  const transitions: string[] = [];
  const mounts = [{ source: "nowhere", target: "at", mode: "readonly", subsetFrom: null }] as const;
  const result = await it.run([script("a", "true", { workspace: { kind: "folder", mounts } })], {
    emit({ step_id, state }) {
      if (step_id === "a") transitions.push(state);
      if (state === "running" && step_id === "a") it.forced.abort();
    },
  });
  assert.deepEqual([result.status, transitions], ["cancelled", ["running", "cancelled"]]);
});

Deno.test("execute() tells only of the force of a cancel that is forced from the start", async () => {
  using it = project();
  const running = it.run([script("a", "sleep 100")]);
  await it.event(({ step_id, state }) => step_id === "a" && state === "running");
  it.forced.abort();
  it.graceful.abort();
  assert.equal((await running).status, "cancelled");
  assert.deepEqual(
    it.events.filter(({ draft }) => draft.state === "cancelling").map(({ draft }) => draft.data),
    [{ force: true }],
  );
});

Deno.test("execute() fails a step at its time limit, and a run at its own", async () => {
  using first = project();
  const step = await first.run([script("a", "sleep 100", { timeoutMs: 100 })]);
  assert.match(step.message, /^step a failed: time limit of 0.1s reached/);
  using second = project();
  const run = await second.run([
    script("a", "sleep 100"),
    script("b", "true", { dependencies: ["a"] }),
  ], {
    timeoutMs: 100,
  });
  assert.equal(run.status, "failed");
  assert.equal(run.message, "the run's time limit of 0.1s is reached");
});

Deno.test("execute() never executes shell text of an input", async () => {
  using it = project();
  const input = `'; touch "$WAVE_PROJECT/owned"; $(touch owned) \`touch owned\` "`;
  const result = await it.run([
    script(
      "a",
      `printf '%s' {{ input }} > one; printf '%s' "{{ input }}" > two; printf '%s' '{{ input }}' > three`,
    ),
  ], { input });
  assert.equal(result.status, "completed");
  for (const name of ["one", "two", "three"]) {
    assert.equal(it.read(`.wave/workspaces/test-run/a/${name}`), input);
  }
  assert.deepEqual([...Deno.readDirSync(it.root)].map(({ name }) => name), [".wave"]);
});

Deno.test("execute() runs a script that asks for bash with it", async () => {
  const table: [string, string][] = [
    ["#!/usr/bin/env bash\necho ${BASH_VERSION:+bash} > out", "bash\n"],
    ["set -euo pipefail\necho ${BASH_VERSION:+bash} > out", "bash\n"],
    ["echo ${BASH_VERSION:+bash}sh > out # no pipefail", "sh\n"],
  ];
  for (const [text, expected] of table) {
    using it = project();
    const result = await it.run([script("a", text)]);
    assert.equal(result.status, "completed", result.message);
    assert.equal(it.read(".wave/workspaces/test-run/a/out"), expected);
  }
});

Deno.test("execute() hands artifacts on, with size and hash", async () => {
  using it = project();
  const result = await it.run([
    script("a", "mkdir out; printf hello > out/one.txt", {
      outputArtifacts: [artifact("out/one.txt", "one"), {
        ...artifact("no", "no"),
        required: false,
      }],
    }),
    script("b", "test ! -e out && cat artifacts/first artifacts/first > both", {
      dependencies: ["a"],
      injectArtifacts: [inject("a", "one", "first")],
      outputArtifacts: [artifact("both"), { ...artifact("said.txt", "said"), source: "stdout" }],
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read(".wave/workspaces/test-run/b/both"), "hellohello");
  const [one] = it.events.flatMap(({ draft }) =>
    draft.state === "artifact" ? [draft.data.artifact] : []
  );
  assert.equal(one?.size_bytes, 5);
  assert.equal(one?.path, ".wave/workspaces/test-run/a/out/one.txt");
  assert.equal(one?.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  assert.deepEqual(result.artifacts.map(({ name }) => name), ["one", "both", "said"]);
});

Deno.test("execute() fails a step whose artifact is missing or outside its workspace", async () => {
  const table: [string, string, RegExp][] = [
    ["true", "out.txt", /declared artifact is missing: out.txt/],
    ["true", "../../../../wave.yaml", /not inside the workspace/],
    ["true", "/etc/passwd", /not inside the workspace/],
    ["ln -s /etc/passwd out.txt", "out.txt", /not inside the workspace/],
    ["ln -s /etc out", "out/passwd", /not inside the workspace/],
    ["mkdir out.txt", "out.txt", /is not a file/],
  ];
  for (const [text, path, expected] of table) {
    using it = project();
    const result = await it.run([
      script("a", text, { outputArtifacts: [artifact(path, "out.txt")] }),
    ]);
    assert.equal(result.status, "failed");
    assert.match(result.message, expected);
  }
});

Deno.test("execute() stops the run when an event cannot be recorded", async () => {
  using it = project();
  let count = 0;
  const running = it.run([script("a", "true"), script("b", "true", { dependencies: ["a"] })], {
    emit: () => {
      if (++count > 1) throw new Error("disk full");
    },
  });
  await assert.rejects(running, /disk full/);
});

Deno.test("execute() reuses completed steps of another run and says so", async () => {
  using it = project();
  const steps = [
    script("a", "echo one > out", { outputArtifacts: [artifact("out")] }),
    script("b", "cat artifacts/out", {
      dependencies: ["a"],
      injectArtifacts: [inject("a", "out")],
    }),
  ];
  const first = await it.run(steps);
  const data = first.artifacts.map((each) => each.data);
  it.events.length = 0;
  const reused = new Map([["a", {
    workspace: ".wave/workspaces/test-run/a",
    artifacts: data,
    fromRun: "test-run",
  }]]);
  const second = await it.run(steps, { runId: "second", reused });
  assert.equal(second.status, "completed");
  assert.deepEqual(it.transitions(), ["a completed", "b running", "b completed"]);
  assert.equal(it.of("a").at(-1)?.message, "reused from test-run");
});

for (const shape of ["chain", "fan"] as const) {
  Deno.test(`execute() runs a ${shape} of 500 steps in order`, async () => {
    using it = project();
    const steps = Array.from({ length: 500 }, (_, index) =>
      step(`s${index}`, {
        dependencies: index === 0 ? [] : [shape === "chain" ? `s${index - 1}` : "s0"],
      }));
    const result = await it.run(steps);
    assert.equal(result.status, "completed");
    const order = it.events.filter(({ draft }) => draft.state === "running").map(({ draft }) =>
      draft.step_id
    );
    assert.deepEqual(order, steps.map(({ id }) => id));
  });
}
