/** Values on their way to programs, in the whole program. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { ended, latest } from "./observe.ts";

const HOSTILE = "$(touch PWNED) '\"; touch PWNED; \\ `touch PWNED`\n* ";

const BY_ENV = `
steps:
  - id: one
    type: command
    env: { TITLE: "{{ input }}", FIXED: "a  b", BOTH: "<{{ input }}>" }
    script: |
      printf '%s|%s|%s' "$TITLE" "$FIXED" "$BOTH" > out.txt
      test ! -e PWNED
    output_artifacts: [{ name: out, path: out.txt }]
    handover:
      contract: { type: test_suite, command: 'test "$BOTH" = "<$TITLE>" && test -n {{ input }}' }
`;

Deno.test("a step's env hands values to its scripts and test commands, and they are data", async () => {
  await using place = await project({
    "wave.yaml": "metadata: { name: test }\n",
    ".wave/pipelines/p.yaml": BY_ENV,
  });
  ended(await place.wave(["run", "p", "--input", HOSTILE]), 0);
  ended(await place.wave(["artifacts", "--export", "out"]), 0);
  assert.equal(
    Deno.readTextFileSync(`${place.root}/out/one/out.txt`),
    `${HOSTILE}|a  b|<${HOSTILE}>`,
  );
});

Deno.test("runtime.strict_values allows values in no script and no test command", async () => {
  await using place = await project({
    "wave.yaml": "metadata: { name: test }\nruntime: { strict_values: true }\n",
    ".wave/pipelines/p.yaml": BY_ENV,
    ".wave/pipelines/q.yaml": BY_ENV.replace(" && test -n {{ input }}", ""),
  });
  const { stdout } = ended(await place.wave(["validate", "p", "--format", "json"]), 2);
  assert.match(stdout, /"code": ?"strict_values"/);
  assert.match(stdout, /env: \{ NAME/);
  assert.equal((await place.wave(["run", "p", "x"])).code, 2);
  ended(await place.wave(["run", "q", "--input", HOSTILE]), 0);
});

Deno.test("a test command with arguments gets values as arguments, and never as code", async () => {
  const contract = (args: string) => `
steps:
  - id: one
    type: command
    script: "true"
    handover:
      contract: { type: test_suite, command: sh, command_args: ${args} }
`;
  await using place = await project({
    "wave.yaml": "metadata: { name: test }\n",
    ".wave/pipelines/code.yaml": contract(`["-c", "echo {{ input }}"]`),
    ".wave/pipelines/data.yaml": contract(`["-c", 'test "$1" = "$WANTED"', sh, "{{ input }}"]`)
      .replace("script:", `env: { WANTED: "{{ input }}" }\n    script:`),
  });
  const refused = await place.wave(["run", "code", "--input", HOSTILE]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /sh would read it as code/);
  ended(await place.wave(["run", "data", "--input", HOSTILE]), 0);
});

Deno.test("the base of a worktree is no option of git", async () => {
  await using place = await project({
    "wave.yaml": "metadata: { name: test }\n",
    ".wave/pipelines/p.yaml": `
steps:
  - id: one
    type: command
    script: "true"
    workspace: { type: worktree, branch: work, base: "{{ input }}" }
`,
  });
  const git = (...args: string[]) =>
    new Deno.Command("git", {
      args: ["-c", "user.name=a", "-c", "user.email=a@b", ...args],
      cwd: place.root,
    }).output();
  await git("init", "-q");
  await git("commit", "-q", "--allow-empty", "-m", "first");
  const { stderr } = ended(await place.wave(["run", "p", "--input=--lock"]), 1);
  assert.match(stderr, /would be an option of git/);
});

Deno.test("{{ input_file }} brings an input of any length to scripts, test commands, items and inner runs", async () => {
  const long = `é${HOSTILE}`.repeat(6_000);
  await using place = await project({
    "wave.yaml": "metadata: { name: test }\n",
    ".wave/pipelines/p.yaml": `
steps:
  - id: one
    type: command
    env: { FILE: "{{ input_file }}" }
    script: |
      cat {{ input_file }} > out.txt
      stat -c %a "$FILE" "$(dirname "$FILE")" > modes.txt
      echo changed > "$FILE"
    output_artifacts: [{ name: out, path: out.txt }, { name: modes, path: modes.txt }]
    handover:
      contract: { type: test_suite, command: cmp, command_args: ["{{ input_file }}", out.txt] }
  - id: items
    dependencies: [one]
    iterate: { over: '["a", "b"]', mode: parallel }
    type: command
    script: wc -c < {{ input_file }}
  - id: inner
    dependencies: [one]
    pipeline: q
    input: "inner"
`,
    ".wave/pipelines/q.yaml": `
steps:
  - id: same
    type: command
    script: test "$(cat {{ input_file }})" = {{ input }}
`,
  });
  ended(await place.wave(["run", "p", "-"], { stdin: long }), 0);
  ended(await place.wave(["artifacts", "p", "--export", "out"]), 0);
  assert.equal(Deno.readTextFileSync(`${place.root}/out/one/out.txt`), long);
  assert.equal(Deno.readTextFileSync(`${place.root}/out/one/modes.txt`), "600\n700\n");
  ended(await place.wave(["clean", "--all", "--force"]));
  assert.deepEqual([...Deno.readDirSync(`${place.root}/.wave/workspaces`)], []);
});

Deno.test("an input that is too long for a script fails the step, and the reason names {{ input_file }}", async () => {
  const step = (rest: string) => `
steps:
  - id: one
    type: command
    ${rest}
`;
  const many = Array.from({ length: 60 }, (_, at) => `A${at}: "{{ input }}"`).join(", ");
  const contract = `contract: { type: test_suite, command: echo, command_args: ["{{ input }}"] }`;
  await using place = await project({
    "wave.yaml": "metadata: { name: test }\n",
    ".wave/pipelines/a.yaml": step("script: echo {{ input }}"),
    ".wave/pipelines/b.yaml": step(`env: { A: "<{{ input }}>" }\n    script: "true"`),
    // The system's limit for all of them together is most often 2 MiB, and at most 6 MiB.
    ".wave/pipelines/d.yaml": step(`env: { ${many} }\n    script: "true"`),
    ".wave/pipelines/c.yaml": step(`script: "true"\n    handover: { ${contract} }`),
  });
  for (const name of ["a", "b", "c", "d"]) {
    const length = name === "d" ? 120_000 : 300_000;
    ended(await place.wave(["run", name, "-"], { stdin: "x".repeat(length) }), 1);
    const { error_message } = await latest(place);
    assert.match(
      error_message ?? "",
      /(larger than 127 KiB|too large together).*\{\{ input_file \}\}/,
      name,
    );
  }
});

Deno.test("{{ input_file }} of a resumed run holds the secret that --input gives again", async () => {
  const input = "use hunter2-hunter2";
  const env = { MY_SECRET: "hunter2-hunter2" };
  await using place = await project({
    "wave.yaml": "metadata: { name: test }\n",
    ".wave/pipelines/p.yaml": `
steps:
  - id: one
    type: command
    script: |
      test -e "$WAVE_PROJECT/ok" || { rm {{ input_file }}; exit 1; }
      test "$(cat {{ input_file }})" = {{ input }}
`,
  });
  ended(await place.wave(["run", "p", input], { env }), 1);
  await place.write("ok", "");
  ended(await place.wave(["resume", "@latest", "--input", input], { env }), 0);
});
