/** Runs that did the wrong thing and ended green, or left something behind when they failed. */
import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { carriedOver, scripts } from "./report.ts";

carriedOver({
  at: ["coleam00/Archon#1381", "microsoft/agent-framework#7496", "ui-insight/vandalizer#602"],
  done: "a step in the middle fails, others complete",
  wave: "the run has failed, with exit code 1, what needs the step is skipped, and resume goes on",
  files: {
    ".wave/pipelines/p.yaml": `steps:
  - { id: first, type: command, script: 'true' }
  - { id: middle, type: command, dependencies: [first], script: 'echo wrong; test -e $WAVE_PROJECT/mended' }
  - { id: last, type: command, dependencies: [middle], script: 'echo {{ middle.output }} > $WAVE_PROJECT/last' }
`,
  },
}, async (tmp) => {
  const run = await tmp.wave(["run", "p"]);
  equal(run.code, 1, run.stdout);
  const [shown] = (await tmp.wave(["status", "@latest", "--format", "json"])).json()
    .pipelines as { status: string; steps: { id: string; status: string }[] }[];
  equal(shown?.status, "failed");
  deepEqual(shown?.steps.map(({ id, status }) => [id, status]), [
    ["first", "completed"],
    ["middle", "failed"],
    ["last", "skipped"],
  ]);
  await tmp.write("mended", "");
  equal((await tmp.wave(["resume"])).code, 0);
  equal(await Deno.readTextFile(`${tmp.root}/last`), "wrong\n");
});

carriedOver({
  at: [
    "F1bonacc1/process-compose#274",
    "F1bonacc1/process-compose#400",
    "aevatarAI/aevatar-station#1489",
  ],
  done: "a step fails at once while others work, and one waits for it",
  wave: "the waiting step never starts, the others end, and so does the run, with nothing left",
  files: {
    ".wave/pipelines/p.yaml": `steps:
  - { id: slow, type: command, script: 'sleep 0.4; touch $WAVE_PROJECT/slow' }
  - { id: bad, type: command, script: 'exit 3' }
  - { id: after, type: command, dependencies: [bad], script: 'touch $WAVE_PROJECT/after' }
`,
  },
}, async (tmp) => {
  const run = await tmp.wave(["run", "p"]);
  equal(run.code, 1);
  match(run.stdout, /skipped +after depends on bad, which did not complete/);
  match(run.stdout, /completed +slow/);
  match(run.stderr, /step bad failed: exit code 3/);
  const names = [...Deno.readDirSync(tmp.root)].map(({ name }) => name);
  equal(names.includes("slow"), true);
  equal(names.includes("after"), false);
});

carriedOver({
  at: [
    "smithersai/smithers#295",
    "anthropics/claude-code#89709",
    "ohdearquant/lionagi#2991",
    "Automattic/wp-codebox#2287",
  ],
  done: "some, then all, of the items of a fan-out fail",
  wave: "the step and the run have failed, and the items are named",
  files: {
    ".wave/pipelines/some.yaml": `steps:
  - id: all
    type: command
    script: test {{ item }} != bad
    iterate: { over: [good, bad, fine], mode: parallel, max_concurrent: 3 }
  - { id: sum, type: command, dependencies: [all], script: 'touch $WAVE_PROJECT/summed' }
`,
    ".wave/pipelines/every.yaml": `steps:
  - id: all
    type: command
    script: exit 127
    iterate: { over: [one, two], mode: parallel, max_concurrent: 2 }
`,
  },
}, async (tmp) => {
  const some = await tmp.wave(["run", "some"]);
  equal(some.code, 1);
  match(some.stderr, /"bad"/);
  const every = await tmp.wave(["run", "every", "--format", "json"]);
  equal(every.code, 1);
  equal([...Deno.readDirSync(tmp.root)].some(({ name }) => name === "summed"), false);
});

carriedOver({
  at: [
    "microsoft/azure-pipelines-yaml#135",
    "appleboy/ssh-action#359",
    "travis-ci/travis-ci#2081",
    "nextstrain/ncov#749",
    "galaxyproject/galaxy#3612",
  ],
  done: "a line of a script fails, or a program in front of a pipe, and the last one succeeds",
  wave:
    "the script is sh's as it is, as documented: its last command decides, set -e ends it before",
  files: {
    ".wave/pipelines/last.yaml": scripts({ lines: "false\ntrue", pipe: "false | cat" }),
    ".wave/pipelines/strict.yaml": scripts({ lines: "set -e\nfalse\ntrue" }),
    ".wave/pipelines/early.yaml": scripts({ lines: "yes | head -n 1" }),
  },
}, async (tmp) => {
  equal((await tmp.wave(["run", "last"])).code, 0);
  equal((await tmp.wave(["run", "early"])).code, 0);
  equal((await tmp.wave(["run", "strict"])).code, 1);
});

carriedOver({
  at: ["microsoft/azure-pipelines-agent#1995", "opensearch-project/agent-health#335"],
  done: "a step exceeds its time limit, and its program ends with 0 when it is told to",
  wave: "the step has failed, and its reason is the limit",
  files: {
    ".wave/pipelines/p.yaml":
      `steps: [{ id: a, type: command, timeout_minutes: 0.005, script: "trap 'exit 0' TERM; sleep 60 & wait" }]\n`,
  },
}, async (tmp) => {
  const run = await tmp.wave(["run", "p"]);
  equal(run.code, 1);
  match(run.stderr, /step a failed: .*(limit|time)/);
  doesNotMatch(run.stderr, /exit code/);
});

carriedOver({
  at: ["smithersai/smithers#65", "smithersai/smithers#87", "dagucloud/dagu#2040"],
  done: "the process of a run is killed, and somebody cancels or resumes it",
  wave: "it is no running run from that moment on, and both settle it",
  files: {
    ".wave/pipelines/p.yaml": scripts({ a: "test -e $WAVE_PROJECT/go || exec sleep 60" }),
  },
}, async (tmp) => {
  for (const command of ["cancel", "resume"]) {
    await using run = tmp.spawn(["run", "p"]);
    await run.waitForLine(/running +a/);
    run.kill("SIGKILL");
    await run.result();
    match((await tmp.wave(["status", "--all"])).stdout, /failed/);
    await tmp.write("go", "");
    const settled = await tmp.wave([command, "@latest"]);
    equal(settled.code, 0, settled.stderr);
    await Deno.remove(`${tmp.root}/go`);
    const [shown] = (await tmp.wave(["status", "@latest", "--format", "json"])).json()
      .pipelines as { status: string; liveness: string }[];
    deepEqual([shown?.liveness, shown?.status === "running"], ["finished", false]);
  }
});

carriedOver({
  at: ["dagucloud/dagu#1305"],
  done: "a failure is let pass, so that a step can clean up, and that one completes last",
  wave: "the run is completed with a warning, which names the step and its failure",
  files: {
    ".wave/pipelines/p.yaml": `steps:
  - { id: work, type: command, optional: true, script: 'exit 2' }
  - { id: release, type: command, dependencies: [work], script: 'true' }
`,
  },
}, async (tmp) => {
  equal((await tmp.wave(["run", "p"])).code, 0);
  match((await tmp.wave(["status", "@latest"])).stdout, /completed \(1 warning\)/);
  match((await tmp.wave(["logs", "--errors"])).stdout, /work .*exit code 2/);
});

carriedOver({
  at: ["wagoodman/bashful#66", "bufbuild/buf#636"],
  done: "more programs are to run at a time than the limit on open files allows",
  wave: "those beyond it wait, all of them run, and a warning says why",
  files: {
    ".wave/pipelines/p.yaml": `steps:
  - id: many
    type: command
    script: echo {{ item }} >> $WAVE_PROJECT/ran
    iterate: { over: [${
      Array.from({ length: 30 }, (_, index) => index).join(", ")
    }], mode: parallel, max_concurrent: 30 }
`,
  },
}, async (tmp) => {
  const run = await tmp.shell("ulimit -n 56; wave run p --max-workers 30");
  equal(run.code, 0, run.stderr);
  match(run.stdout, /warning +many fewer programs run at a time: .*open files/);
  equal((await Deno.readTextFile(`${tmp.root}/ran`)).trimEnd().split("\n").length, 30);
});
