/** Variables of pipelines and steps, and files of them, in the whole program. */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";
import { ended, entriesOf, latest, runsOf } from "./observe.ts";

const AGENT = `#!/bin/sh
cat > /dev/null
env > env.txt
`;

const MANIFEST = `
metadata: { name: t }
adapters: { own: { binary: tools/agent } }
personas: { writer: { adapter: own } }
`;

const OUT = "output_artifacts: [{ name: env, path: env.txt }]";

const PIPELINE = `
env:
  LEVEL: debug
  RUN: "{{ pipeline_id }}"
  API_TOKEN:
steps:
  - id: script
    type: command
    when: test "$LEVEL" = debug
    env: { OWN: "{{ input }}" }
    script: env > env.txt
    ${OUT}
  - id: agent
    persona: writer
    env: [REGION, LEVEL]
    exec: { type: prompt, source: Look. }
    ${OUT}
    handover:
      contract: { type: test_suite, command: 'test "$REGION" = here && test -n "$API_TOKEN"' }
`;

const SECRET = "tok-9f8e7d6c5b4a";

async function place(files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const made = await project({
    "tools/agent": AGENT,
    "wave.yaml": MANIFEST,
    ".wave/pipelines/p.yaml": PIPELINE,
    ...files,
  });
  await Deno.chmod(`${made.root}/tools/agent`, 0o755);
  return made;
}

async function variables(it: Project, step: string): Promise<Map<string, string>> {
  ended(await it.wave(["artifacts", "--export", "out"]));
  const text = await Deno.readTextFile(`${it.root}/out/${step}/env.txt`);
  return new Map(
    text.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

Deno.test("scripts and agents get the variables of their pipeline and step, the step's own first", async () => {
  await using it = await place();
  const env = { API_TOKEN: SECRET, REGION: "here", LEVEL: "from outside", OTHER: "no" };
  ended(await it.wave(["run", "p", "in put"], { env }));
  const { id } = await latest(it);
  const script = await variables(it, "script");
  const shown = (of: Map<string, string>) =>
    ["LEVEL", "RUN", "API_TOKEN", "OWN", "REGION", "OTHER"].map((name) => of.get(name));
  assert.deepEqual(shown(script), ["debug", id, SECRET, "in put", "here", "no"]);
  const agent = await variables(it, "agent");
  assert.deepEqual(shown(agent), ["from outside", id, SECRET, undefined, "here", undefined]);
});

Deno.test("a file gives the variables that are not set, and its secrets are recorded nowhere", async () => {
  const file = `API_TOKEN=${SECRET}\nREGION=here\nPLAIN=x7!vault-word-1\n`;
  await using it = await place({
    ".env": file,
    ".wave/pipelines/q.yaml": `
steps:
  - id: tell
    type: command
    env: [API_TOKEN, PLAIN]
    script: echo "it is $API_TOKEN $PLAIN $REGION"; test -e "$WAVE_PROJECT/go"
`,
  });
  const failed = await it.wave(["run", "q", "-v", "--env-file", ".env"]);
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /it is \[redacted\] \[redacted\] here/);
  const { id } = await latest(it);
  const trace = await Deno.readTextFile(`${it.root}/.wave/traces/trace-${id}.log`);
  assert.doesNotMatch(trace, /tok-9f|vault-word/);

  await it.write("go", "");
  const refused = await it.wave(["resume", id]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /not set: API_TOKEN \(tell\), PLAIN \(tell\)/);
  assert.match(refused.stderr, /hint: .*--env-file/);
  ended(await it.wave(["resume", id, "--env-file", ".env"]));
  ended(await it.wave(["run", "q", "--env-file", ".env", "--detach", "-q"]));
  ended(await it.wave(["wait", "@latest"]));
});

Deno.test("variables that are not set are refused at once, before anything starts", async () => {
  await using it = await place({
    ".wave/pipelines/outer.yaml": `
steps:
  - id: first
    type: command
    env: [FIRST]
    script: "true"
  - id: inner
    pipeline: p
    input: x
`,
  });
  const { code, stdout } = await it.wave(["run", "outer", "--format", "json"]);
  assert.equal(code, 2);
  const { error } = JSON.parse(stdout);
  assert.equal(error.code, "missing_variables");
  for (const told of ["FIRST (first)", "API_TOKEN (p/script, p/agent)", "REGION (p/agent)"]) {
    assert.ok(error.message.includes(told), error.message);
  }
  assert.deepEqual(await runsOf(it, "--all"), []);
});

const BAD: readonly (readonly [string, RegExp])[] = [
  ["nope.env", /Cannot read "nope.env": no such file/i],
  ["bad.env", /Cannot read "bad.env", line 2: it sets no variable/],
];

Deno.test("a file that cannot be read, and a line that is none, are refused with exit code 2", async () => {
  await using it = await place({ "bad.env": "A=1\noops\n" });
  const task = { run: ["run", "p", "in"], do: ["do", "x", "--mock"] };
  for (const args of Object.values(task)) {
    for (const [file, message] of BAD) {
      const result = await it.wave([...args, "--env-file", file]);
      assert.equal(result.code, 2);
      assert.match(result.stderr, message);
    }
  }
  assert.deepEqual(await runsOf(it, "--all"), []);
});

Deno.test("a step whose passed-on variables change runs again, one whose secret changes does not", async () => {
  await using it = await place({ "go": "" });
  const env = { API_TOKEN: SECRET, REGION: "here", LEVEL: "high" };
  ended(await it.wave(["run", "p", "in"], { env }));
  const resume = await it.wave(["resume", "@latest"], {
    env: { ...env, API_TOKEN: "another-1234" },
  });
  assert.match(ended(resume).stderr, /nothing to run again/);
  await it.write(
    ".wave/pipelines/p.yaml",
    PIPELINE.replace("LEVEL: debug", "LEVEL: debug\n  MORE: x"),
  );
  const plan = ended(await it.wave(["resume", "@latest", "--plan"], { env }));
  assert.match(plan.stdout, /script .* run +changed since it ran/);
  assert.ok((await entriesOf(it)).length > 0);
});
