/** What one chooses on the command line: agents, steps, answers, and what was run before. */
import assert from "node:assert/strict";
import { type Project, project } from "../../cli.ts";
import { call } from "../../contract/in_process.ts";

const FILES = {
  "wave.yaml": `
adapters:
  echo: { binary: ./agent.sh, default_model: plain }
  other: { binary: ./agent.sh }
personas:
  coder: { adapter: echo, model: defined }
`,
  "agent.sh": "#!/bin/sh\\ncat >/dev/null\\necho done\\n".replaceAll("\\n", "\n"),
  ".wave/pipelines/flow.yaml": `
steps:
  - id: build
    script: echo one > built.txt
    output_artifacts: [{ name: built, path: built.txt, type: text }]
  - { id: lint, dependencies: [build], script: test ! -e "$WAVE_PROJECT/broken" }
  - id: pack
    dependencies: [lint]
    memory: { inject_artifacts: [{ step: build, artifact: built, as: built.txt }] }
    script: cat artifacts/built.txt
  - { id: tell, dependencies: [pack], persona: coder, exec: { type: prompt, source: Tell } }
`,
  ".wave/pipelines/gated.yaml": `
steps:
  - id: ship
    gate:
      type: approval
      message: Ship it?
      choices:
        - { key: no, label: Never, target: fail }
        - { key: yes, label: Ship, target: go }
`,
};

interface Step {
  readonly id: string;
  readonly status: string;
  readonly error_message: string | null;
  readonly attempt: number;
  readonly gate: { readonly choice: string; readonly by: string | null } | null;
}
interface Run {
  readonly id: string;
  readonly status: string;
  readonly mock: boolean;
  readonly options: Record<string, unknown>;
  readonly steps: readonly Step[];
}

async function place(): Promise<Project> {
  const made = await project(FILES);
  await Deno.chmod(`${made.root}/agent.sh`, 0o755);
  return made;
}

async function json(at: Project, ...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await call(at.root, [...args, "--format", "json"]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

async function latest(at: Project): Promise<Run> {
  const { pipelines } = await json(at, "status", "@latest") as { pipelines: readonly Run[] };
  const [run] = pipelines;
  assert.ok(run);
  return run;
}

async function works(at: Project, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await call(at.root, args);
  assert.equal(code, 0, stdout + stderr);
  return stderr;
}

async function codeOf(at: Project, ...args: string[]): Promise<[number, string, string]> {
  const { code, stdout } = await call(at.root, [...args, "--format", "json"]);
  const { error } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  return [code, error.code, `${error.message} | ${error.hint ?? ""}`];
}

const statuses = ({ steps }: Run) =>
  steps.map(({ id, status, error_message: why }) =>
    `${id} ${status}${why === null ? "" : `: ${why}`}`
  );

Deno.test("run --exclude keeps the order of what is left, and skips what was not chosen", async () => {
  await using at = await place();
  await works(at, "run", "flow", "--exclude", "li*,tell");
  assert.deepEqual(statuses(await latest(at)), [
    ...["build completed", "lint skipped: not chosen", "pack completed"],
    "tell skipped: not chosen",
  ]);
  assert.deepEqual((await latest(at)).options, { exclude: ["li*", "tell"] });
});

Deno.test("run --steps takes over the results that the chosen steps need, and refuses without", async () => {
  await using at = await place();
  const [exit, code, told] = await codeOf(at, "run", "flow", "--steps", "pack");
  assert.deepEqual([exit, code], [2, "result_missing"]);
  assert.equal(
    told,
    "Cannot run pack without the result of build: no run completed it (it never ran) | choose it, too: build",
  );
  await works(at, "run", "flow", "--steps", "build");
  const { id } = await latest(at);
  const plan = await json(at, "run", "flow", "--steps", "pack", "--dry-run");
  assert.deepEqual(
    (plan["plan"] as { id: string; action: string }[]).map((one) => `${one.id} ${one.action}`),
    ["build reuse", "lint skip", "pack run", "tell skip"],
  );
  await works(at, "run", "flow", "--steps", "pack");
  const { stdout } = await call(at.root, ["logs", "--step", "build"]);
  assert.match(stdout, new RegExp(`reused from ${id}`));
  assert.deepEqual(statuses(await latest(at)), [
    ...["build completed", "lint skipped: not chosen", "pack completed"],
    "tell skipped: not chosen",
  ]);
});

Deno.test("run refuses choices that are none, before anything is recorded", async () => {
  await using at = await place();
  const cases: [string[], number, string, RegExp][] = [
    [["flow", "--steps", "pakc"], 3, "step_not_found", /did you mean "pack"\?/],
    [["flow", "--exclude", "*"], 2, "nothing_chosen", /none was chosen/],
    [["flow", "--steps", "a,,b"], 2, "bad_value", /expected names of steps/],
    [["flow", "--adapter", "ehco"], 2, "bad_value", /did you mean "echo"\?/],
    [["flow", "--model", "x", "--mock"], 2, "contradicting_options", /mock/],
    [["gated", "--answer", "shop=yes"], 3, "step_not_found", /did you mean "ship"\?/],
    [["gated", "--answer", "ship=maybe"], 2, "bad_value", /one of no, yes/],
    [["gated", "--answer", "ship"], 2, "bad_value", /gate=choice/],
    [[], 2, "missing_argument", /without <pipeline>/],
    [["flow", "--again", "@latest"], 2, "contradicting_options", /--again/],
  ];
  for (const [args, exit, code, told] of cases) {
    const answer = await codeOf(at, "run", ...args);
    assert.deepEqual(answer.slice(0, 2), [exit, code], args.join(" "));
    assert.match(answer[2], told);
  }
  assert.equal((await call(at.root, ["list", "runs", "-q"])).stdout, "");
});

Deno.test("a gate is answered by --auto-approve or --answer, and status says so", async () => {
  await using at = await place();
  await works(at, "run", "gated", "--auto-approve");
  const approved = await latest(at);
  assert.deepEqual(approved.steps[0]?.gate, { choice: "yes", text: null, by: "--auto-approve" });
  assert.match((await call(at.root, ["logs"])).stdout, /answered "Ship" by --auto-approve/);
  const { stdout } = await call(at.root, ["status", approved.id]);
  assert.match(stdout, /Options +--auto-approve\n/);
  assert.match(stdout, /Answered +ship: yes by --auto-approve\n/);
  const refused = await call(at.root, ["run", "gated", "--answer", "ship=no", "--auto-approve"]);
  assert.equal(refused.code, 1);
  assert.deepEqual((await latest(at)).steps[0]?.gate?.by, "--answer");
  // The rule still holds when it is resumed, unless it is given anew.
  await works(at, "resume", "@latest", "--answer", "ship=Ship");
  assert.deepEqual((await latest(at)).steps[0]?.gate?.choice, "yes");
});

Deno.test("--model and --adapter hold for every agent, are recorded, and stay for a resume", async () => {
  await using at = await place();
  await at.write("broken", "");
  const failed = await call(at.root, ["run", "flow", "--model", "opus", "--adapter", "other"]);
  assert.equal(failed.code, 1);
  await Deno.remove(`${at.root}/broken`);
  await works(at, "resume");
  const run = await latest(at);
  assert.deepEqual(run.options, { model: "opus", adapter: "other" });
  const { stdout } = await call(at.root, ["logs", "--step", "tell", "--format", "json"]);
  const { logs } = JSON.parse(stdout) as { logs: { state: string; data: { model?: string } }[] };
  assert.equal(logs.find(({ state }) => state === "running")?.data.model, "opus");
  // What completed keeps its result, whatever is chosen for the rest.
  await works(at, "resume", run.id, "--from-step", "tell", "--model", "haiku");
  const again = await latest(at);
  assert.deepEqual(again.options, { model: "haiku", adapter: "other" });
  assert.deepEqual(again.steps.map(({ attempt }) => attempt), [1, 2, 1, 2]);
});

Deno.test("resume --steps runs these alone, and --mock makes up the rest", async () => {
  await using at = await place();
  await works(at, "run", "flow", "--exclude", "tell");
  const { id } = await latest(at);
  await works(at, "resume", id, "--steps", "lint,tell", "--mock");
  const run = await latest(at);
  assert.deepEqual(run.steps.map(({ attempt }) => attempt), [1, 2, 1, 1]);
  assert.deepEqual([run.status, run.mock, run.options], ["completed", true, {
    steps: ["lint", "tell"],
  }]);
});

Deno.test("run --again does what a run did, and says what has changed since", async () => {
  await using at = await place();
  await works(at, "run", "flow", "the input", "--exclude", "tell", "--max-workers", "2");
  const first = await latest(at);
  const same = await works(at, "run", "--again", "@latest");
  assert.match(
    same,
    new RegExp(`^again what ${first.id} did: nothing in its definition has changed`),
  );
  const second = await latest(at);
  assert.notEqual(second.id, first.id);
  assert.deepEqual(second.options, { ...first.options, again: first.id });
  const source = FILES[".wave/pipelines/flow.yaml"].replace("echo one", "echo two");
  await at.write(".wave/pipelines/flow.yaml", source);
  const told = await works(at, "run", "--again", first.id, "--steps", "build");
  assert.match(told, /changed since then: build\n/);
  assert.deepEqual((await latest(at)).options, {
    ...{ max_workers: 2, steps: ["build"], again: first.id },
  });
});

Deno.test("--manifest takes another file of the project, also when the run is resumed elsewhere", async () => {
  await using at = await place();
  await at.write(
    "ci/agents.yaml",
    FILES["wave.yaml"].replace("default_model: plain", "").replace(
      "adapter: echo, model: defined",
      "adapter: echo, model: of-ci",
    ),
  );
  await at.write("broken", "");
  assert.equal((await call(`${at.root}/ci`, ["run", "flow", "--manifest", "agents.yaml"])).code, 1);
  await Deno.remove(`${at.root}/broken`);
  await works(at, "resume");
  assert.deepEqual((await latest(at)).options, { manifest: "ci/agents.yaml" });
  const { stdout } = await call(at.root, ["logs", "--step", "tell", "--format", "json"]);
  assert.match(stdout, /"model":"of-ci"/);
  const missing = await codeOf(at, "run", "flow", "--manifest", "none.yaml");
  assert.deepEqual(missing.slice(0, 2), [2, "manifest_not_found"]);
  assert.equal((await codeOf(at, "run", "flow", "--manifest", "/etc/passwd"))[1], "bad_value");
});

Deno.test("why tells of no consequence for a step that was not chosen, and of other options", async () => {
  await using at = await place();
  await works(at, "run", "flow");
  await at.write("broken", "");
  const { code } = await call(at.root, ["run", "flow", "--exclude", "tell", "--model", "opus"]);
  assert.equal(code, 1);
  const { consequences, last_completed: before } = await json(at, "why") as {
    consequences: { step_id: string }[];
    last_completed: Record<string, unknown>;
  };
  assert.deepEqual(consequences.map(({ step_id }) => step_id), ["pack"]);
  assert.deepEqual([before["options_before"], before["options_now"]], [{}, {
    ...{ exclude: ["tell"], model: "opus" },
  }]);
  const { stdout } = await call(at.root, ["why"]);
  assert.match(stdout, /--model opus --exclude tell instead of no options/);
});

Deno.test("--dry-run names the hooks of the pipeline and those of the manifest", async () => {
  await using at = await place();
  await at.write(
    "wave.yaml",
    `${FILES["wave.yaml"]}hooks: { failed: "true", completed: "true" }\n`,
  );
  const flow = FILES[".wave/pipelines/flow.yaml"];
  await at.write(".wave/pipelines/flow.yaml", `hooks: { started: "true" }${flow}`);
  const plan = await json(at, "run", "flow", "--dry-run");
  assert.deepEqual([plan["hooks"], plan["manifest_hooks"]], [["started"], [
    "completed",
    "failed",
  ]]);
  const { stdout } = await call(at.root, ["run", "flow", "--dry-run"]);
  assert.match(stdout, /^hooks: started\nhooks of the manifest: completed, failed$/m);
});
