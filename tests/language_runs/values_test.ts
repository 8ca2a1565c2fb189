/** Values on their way to programs, in the whole program. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { ended } from "./observe.ts";

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
