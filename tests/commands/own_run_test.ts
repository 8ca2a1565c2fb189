import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { programCommand } from "../start_program.ts";

/** The program, as words of a script. */
const WAVE = programCommand().map((word) => `'${word}'`).join(" ");

const SELF = `
steps:
  - id: self
    type: command
    script: |
      ${WAVE} cancel --format json; echo "own $?"
      ${WAVE} cancel "$WAVE_RUN_ID" --force; echo "own $?"
      ${WAVE} resume "$WAVE_RUN_ID"; echo "own $?"
      ${WAVE} run inner -v
      ${WAVE} cancel "$WAVE_RUN_ID" --allow-self -q; echo "meant $?"
  - id: after
    type: command
    dependencies: [self]
    script: echo never
`;
const INNER = `
steps:
  - id: try
    type: command
    script: |
      ${WAVE} cancel --pipeline self; echo "outer $?"
`;

Deno.test("a step can cancel or resume its own run, or one around it, only if that is meant", async () => {
  await using place = await project({
    ".wave/pipelines/self.yaml": SELF,
    ".wave/pipelines/inner.yaml": INNER,
  });
  const { stdout, stderr, code } = await place.wave(["run", "self", "-v"]);
  assert.equal(stdout.match(/own 1$/gm)?.length, 3, stdout + stderr);
  assert.match(stdout, /"code":"own_run"/);
  assert.match(stdout, /Cannot cancel self-\S+: this command is a step of it/);
  assert.match(stdout, /outer 1$/m);
  assert.match(stdout, /meant 0$/m);
  assert.match(stdout, /cancelled +self .*cancelled by wave cancel.*not started: after/);
  assert.equal(code, 4, stderr);
});

Deno.test("cancel --all and clean --all spare the run that they are a step of, and say so", async () => {
  await using place = await project({
    ".wave/pipelines/before.yaml": "steps:\n  - { id: a, type: command, script: echo a }\n",
    ".wave/pipelines/self.yaml": `
steps:
  - id: self
    type: command
    script: |
      ${WAVE} clean --all --force; echo "clean $?"
      ${WAVE} cancel --all; echo "cancel $?"
`,
  });
  await place.wave(["run", "before"]);
  const { stdout, stderr, code } = await place.wave(["run", "self", "-v"]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /removed before-\S+/);
  assert.match(stdout, /clean 0$/m);
  assert.match(stdout, /cancel 0$/m);
  assert.equal(stdout.match(/spared self-\S+: this command is a step of it$/gm)?.length, 2, stdout);
});
