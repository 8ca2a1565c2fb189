import assert from "node:assert/strict";
import { project } from "../../cli.ts";
import { seedRuns } from "../../seed.ts";

const START = Date.UTC(2026, 1, 2, 14, 30, 22);

Deno.test("status --format markdown prints a run for the summary of a CI job, and runs as a table", async () => {
  await using place = await project();
  await seedRuns(place.root, [
    {
      id: "debug-1",
      pipeline: "debug",
      status: "failed",
      startedAt: START,
      tookMs: 154_321,
      error: "plan: no file a|b <img src=x>",
      steps: [
        { id: "investigate", persona: "investigator", tokens: [40_000, 5_000] },
        { id: "plan", status: "failed", error: "no file a|b <img src=x>", tokens: [200, 34] },
      ],
    },
    { id: "hello-1", pipeline: "hello", startedAt: START + 1000 },
  ]);
  const markdown = async (...args: string[]) => {
    const { code, stdout } = await place.wave(["status", ...args, "--format", "markdown"]);
    assert.equal(code, 0);
    return stdout;
  };
  assert.equal(
    await markdown("debug-1"),
    `### debug: failed

Run debug-1, 2m 34s, 45k tokens, cost unknown

> plan: no file a\\|b &lt;img src=x\\>

| Step | Persona | Status | Attempt | Elapsed | Tokens | Cost | Error |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
| investigate | investigator | completed | 1 | 2m 34s | 45k | unknown |  |
| plan | - | failed | 1 | 2m 34s | 234 | unknown | no file a\\|b &lt;img src=x\\> |
`,
  );
  assert.equal(
    await markdown("--all"),
    `| Run | Pipeline | Status | Step | Elapsed | Tokens | Cost |
| --- | --- | --- | --- | ---: | ---: | ---: |
| hello-1 | hello | completed | - | 1s | 0 | - |
| debug-1 | debug | failed | plan | 2m 34s | 45k | unknown |
`,
  );
  assert.equal(await markdown(), "Nothing is running.\n");
  assert.equal(await markdown("--pipeline", "none*"), "No run matches.\n");
  const watched = await place.wave(["status", "--watch", "--format=markdown"]);
  assert.deepEqual([watched.code, watched.stdout], [2, ""]);
  assert.match(watched.stderr, /^error: Cannot use --format markdown with --watch\n/);
  // Of the others none has it.
  const refused = await place.wave(["logs", "--format", "markdown"]);
  assert.deepEqual([refused.code, refused.stdout], [2, ""]);
});
