import assert from "node:assert/strict";
import { plannedSteps } from "../../../executor/planning/planned_steps.ts";
import { manifest } from "../fixture.ts";
import { TestProject } from "../language/project.ts";

const STEP = `
  - id: a
    type: command
    script: echo hello
    env: { B: two, A: one }
    output_artifacts: [{ name: out, path: out.txt }]
`;

const others = {
  "another script": STEP.replace("hello", "goodbye"),
  "another variable": STEP.replace("one", "three"),
  "a variable called as a limit is": STEP.replace("B: two", "timeoutMs: two"),
  "a condition": `${STEP}    when: test -e file\n`,
  "another artifact": STEP.replace("path: out.txt", "path: out.json"),
  "a space that a backslash keeps": STEP.replace("echo hello", '"echo hello\\\\ "'),
};

const same = {
  "other order of keys": `
  - output_artifacts: [{ path: out.txt, name: out }]
    env: { A: one, B: two }
    script: echo hello
    type: command
    id: a
`,
  "a default written out": `${STEP}    optional: false\n`,
  "a limit of time": `${STEP}    timeout_minutes: 3\n`,
  "a limit of visits": `${STEP}    max_visits: 3\n`,
  "retries": `${STEP}    retry: { max_attempts: 5, base_delay: 1s }\n`,
  "a block instead of a plain text": STEP.replace(
    "script: echo hello",
    "script: |\n      echo hello",
  ),
  "a space at the end": STEP.replace("script: echo hello", 'script: "echo hello "'),
  "a comment": STEP.replace("type: command", "type: command # runs"),
  "another style of a list": STEP.replace(
    "[{ name: out, path: out.txt }]",
    "\n      - name: out\n        path: out.txt",
  ),
};

async function digest(steps: string): Promise<string | null> {
  using project = new TestProject();
  const { pipeline, diagnostics } = project.resolve(
    `metadata: { description: "d" }\nsteps:${steps}`,
  );
  assert(pipeline !== null, JSON.stringify(diagnostics));
  const [first] = await plannedSteps(pipeline, manifest(), project.root);
  assert(first !== undefined);
  return first.digest;
}

for (const [name, steps] of Object.entries(same)) {
  Deno.test(`meaningOf() is not changed by ${name}`, async () => {
    assert.equal(await digest(steps), await digest(STEP));
  });
}

for (const [name, steps] of Object.entries(others)) {
  Deno.test(`meaningOf() is changed by ${name}`, async () => {
    assert.notEqual(await digest(steps), await digest(STEP));
  });
}
