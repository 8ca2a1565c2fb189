import assert from "node:assert/strict";
import { fitLines, MOST_SUMMARY_BYTES } from "../../../commands/execution/github_job.ts";
import { projectInProcess as project } from "../../cli.ts";
import { callProgram } from "../../program.ts";

const FAILING = `steps:
  - { id: look, type: command, script: echo hi }
  - id: plan
    type: command
    dependencies: [look]
    script: |
      echo "100% wrong" >&2
      exit 3
`;
const TOLERANT = `steps:
  - { id: a, type: command, script: exit 3, optional: true }
  - { id: b, type: command, script: echo hi }
`;

async function inJob(files: Record<string, string>) {
  const place = await project({ ...files, "summary.md": "before\n" });
  const summary = `${place.root}/summary.md`;
  const env = {
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: place.root,
    GITHUB_STEP_SUMMARY: summary,
  };
  return {
    place,
    env,
    summary,
    call: (args: string[], more: Record<string, string> = {}) =>
      callProgram(args, { cwd: place.root, env: { ...env, ...more } }),
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]();
    },
  };
}

Deno.test("in a job of GitHub Actions a failed run annotates the step's line, and appends to the summary", async () => {
  await using job = await inJob({ ".wave/pipelines/failing.yaml": FAILING });
  const failed = await job.call(["run", "failing"]);
  assert.equal(failed.code, 1);
  const annotations = failed.stderr.split("\n").filter((line) => line.startsWith("::"));
  assert.equal(annotations.length, 1, failed.stderr);
  assert.match(
    annotations[0] ?? "",
    /^::error file=\.wave\/pipelines\/failing\.yaml,line=3,col=\d+,title=failing%3A plan::.*exit code 3/,
  );
  const text = await Deno.readTextFile(job.summary);
  assert.match(text, /^before\n### failing: failed\n\nRun failing/);
  assert.match(text, /^\| plan \| .*failed/m);

  const resumed = await job.call(["resume", "--format", "json"]);
  assert.equal(resumed.code, 1);
  assert.match(resumed.stderr, /^::error file=/m);
  assert.doesNotMatch(resumed.stdout, /^::/m);
  const both = await Deno.readTextFile(job.summary);
  assert.equal(both.match(/^### failing: failed$/gm)?.length, 2);
});

Deno.test("a failure that was tolerated is a warning; elsewhere, with -q and within a step nothing is told", async () => {
  await using job = await inJob({ ".wave/pipelines/tolerant.yaml": TOLERANT });
  const run = await job.call(["run", "tolerant"]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /^::warning file=.*title=tolerant%3A a::.*exit code 3/m);
  const text = await Deno.readTextFile(job.summary);
  assert.match(text, /### tolerant: completed/);
  for (
    const [args, env] of [
      [["run", "tolerant", "-q"], {}],
      [["run", "tolerant"], { GITHUB_ACTIONS: "" }],
      [["run", "tolerant"], { WAVE_RUN_ID: "other-20260101-000001" }],
    ] as const
  ) {
    const { stderr } = await job.call([...args], env);
    assert.doesNotMatch(stderr, /^::/m);
    assert.equal(await Deno.readTextFile(job.summary), text);
  }
});

Deno.test("what keeps a run from starting is annotated, too", async () => {
  await using job = await inJob({ ".wave/pipelines/broken.yaml": "steps: [{ id: a }]\n" });
  const { code, stderr } = await job.call(["run", "broken"]);
  assert.equal(code, 2);
  assert.match(stderr, /^::error::The pipeline broken is invalid/m);
});

Deno.test("a summary that cannot be written is a warning, and the exit code stays the run's", async () => {
  await using job = await inJob({ ".wave/pipelines/tolerant.yaml": TOLERANT });
  const { code, stderr } = await job.call(["run", "tolerant"], {
    GITHUB_STEP_SUMMARY: `${job.place.root}/no/such/folder`,
  });
  assert.equal(code, 0);
  assert.match(stderr, /^warning: Cannot write the summary of the job: /m);
});

Deno.test("a summary stays below what GitHub takes of one step", async () => {
  await using job = await inJob({ ".wave/pipelines/tolerant.yaml": TOLERANT });
  await Deno.writeTextFile(job.summary, "x".repeat(MOST_SUMMARY_BYTES - 150));
  await job.call(["run", "tolerant"]);
  const { size } = await Deno.stat(job.summary);
  assert.ok(size <= MOST_SUMMARY_BYTES && size > MOST_SUMMARY_BYTES - 150);
  assert.match(await Deno.readTextFile(job.summary), /… and \d+ more lines: wave status tolerant-/);
});

Deno.test("fitLines() keeps whole lines, and says how many are missing", () => {
  const rest = (missing: number) => `+${missing}\n`;
  const cases: [text: string, room: number, expected: string][] = [
    ["a\nb\nc\n", 6, "a\nb\nc\n"],
    ["a\nb\nc\n", 5, "a\n+2\n"],
    ["a\nb\nc\n", 4, "+3\n"],
    ["a\nb\nc\n", 2, ""],
    ["a\nb\nc\n", -1, ""],
    ["ä\nb\n", 5, "ä\nb\n"],
    ["ä\nb\n", 4, "+2\n"],
    ["", 0, ""],
  ];
  for (const [text, room, expected] of cases) assert.equal(fitLines(text, room, rest), expected);
});
