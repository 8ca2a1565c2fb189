/** What a step came to is the same whether it ran just now, before a resume, or in another run. */
import assert from "node:assert/strict";
import { type Project, projectInProcess as project } from "../../cli.ts";

const SECRET = "hunter2-hunter2";

/** `use` fails until the file `ok` stands in the project; the agent answers with its prompt. */
const FILES = {
  "wave.yaml": `
adapters: { echo: { binary: tools/echo } }
personas: { echo: { adapter: echo } }
`,
  "tools/echo": "#!/bin/sh\ncat\n",
  ".wave/pipelines/p.yaml": `
steps:
  - { id: say, type: command, script: 'echo "{\\"n\\": 42}"' }
  - { id: quiet, type: command, script: "true" }
  - { id: plan, persona: echo, thread: t, exec: { type: prompt, source: the plan } }
  - id: use
    type: command
    dependencies: [plan]
    script: 'echo "n={{ say.output.n }} quiet=[{{ quiet.output }}]"; test -e "$WAVE_PROJECT/ok"'
  - id: build
    persona: echo
    thread: t
    dependencies: [use]
    exec: { type: prompt, source: go on }
`,
};

async function made(files: Record<string, string> = {}): Promise<Project> {
  const place = await project({ ...FILES, ...files });
  await Deno.chmod(`${place.root}/tools/echo`, 0o755);
  return place;
}

async function printed(place: Project, step: string): Promise<string> {
  const args = ["logs", "@latest", "--step", step, "--lines", "all", "--format", "json"];
  const { logs } = (await place.wave(args)).json();
  return (logs as { state: string; message: string }[])
    .flatMap(({ state, message }) => state === "output" ? [message] : []).join("\n");
}

Deno.test("resume still knows what the completed steps printed and answered", async () => {
  await using place = await made();
  assert.equal((await place.wave(["run", "p"])).code, 1);
  await place.write("ok", "");
  const resumed = await place.wave(["resume", "@latest"]);
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal(await printed(place, "use"), "n=42 quiet=[]\nn=42 quiet=[]");
  assert.match(await printed(place, "build"), /What step plan said before\n\nthe plan/);
});

Deno.test("run --from-step knows what the steps of the other run printed and answered", async () => {
  await using place = await made({ ok: "" });
  assert.equal((await place.wave(["run", "p"])).code, 0);
  const again = await place.wave(["run", "p", "--from-step", "use"]);
  assert.equal(again.code, 0, again.stderr);
  assert.equal(await printed(place, "use"), "n=42 quiet=[]");
  assert.match(await printed(place, "build"), /What step plan said before\n\nthe plan/);
});

Deno.test("run --from-step keeps its artifacts when the other run is cleaned", async () => {
  const pipeline = `
steps:
  - { id: one, type: command, script: echo 1 > f, output_artifacts: [{ name: f, path: f }] }
  - id: each
    type: command
    iterate: { over: "[7]" }
    script: echo {{ item }} > i
    output_artifacts: [{ name: i, path: i }]
  - { id: two, type: command, script: "echo {{ one.output }} {{ each.output }}" }
`;
  await using place = await project({ ".wave/pipelines/p.yaml": pipeline });
  assert.equal((await place.wave(["run", "p"])).code, 0);
  const [first = ""] = (await place.wave(["list", "runs", "-q"])).stdout.split("\n");
  assert.equal((await place.wave(["run", "p", "--from-step", "two"])).code, 0);
  assert.equal((await place.wave(["clean", first, "--force"])).code, 0);
  const checked = await place.wave(["artifacts", "@latest", "--verify", "--format", "json"]);
  assert.equal(checked.code, 0, checked.stderr);
  const { artifacts } = checked.json();
  assert.deepEqual(
    (artifacts as { name: string; state: string }[]).map(({ name, state }) => `${name} ${state}`),
    ["f ok", "collected-output ok", "i-0 ok"],
  );
  const again = await place.wave(["run", "p", "--from-step", "two"]);
  assert.equal(again.code, 0, again.stderr);
});

Deno.test("resume says what it cannot know, and changes no value silently", async () => {
  await using place = await made({
    ".wave/pipelines/p.yaml": `
steps:
  - { id: say, type: command, script: "echo ${SECRET}" }
  - { id: use, type: command, script: 'echo {{ say.output }}; test -e "$WAVE_PROJECT/ok"' }
`,
  });
  const env = { MY_SECRET: SECRET };
  assert.equal((await place.wave(["run", "p"], { env })).code, 1);
  const saved = await Array.fromAsync(Deno.readDir(`${place.root}/.wave/workspaces`));
  const said = `${place.root}/.wave/workspaces/${saved[0]?.name}/.said/say`;
  assert.equal(await Deno.readTextFile(said), "");
  await place.write("ok", "");
  const resumed = await place.wave(["resume", "@latest"], { env });
  assert.equal(resumed.code, 1);
  assert.match(resumed.stderr, /what step say printed is not known/);
  assert.equal((await place.wave(["resume", "@latest", "--from-step", "say"], { env })).code, 0);

  await Deno.remove(`${place.root}/ok`);
  await place.wave(["run", "p"]);
  await Deno.remove(`${place.root}/.wave/workspaces`, { recursive: true });
  await place.write("ok", "");
  assert.match((await place.wave(["resume", "@latest"])).stderr, /step say printed is not known/);
});

Deno.test("a long output reaches the step that uses it whole, or not at all", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - { id: long, type: command, script: "seq 1 9000" }
  - { id: use, type: command, script: 'printf "%s" {{ long.output }} | cksum' }
  - { id: longer, type: command, script: "seq 1 200000" }
  - id: misuse
    type: command
    optional: true
    script: echo {{ longer.output }}
  - { id: each, type: command, iterate: { over: "[1]" }, script: "seq 1 200000" }
  - { id: list, type: command, script: "printf '%s' {{ each.output }}" }
`,
  });
  const ran = await place.wave(["run", "p"]);
  assert.equal(ran.code, 0, ran.stderr);
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", 'printf "%s" "$(seq 1 9000)" | cksum'],
  }).output();
  assert.equal(await printed(place, "use"), new TextDecoder().decode(stdout).trim());
  assert.match(ran.stdout, /failed +misuse .*what step longer printed is not known/);
  assert.match(ran.stdout, /warning +each item 1 printed too much/);
  assert.equal(await printed(place, "list"), "[\n  null\n]");
});

Deno.test("run --from-step takes the input of the run that it reuses, unless it is given another", async () => {
  const pipeline = `
steps:
  - { id: one, type: command, script: echo {{ input }} }
  - { id: two, type: command, dependencies: [one], script: 'echo "two: {{ input }}"' }
`.replaceAll("script: echo {{ input }}", "script: 'echo {{ input }}'");
  await using place = await project({ ".wave/pipelines/p.yaml": pipeline });
  await place.wave(["run", "p", "the task"]);
  assert.equal((await place.wave(["run", "p", "--from-step", "two"])).code, 0);
  assert.equal(await printed(place, "two"), "two: the task");
  assert.equal((await place.wave(["run", "p", "", "--from-step", "two"])).code, 0);
  assert.equal(await printed(place, "two"), "two: ");
  const env = { MY_SECRET: SECRET };
  await place.wave(["run", "p", SECRET], { env });
  const refused = await place.wave(["run", "p", "--from-step", "two"], { env });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /its input held a secret/);
});

Deno.test("run --from-step builds on no results of the mock, unless it is a mock itself", async () => {
  await using place = await made({ ok: "" });
  assert.equal((await place.wave(["run", "p", "--mock"])).code, 0);
  const refused = await place.wave(["run", "p", "--from-step", "build"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /ran on the mock adapter/);
  assert.equal((await place.wave(["run", "p", "--from-step", "build", "--mock"])).code, 0);
  assert.equal((await place.wave(["run", "p"])).code, 0);
  const real = (await place.wave(["list", "runs", "-q", "--limit", "1"])).stdout.trim();
  await place.wave(["run", "p", "--mock"]);
  const again = await place.wave(["run", "p", "--from-step", "build"]);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, new RegExp(`reused from ${real}`));
});

Deno.test("an artifact that a later attempt did not make is no longer the step's", async () => {
  const pipeline = `
steps:
  - id: make
    type: command
    script: 'echo 1 > always; test -e "$WAVE_PROJECT/second" || echo 1 > once'
    output_artifacts:
      - { name: always, path: always }
      - { name: once, path: once, required: false }
  - id: use
    type: command
    dependencies: [make]
    memory:
      inject_artifacts:
        - { step: make, artifact: once, optional: true }
        - { step: make, artifact: always }
    script: ls artifacts; exit 1
`;
  await using place = await project({ ".wave/pipelines/p.yaml": pipeline });
  const listed = async () => {
    const { artifacts } = (await place.wave(["artifacts", "--format", "json"])).json();
    return (artifacts as { name: string }[]).map(({ name }) => name);
  };
  await place.wave(["run", "p"]);
  assert.deepEqual(await listed(), ["always", "once"]);
  await place.write("second", "");
  await place.wave(["resume", "@latest", "--from-step", "make"]);
  assert.deepEqual(await listed(), ["always"]);
  await place.wave(["resume", "@latest"]);
  assert.equal(await printed(place, "use"), "always\nonce\nalways\nalways");
  await Deno.remove(`${place.root}/.wave/state.db`);
  assert.deepEqual(await listed(), ["always"]);
});
