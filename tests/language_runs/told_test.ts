/** Runs tell what went wrong in them: what was tolerated, which item, what a program said last. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { callProgram } from "../program.ts";
import { ended, entriesOf, latest } from "./observe.ts";

Deno.test("a failed item is named by its value, and has a log of its own", async () => {
  const pipeline = (onFailure: string) => `
steps:
  - id: all
    iterate: { over: '["one", "two", "three"]', mode: parallel, max_concurrent: 3${onFailure} }
    type: command
    script: |
      echo "at $0" {{ item }}
      test {{ item }} != two
`;
  await using place = await project({
    ".wave/pipelines/strict.yaml": pipeline(""),
    ".wave/pipelines/lenient.yaml": pipeline(", on_failure: continue"),
  });
  const strict = ended(await place.wave(["run", "strict"]), 1);
  assert.match(strict.stderr, /step all failed: item 2 of 3 \("two"\) failed: exit code 1/);
  const second = ended(await place.wave(["logs", "--step", "all[2]"])).stdout;
  assert.match(second, /output .*at .* two$/m);
  assert.doesNotMatch(second, / one$| three$/m);
  ended(await place.wave(["logs", "--step", "none[2]"]), 3);

  ended(await place.wave(["run", "lenient"]));
  const run = await latest(place);
  assert.equal(run.status, "completed");
  const errors = ended(await place.wave(["logs", "--errors"])).stdout;
  assert.match(
    errors,
    /warning +all.* tolerated \(on_failure: continue\): item 2 of 3 \("two"\) failed: exit code 1/,
  );
});

Deno.test("a failure carries the last lines of both streams, each marked by its stream", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: test
    type: command
    script: |
      for i in $(seq 30); do echo "line $i"; done
      echo "2 tests failed"
      printf 'progress 10%%\\rprogress 90%%\\n' >&2
      echo "make: *** [all] Error 1" >&2
      exit 2
  - id: lint
    type: command
    script: "sleep 0.3; echo bad style; exit 3"
`,
  });
  const { stderr, stdout } = ended(await place.wave(["run", "p"]), 1);
  const reason = "exit code 2: make: *** [all] Error 1 (stdout: 2 tests failed)";
  assert(stderr.includes(`step test failed: ${reason}`), stderr);
  assert(stderr.includes("; step lint failed: exit code 3 (stdout: bad style)"), stderr);
  const errors = ended(await place.wave(["logs", "--errors"])).stdout;
  for (const text of [stdout, errors]) {
    assert.match(text, /^ +stdout\| 2 tests failed$/m);
    assert.match(text, /^ +stderr\| progress 90%$/m);
    assert.match(text, /^ +stderr\| make: /m);
  }
  // Where the output is shown, it is not shown twice.
  assert.doesNotMatch(ended(await place.wave(["logs"])).stdout, /stdout\|/);
  const failed = (await entriesOf(place)).find(({ state, step_id }) =>
    state === "failed" && step_id === "test"
  );
  assert.equal((failed?.data?.["last_lines"] as unknown[]).length, 20);
});

Deno.test("what is tried again says why each attempt failed, and who takes over", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: flaky
    type: command
    retry: { max_attempts: 2, base_delay: 1ms, on_failure: rework, rework_step: mend }
    script: |
      test -e "$WAVE_PROJECT/tried" && exit 4
      touch "$WAVE_PROJECT/tried"; exit 3
  - id: mend
    type: command
    rework_only: true
    script: exit 5
`,
  });
  const { stderr } = ended(await place.wave(["run", "p"]), 1);
  const reason = "exit code 4 (attempt 2 of 2; attempt 1: exit code 3)";
  assert(
    stderr.includes(
      `step flaky failed: ${reason}; step mend, which took over, failed: exit code 5`,
    ),
    stderr,
  );
});

Deno.test("a progress bar is seen while it grows, and as a terminal shows it at its end", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - id: load
    type: command
    script: |
      printf '\\r 10%%'; printf '\\r 20%%'
      while ! test -e "$WAVE_PROJECT/go"; do sleep 0.05; done
      printf '\\r 100%%\\n'; printf 'Writing objects: %s' 3.1
`,
  });
  await using run = place.spawn(["run", "p", "-v"]);
  // It has no newline yet.
  await run.waitForLine(/output +load .* 20%$/);
  await Deno.writeTextFile(`${place.root}/go`, "");
  await run.waitForLine(/output +load .* 100%$/);
  await run.waitForLine(/completed +p/);
  const found = ended(await place.wave(["logs", "--grep", "objects: 3.1$"])).stdout;
  assert.match(found, /Writing objects: 3\.1$/m);
  const bytes = (await entriesOf(place)).filter(({ state }) => state === "output");
  assert.deepEqual(bytes.map(({ message }) => message), [
    "\r 10%\r 20%",
    "\r 100%",
    "Writing objects: 3.1",
  ]);
});

Deno.test("a run counts among its warnings that a run within it had some", async () => {
  await using place = await project({
    ".wave/pipelines/inner.yaml": `steps:
  - id: a
    script: "true"
    handover: { contract: { type: test_suite, command: "exit 3", on_failure: warn } }
`,
    ".wave/pipelines/outer.yaml": "steps: [{ id: in, pipeline: inner }]\n",
  });
  const cwd = place.root;
  assert.equal((await callProgram(["run", "outer", "-q"], { cwd })).code, 0);
  const status = await callProgram(["status", "--all", "--format", "json"], { cwd });
  const { pipelines } = JSON.parse(status.stdout);
  const warnings = pipelines.map((
    { pipeline, warnings }: Record<string, unknown>,
  ) => [pipeline, warnings]);
  assert.deepEqual(Object.fromEntries(warnings), { inner: 1, outer: 1 });
  const { stdout } = await callProgram(["logs", "--pipeline", "outer"], { cwd });
  assert.match(stdout, /warning +in pipeline inner: 1 warning \(wave logs inner-\S+ --errors\)/);
});
