/** Conditions of steps in the whole program: in a resume, in a run within a run, and in what is shown. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { ended, entriesOf, latest, runsOf, stepsOf } from "./observe.ts";

const FIX = (when: string) => `
steps:
  - id: classify
    type: command
    script: echo low > urgency.txt
    output_artifacts: [{ name: urgency, path: urgency.txt }]
  - id: fix
    type: command
    when: ${when}
    memory: { inject_artifacts: [{ step: classify, artifact: urgency }] }
    script: echo fixed > fix.txt
    output_artifacts: [{ name: fix, path: fix.txt }]
  - id: check
    type: command
    memory: { inject_artifacts: [{ step: fix, artifact: fix }] }
    script: cat artifacts/fix
  - id: report
    type: command
    dependencies: [check]
    script: test -e "$WAVE_PROJECT/go"
`;

Deno.test("a condition that was not met stands in a resume, until it is another one", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": FIX("grep -q high artifacts/urgency"),
  });
  const first = await place.wave(["run", "p"]);
  assert.equal(first.code, 1);
  assert.match(first.stdout, /skipped +fix .*its condition was not met/);
  const skipped = ["fix skipped", "check skipped"];
  assert.deepEqual(stepsOf(await latest(place)), [
    "classify completed",
    ...skipped,
    "report failed",
  ]);

  const { stdout: plan } = ended(await place.wave(["resume", "@latest", "--plan"]));
  assert.match(plan, /fix .*reuse +skipped: its condition was not met/);
  assert.match(plan, /check .*reuse +skipped: needs fix of fix, whose condition was not met/);
  await place.write("go", "");
  ended(await place.wave(["resume", "@latest"]));
  assert.deepEqual(stepsOf(await latest(place)), [
    "classify completed",
    ...skipped,
    "report completed",
  ]);

  await place.write(".wave/pipelines/p.yaml", FIX("grep -q low artifacts/urgency"));
  const resumed = ended(await place.wave(["resume", "@latest", "-v"]));
  assert.match(resumed.stdout, /output +check fixed/);
  const run = await latest(place);
  assert.deepEqual(
    stepsOf(run),
    ["classify", "fix", "check", "report"].map((id) => `${id} completed`),
  );
  assert.equal(run.steps[1]?.error_message, null);

  await place.write(".wave/pipelines/p.yaml", FIX("grep -q high artifacts/urgency"));
  ended(await place.wave(["resume", "@latest"]));
  assert.deepEqual(stepsOf(await latest(place)), [
    "classify completed",
    ...skipped,
    "report completed",
  ]);
});

Deno.test("run --from-step takes over what a condition decided", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": FIX("false"), "go": "" });
  ended(await place.wave(["run", "p"]));
  const again = ended(await place.wave(["run", "p", "--from-step", "report"]));
  assert.match(again.stdout, /skipped +fix .*its condition was not met/);
  assert.match(again.stdout, /skipped +check .*needs fix of fix, whose condition was not met/);
  assert.deepEqual(stepsOf(await latest(place)).slice(2), ["check skipped", "report completed"]);
});

Deno.test("a run within a run has conditions of its own, and may be left out by one", async () => {
  const outer = (id: string, when: string) => `
  - id: ${id}
    when: ${when}
    pipeline: inner
    input: "{{ input }}"`;
  await using place = await project({
    ".wave/pipelines/inner.yaml": `
steps:
  - id: only
    type: command
    when: "[ {{ input }} = urgent ]"
    script: echo did
  - id: last
    type: command
    dependencies: [only]
    script: echo end`,
    ".wave/pipelines/outer.yaml": `steps:${outer("one", "true")}${outer("two", "false")}`,
  });
  ended(await place.wave(["run", "outer", "later"]));
  const runs = await runsOf(place, "--all");
  assert.deepEqual(runs.map(({ pipeline }) => pipeline).sort(), ["inner", "outer"]);
  const shown = new Map(runs.map((run) => [run.pipeline, stepsOf(run)]));
  assert.deepEqual(shown.get("outer"), ["one completed", "two skipped"]);
  assert.deepEqual(shown.get("inner"), ["only skipped", "last completed"]);
});

Deno.test("why a step did not run stands wherever the run is shown", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": FIX("false") });
  assert.equal((await place.wave(["run", "p"])).code, 1);
  const { id } = await latest(place);
  const reason = /its condition was not met/;
  assert.match(ended(await place.wave(["status", id])).stdout, reason);
  assert.match(ended(await place.wave(["logs", id])).stdout, reason);
  ended(await place.wave(["report", id, "-o", "report.html"]));
  assert.match(await Deno.readTextFile(`${place.root}/report.html`), reason);
  const why = ended(await place.wave(["why", id])).stdout;
  assert.match(why, /report/);
  const [skipped] = (await entriesOf(place)).filter(({ state }) => state === "skipped");
  assert.deepEqual([skipped?.step_id, skipped?.level], ["fix", "info"]);
  const dry = ended(await place.wave(["run", "p", "--dry-run"])).stdout;
  assert.match(dry, /^Step +Kind +Persona +After +When +Action$/m);
  assert.match(dry, /^fix +command +- +classify +false +run$/m);
});
