/** Runs that went on: what was paid for twice, and what was taken for done and was not. */
import { deepEqual, equal, match } from "node:assert/strict";
import type { Project } from "../cli.ts";
import { carriedOver } from "./report.ts";

const RAN = "$WAVE_PROJECT/ran";

/** The steps that ran since it was last asked, in the order in which they began. */
async function takeRan(tmp: Project): Promise<string[]> {
  const path = `${tmp.root}/ran`;
  const steps = (await Deno.readTextFile(path)).trimEnd().split("\n");
  await Deno.remove(path);
  return steps;
}

carriedOver({
  at: [
    "coleam00/Archon#1520",
    "coleam00/Archon#2973",
    "coleam00/Archon#2402",
  ],
  done: "a failed run is resumed several times; a tolerated step succeeds in a later one",
  wave: "what completed stands and is shown as completed, what used the tolerated step runs again",
  files: {
    ".wave/pipelines/p.yaml": `steps:
  - { id: a, type: command, script: 'echo a >> ${RAN}' }
  - { id: optional, type: command, optional: true, script: 'echo optional >> ${RAN}; test -e $WAVE_PROJECT/there' }
  - { id: sum, type: command, dependencies: [a, optional], script: 'echo sum >> ${RAN}' }
  - { id: last, type: command, dependencies: [sum], script: 'echo last >> ${RAN}; test -e $WAVE_PROJECT/mended' }
`,
  },
}, async (tmp) => {
  equal((await tmp.wave(["run", "p", "--max-workers", "1"])).code, 1);
  deepEqual(await takeRan(tmp), ["a", "optional", "sum", "last"]);
  await tmp.write("there", "");
  equal((await tmp.wave(["resume"])).code, 1);
  deepEqual(await takeRan(tmp), ["optional", "sum", "last"]);
  equal((await tmp.wave(["resume"])).code, 1);
  deepEqual(await takeRan(tmp), ["last"]);
  await tmp.write("mended", "");
  equal((await tmp.wave(["resume"])).code, 0);
  deepEqual(await takeRan(tmp), ["last"]);
  const [run] = (await tmp.wave(["status", "@latest", "--format", "json"])).json()
    .pipelines as { steps: { id: string; status: string; attempt: number }[] }[];
  deepEqual(run?.steps.map(({ id, status, attempt }) => [id, status, attempt]), [
    ["a", "completed", 1],
    ["optional", "completed", 2],
    ["sum", "completed", 2],
    ["last", "completed", 4],
  ]);
});

carriedOver({
  at: ["coleam00/Archon#1391", "coleam00/Archon#3154", "nextflow-io/nextflow#4106"],
  done: "what a completed step made is bad; its script is mended, or how the next one is given it",
  wave:
    "the mended step and what uses it run again; a run that failed in its first step resumes, too",
  files: {},
}, async (tmp) => {
  const write = (script: string, as: string) =>
    tmp.write(
      ".wave/pipelines/p.yaml",
      `steps:
  - { id: make, type: command, script: 'echo make >> ${RAN}; ${script}', output_artifacts: [{ name: out, path: out }] }
  - { id: use, type: command, script: 'echo use >> ${RAN}; ls artifacts; grep good artifacts/*',
      memory: { inject_artifacts: [{ step: make, artifact: out, as: ${as} }] } }
  - { id: last, type: command, dependencies: [use], script: 'echo last >> ${RAN}; test -e $WAVE_PROJECT/there' }
`,
    );
  await write("exit 1", "one");
  equal((await tmp.wave(["run", "p"])).code, 1);
  await write("echo bad > out", "one");
  equal((await tmp.wave(["resume"])).code, 1);
  await takeRan(tmp);
  await write("echo good > out", "one");
  equal((await tmp.wave(["resume"])).code, 1);
  deepEqual(await takeRan(tmp), ["make", "use", "last"]);
  await write("echo good > out", "two");
  equal((await tmp.wave(["resume"])).code, 1);
  deepEqual(await takeRan(tmp), ["use", "last"]);
});

carriedOver({
  at: ["coleam00/Archon#1392", "smithersai/smithers#1395"],
  done: "a pipeline that failed is run again, and one with a failed inner run is resumed",
  wave: "run begins a run of its own with all its steps; resume does the failed inner step again",
  files: {
    ".wave/pipelines/inner.yaml":
      `steps: [{ id: work, type: command, script: 'echo work >> ${RAN}; test -e $WAVE_PROJECT/mended' }]\n`,
    ".wave/pipelines/p.yaml": `steps:
  - { id: a, type: command, script: 'echo a >> ${RAN}' }
  - { id: review, pipeline: inner, dependencies: [a] }
`,
  },
}, async (tmp) => {
  for (let run = 0; run < 2; run++) {
    equal((await tmp.wave(["run", "p"])).code, 1);
    deepEqual(await takeRan(tmp), ["a", "work"]);
  }
  await tmp.write("mended", "");
  const resumed = await tmp.wave(["resume"]);
  equal(resumed.code, 0, resumed.stderr);
  deepEqual(await takeRan(tmp), ["work"]);
});

carriedOver({
  at: ["smithersai/smithers#71"],
  done: "a run is killed within a loop and resumed",
  wave: "the step that was at work runs again, then all that was left to do",
  files: {
    ".wave/pipelines/p.yaml": `steps:
  - id: loop
    loop:
      max_iterations: 3
      until: '{{ check.output }}'
      steps:
        - { id: check, type: command, script: 'echo check >> ${RAN}; test -e $WAVE_PROJECT/go || exec sleep 60; printf true' }
  - { id: b, type: command, dependencies: [loop], script: 'echo b >> ${RAN}' }
  - { id: c, type: command, dependencies: [b], script: 'echo c >> ${RAN}' }
`,
  },
}, async (tmp) => {
  {
    await using run = tmp.spawn(["run", "p"]);
    await run.waitForLine(/running +check/);
    run.kill("SIGKILL");
    await run.result();
  }
  await tmp.write("go", "");
  await tmp.write("ran", "");
  const resumed = await tmp.wave(["resume"]);
  equal(resumed.code, 0, resumed.stderr);
  match((await takeRan(tmp)).join(" "), /^ ?check b c$/);
});
