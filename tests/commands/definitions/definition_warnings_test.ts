import assert from "node:assert/strict";
import { project } from "../../cli.ts";

const MANIFEST = `adapters: { mock: { binary: mock } }
personas: { p: { adapter: mock, colour: blue } }
`;
const PIPELINE = `steps:
  - id: a
    script: "true"
    needs: [b]
`;

Deno.test("run, do and --dry-run tell on stderr what validate warns of, once each", async (t) => {
  await using made = await project({
    "wave.yaml": MANIFEST,
    ".wave/pipelines/p.yaml": PIPELINE,
    ".wave/pipelines/outer.yaml":
      `steps: [{ id: all, pipeline: p, iterate: { over: [1, 2, 3] } }]\n`,
  });
  const manifest = 'wave.yaml:2:33: wave knows no key "colour" here, and takes no notice of it';
  const pipeline = '.wave/pipelines/p.yaml:4:5: wave knows no key "needs" here, and takes no ' +
    'notice of it (what must have completed is "dependencies")';
  const cases: Record<string, [args: string[], warnings: string[]]> = {
    run: [["run", "p"], [manifest, pipeline]],
    "run, as JSON": [["run", "p", "--format", "json"], [manifest, pipeline]],
    "run --dry-run": [["run", "p", "--dry-run"], [manifest, pipeline]],
    "run --detach": [["run", "p", "--detach"], [manifest, pipeline]],
    "a pipeline within another": [["run", "outer"], [manifest, pipeline]],
    do: [["do", "x", "--mock"], [manifest]],
    resume: [["resume", "@latest", "--plan"], [manifest]],
  };
  for (const [name, [args, warnings]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { code, stderr } = await made.wave(args);
      assert.equal(code, 0, stderr);
      const told = stderr.split("\n").filter((line) => line.startsWith("warning: "));
      assert.deepEqual(told, warnings.map((line) => `warning: ${line}`));
    });
  }
});

Deno.test("a key that is nearly a known one keeps a run from starting", async () => {
  await using made = await project({
    ".wave/pipelines/p.yaml":
      "steps:\n  - { id: a, script: 'true' }\n  - { id: b, script: 'true', dependecies: [a] }\n",
  });
  for (const args of [["run", "p"], ["run", "p", "--dry-run"], ["validate", "p"]]) {
    const { code, stdout, stderr } = await made.wave(args);
    assert.equal(code, 2);
    assert.match(
      stdout + stderr,
      /p\.yaml:3:30: error: there is no key "dependecies" here \(did you mean "dependencies"\?\)/,
    );
  }
});
