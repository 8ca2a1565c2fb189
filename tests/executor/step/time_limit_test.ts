/** `timeout_minutes` holds for every kind of step. */
import assert from "node:assert/strict";
import { project as cli } from "../../cli.ts";
import { manifest, project, script, step } from "../fixture.ts";

Deno.test("a loop ends at its time limit, with the steps in it and their processes", async () => {
  using it = project();
  const steps = [script("slow", "sleep 100"), script("next", "true", { dependencies: ["slow"] })];
  const result = await it.run([
    step("again", {
      timeoutMs: 100,
      action: { kind: "loop", maxIterations: 3, until: null, onLimit: "fail", steps },
    }),
    script("after", "true", { dependencies: ["again"] }),
  ]);
  assert.equal(result.status, "failed");
  assert.equal(result.message, "step again failed: time limit of 0.1s reached");
  assert.equal(it.of("slow").at(-1)?.state, "cancelled");
  assert.match(it.of("slow").at(-1)?.message ?? "", /time limit of step again/);
  assert.equal(it.of("next").at(-1)?.state, "skipped");
  assert.equal(it.of("after").at(-1)?.message, "depends on again, which did not complete");
});

Deno.test("a step that ended at its time limit is tried again, or let go, like any other", async () => {
  using it = project();
  const steps = [
    script("slow", `[ -e "$WAVE_PROJECT/once" ] || { : > "$WAVE_PROJECT/once"; sleep 100; }`),
  ];
  const result = await it.run([
    step("again", {
      timeoutMs: 300,
      action: { kind: "loop", maxIterations: 3, until: null, onLimit: "fail", steps },
      retry: {
        maxAttempts: 2,
        backoff: "fixed",
        baseDelayMs: 0,
        maxDelayMs: 0,
        onFailure: { kind: "fail" },
      },
    }),
    step("ask", {
      optional: true,
      timeoutMs: 50,
      action: {
        kind: "gate",
        gate: "approval",
        auto: false,
        timeoutMs: null,
        message: "",
        choices: [{ key: "y", label: "Yes", target: { kind: "next" } }],
        defaultChoice: "y",
        freeform: false,
      },
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.of("again").at(-1)?.attempt, 2);
  assert.deepEqual(it.of("ask").slice(-2).map(({ state, message }) => [state, message]), [
    ["failed", "time limit of 0.1s reached"],
    ["warning", "tolerated (optional: true): time limit of 0.1s reached"],
  ]);
});

Deno.test("a cancel while a loop runs is a cancel, whatever the loop's time limit", async () => {
  using it = project();
  const steps = [script("slow", "echo up; sleep 100")];
  const running = it.run([
    step("again", {
      timeoutMs: 60_000,
      action: { kind: "loop", maxIterations: 3, until: null, onLimit: "fail", steps },
    }),
  ]);
  await it.event(({ step_id, state }) => step_id === "slow" && state === "output");
  it.forced.abort();
  assert.equal((await running).status, "cancelled");
  assert.equal(it.of("again").at(-1)?.state, "cancelled");
});

Deno.test("a run within a run ends at the time limit of its step", async () => {
  await using place = await cli({
    ".wave/pipelines/inner.yaml": "steps: [{ id: slow, type: command, script: sleep 100 }]",
    ".wave/pipelines/outer.yaml": `
steps:
  - { id: sub, pipeline: inner, timeout_minutes: 0.005 }
`,
    ".wave/pipelines/branch.yaml": `
steps:
  - { id: sub, branch: { on: x, cases: { x: inner } }, timeout_minutes: 0.005 }
`,
  });
  for (const name of ["outer", "branch"]) {
    const result = await place.wave(["run", name]);
    assert.equal(result.code, 1, result.stderr);
    assert.match(
      result.stderr,
      /step sub failed: pipeline inner failed: the run's time limit of 0.3s is reached/,
    );
  }
});

Deno.test("a step without a time limit of its own has the default one, and 0 is none", async () => {
  using it = project();
  const { runtime } = manifest();
  const limited = manifest({ runtime: { ...runtime, defaultTimeoutMs: 200 } });
  const result = await it.run([script("slow", "sleep 100")], { manifest: limited });
  assert.equal(result.message, "step slow failed: time limit of 0.2s reached");
  using other = project();
  const free = await other.run([script("free", "sleep 0.4", { timeoutMs: 0 })], {
    manifest: limited,
  });
  assert.equal(free.status, "completed", free.message);
});
