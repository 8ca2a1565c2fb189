/** A step that does not deliver what it promised, in the whole program. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { attemptsIn, ended, entriesOf, latest, stepsOf } from "./observe.ts";

const FAILING = `
steps:
  - id: write
    type: command
    script: echo '{"count":"many"}' > out.json
    output_artifacts: [{ name: out, path: out.json, type: json }]
    retry: { max_attempts: 2, backoff: fixed, base_delay: 50ms }
    handover:
      contract: { type: json_schema, schema: '{"properties":{"count":{"type":"integer"}}}' }
  - id: use
    type: command
    dependencies: [write]
    script: echo used
  - id: last
    type: command
    dependencies: [use]
    script: echo last
`;

Deno.test("a failed contract is retried, fails the run, and is told by status and logs", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": FAILING });
  const { stdout, stderr } = ended(await place.wave(["run", "p"]), 1);
  assert.match(stdout, /^\[.*\] skipped +use depends on write, which did not complete$/m);
  assert.match(stderr, /^error: p-\S+ failed: step write failed: contract json_schema failed: /);

  const run = await latest(place);
  assert.equal(run.status, "failed");
  assert.deepEqual(stepsOf(run), ["write failed", "use skipped", "last skipped"]);
  const reason =
    "contract json_schema failed: out.json: /count must be integer (in each of 2 attempts)";
  assert.deepEqual([run.steps[0]?.attempt, run.steps[0]?.error_message], [2, reason]);
  assert.equal(run.error_message, `step write failed: ${reason}`);
  const text = ended(await place.wave(["status", run.id])).stdout;
  assert.match(text, /write.*failed.*\/count must be integer/s);

  const errors = ended(await place.wave(["logs", "--errors"])).stdout;
  assert.match(errors, /contract +write .*out\.json: \/count must be integer/);
  assert.match(errors, /failed +write .*contract json_schema failed/);

  const entries = await entriesOf(place);
  assert.deepEqual(attemptsIn(entries), ["write 1", "write 2"]);
  const states = entries.filter(({ step_id }) => step_id === "write").map(({ state }) => state);
  assert.deepEqual(
    states.filter((state) => state !== "tool" && state !== "output"),
    [
      ...["running", "validating", "contract_failed", "retrying"],
      ...["running", "validating", "contract_failed", "failed"],
    ],
  );
});

Deno.test("the next attempt is told why the last one failed", async () => {
  // The agent mends what it is told about, and delivers nothing useful before.
  const agent = `#!/bin/sh
prompt=$(cat)
case "$prompt" in
  *"must be integer"*) echo '{"count":3}' > out.json ;;
  *) echo '{"count":"many"}' > out.json ;;
esac
`;
  await using place = await project({
    "agent.sh": agent,
    "wave.yaml": `
metadata: { name: t }
adapters: { own: { binary: ./agent.sh } }
personas: { writer: { adapter: own } }
`,
    ".wave/pipelines/p.yaml": `
steps:
  - id: write
    persona: writer
    exec: { type: prompt, source: Count. }
    output_artifacts: [{ name: out, path: out.json, type: json }]
    retry: { max_attempts: 3, backoff: fixed, base_delay: 10ms }
    handover:
      contract: { type: json_schema, schema: '{"properties":{"count":{"type":"integer"}}}' }
  - id: use
    type: command
    dependencies: [write]
    script: echo "counted {{ steps.write.artifacts.out.count }}"
`,
  });
  await Deno.chmod(`${place.root}/agent.sh`, 0o755);
  const { stdout } = ended(await place.wave(["run", "p", "-v"]));
  assert.match(stdout, /counted 3$/m);
  assert.deepEqual(attemptsIn(await entriesOf(place)), ["write 1", "write 2", "use 1"]);
});

/** A step whose contract fails, with what follows from `keys`, and a step after it. */
const following = (handover: string, retry: string) => `
steps:
  - id: write
    type: command
    script: echo no > out.txt
    output_artifacts: [{ name: out, path: out.txt }]
    retry: ${retry}
    handover:
      contract: { type: test_suite, command: "grep yes out.txt", ${handover} }
  - id: use
    type: command
    dependencies: [write]
    script: echo used
  - id: mend
    rework_only: true
    type: command
    script: echo yes > mended.txt
    output_artifacts: [{ name: out, path: mended.txt }]
`;

Deno.test("on_failure of a contract and of retry decides what a failure means", async () => {
  const cases: [string, string, number, string[]][] = [
    ["on_failure: fail", "{ max_attempts: 1 }", 1, ["failed", "skipped", "skipped"]],
    ["on_failure: rejected", "{ max_attempts: 3 }", 1, ["failed", "skipped", "skipped"]],
    ["on_failure: warn", "{ max_attempts: 1 }", 0, ["completed", "completed", "skipped"]],
    ["on_failure: continue", "{ max_attempts: 1 }", 0, ["completed", "completed", "skipped"]],
    ["on_failure: skip", "{ max_attempts: 1 }", 0, ["completed", "completed", "skipped"]],
    [
      "on_failure: rework, rework_step: mend",
      "{ max_attempts: 1 }",
      0,
      ["failed", "completed", "completed"],
    ],
    ["on_failure: retry", "{ max_attempts: 1, on_failure: skip }", 0, [
      "skipped",
      "skipped",
      "skipped",
    ]],
    ["on_failure: retry", "{ max_attempts: 1, on_failure: continue }", 0, [
      "failed",
      "completed",
      "skipped",
    ]],
    [
      "on_failure: retry",
      "{ max_attempts: 1, on_failure: rework, rework_step: mend }",
      0,
      ["failed", "completed", "completed"],
    ],
  ];
  const files = cases.map(([handover, retry], index) =>
    [`.wave/pipelines/p${index}.yaml`, following(handover, retry)] as const
  );
  await using place = await project(Object.fromEntries(files));
  await Promise.all(cases.map(async ([handover, retry, code, statuses], index) => {
    const result = await place.wave(["run", `p${index}`]);
    const said = `${handover} ${retry}: ${result.stdout}${result.stderr}`;
    assert.equal(result.code, code, said);
    const id = ended(await place.wave(["status", "-q", "--pipeline", `p${index}`, "--all"])).stdout;
    const run = await latest(place, id.trim());
    assert.deepEqual(run.steps.map(({ status }) => status), statuses, said);
    // A rejection is not tried again.
    if (handover.endsWith("rejected")) assert.match(said, /rejected: contract test_suite/);
    assert.equal(run.steps[0]?.attempt, 1, said);
  }));
});

Deno.test("artifacts stay executable, and those that are links have their declared paths", async () => {
  await using place = await project({
    ".wave/pipelines/links.yaml": `
steps:
  - id: make
    type: command
    script: |
      printf '#!/bin/sh\\necho ran\\n' > tool-7 && chmod +x tool-7
      ln -s tool-7 tool && ln -s tool-7 other
    output_artifacts: [{ name: tool, path: tool }, { name: other, path: other }]
  - id: use
    type: command
    dependencies: [make]
    memory: { inject_artifacts: [{ step: make, artifact: tool, as: tool }] }
    script: artifacts/tool
`,
  });
  const run = await place.wave(["run", "links", "-v"]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /output +use.* ran$/m);
  const { code, stderr } = await place.wave(["artifacts", "--export", "out"]);
  assert.equal(code, 0, stderr);
  for (const name of ["tool", "other"]) {
    const { isSymlink, mode } = await Deno.lstat(`${place.root}/out/make/${name}`);
    assert.equal(isSymlink, false);
    assert.notEqual((mode ?? 0) & 0o100, 0);
  }
});
