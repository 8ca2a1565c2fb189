/** Runs that go on along edges. */
import assert from "node:assert/strict";
import { resolvedPipeline as resolved } from "../language/project.ts";
import { project } from "../fixture.ts";

/** Tests fail twice, then pass. */
const FIX = `
steps:
  - id: implement
    script: echo implement >> "$WAVE_PROJECT/log"
  - id: test
    dependencies: [implement]
    script: |
      echo test >> "$WAVE_PROJECT/log"
      [ "$(grep -c test "$WAVE_PROJECT/log")" -gt 2 ] || { echo "1 of 3 red" >&2; exit 1; }
    edges:
      - { target: done, condition: outcome=success }
      - { target: fix }
  - id: fix
    script: echo fix >> "$WAVE_PROJECT/log"
    edges: [{ target: test }]
  - id: done
    dependencies: [test]
    script: echo done >> "$WAVE_PROJECT/log"
`;

interface Case {
  readonly yaml: string;
  /** \`id state\`, besides \`running\`. */
  readonly ends: readonly string[];
  readonly message?: string;
}

const say = (id: string, rest = "") => `  - { id: ${id}, script: "true"${rest} }\n`;
const CHOICE = `steps:
  - { id: sort, script: "echo '{\\"kind\\": \\"KIND\\", \\"urgent\\": true}'", edges: [{ target: fix, condition: context.kind=bug }, { target: build, condition: context.kind=feature }] }
${say("fix", ", dependencies: [sort]")}${say("fixed", ", dependencies: [fix]")}${
  say("build", ", dependencies: [sort]")
}${say("report", ", dependencies: [fixed, build]")}${say("beside", ", dependencies: [sort]")}`;

const CASES: Readonly<Record<string, Case>> = {
  "implement, test, fix until it is good": {
    yaml: FIX,
    ends: [
      ...["implement completed", "test failed", "fix completed", "test failed", "fix completed"],
      ...["test completed", "done completed", "fix skipped"],
    ],
  },
  "a step that only routes has the outcome of what it waits for": {
    yaml: `steps:
  - { id: test, script: "exit 3" }
  - { id: route, type: conditional, dependencies: [test], edges: [{ target: done, condition: outcome=success }, { target: told }] }
${say("done", ", dependencies: [route]")}${say("told", ", dependencies: [route]")}`,
    ends: ["test failed", "route completed", "told completed", "done skipped"],
  },
  "a value of what the step printed chooses; ways meet again, others go on": {
    yaml: CHOICE.replace("KIND", "bug"),
    ends: [
      ...["sort completed", "fix completed", "fixed completed", "beside completed"],
      ...["report completed", "build skipped"],
    ],
  },
  "the other way meets, too": {
    yaml: CHOICE.replace("KIND", "feature"),
    ends: [
      ...["sort completed", "build completed", "beside completed", "report completed"],
      ...["fix skipped", "fixed skipped"],
    ],
  },
  "a value that no edge fits fails the step": {
    yaml: CHOICE.replace("KIND", "question"),
    ends: [
      ...["sort completed", "sort failed", "beside skipped", "fix skipped", "fixed skipped"],
      ...["build skipped", "report skipped"],
    ],
    message: 'step sort failed: no edge fits: context.kind is "question"',
  },
  "a step that two edges lead to waits for one of them": {
    yaml: `steps:
${say("first", ", edges: [{ target: last }]")}${say("last")}${
      say("other", ", edges: [{ target: last, condition: outcome=failure }]")
    }`,
    ends: ["first completed", "last completed", "other completed"],
  },
  "an edge without condition alone is no way on from a failure": {
    yaml: `steps:
  - { id: build, script: "exit 1", edges: [{ target: deploy }] }
${say("deploy")}`,
    ends: ["build failed", "deploy skipped"],
    message: "step build failed: exit code 1",
  },
  "an edge may fail the run": {
    yaml: `steps:
  - { id: look, script: "true", edges: [{ target: fail }] }
${say("deploy", ", dependencies: [look]")}`,
    ends: ["look completed", "look failed", "deploy skipped"],
    message: "step look failed: its edge (no other edge fits) ends the run",
  },
  "an edge may complete the run": {
    yaml: `steps:
  - { id: look, script: "true", edges: [{ target: _complete, condition: outcome=success }] }
${say("deploy", ", dependencies: [look]")}`,
    ends: ["look completed", "deploy skipped"],
  },
  "a failure that leads back for ever ends at max_visits": {
    yaml: `steps:
  - { id: make, max_visits: 3, script: "true" }
  - { id: test, dependencies: [make], script: "exit 1", edges: [{ target: make, condition: outcome=failure }] }
`,
    ends: [
      ...["make completed", "test failed", "make completed", "test failed"],
      ...["make completed", "test failed", "make failed", "test skipped"],
    ],
    message: "step make failed: it was started 3 times, as often as max_visits allows",
  },
  "within a loop, each iteration begins anew": {
    yaml: `steps:
  - id: again
    loop:
      max_iterations: 2
      until: "{{ never }}"
      on_limit: continue
      steps:
        - { id: a, script: "true", edges: [{ target: c }] }
        - { id: b, script: "true", edges: [{ target: c, condition: outcome=failure }] }
        - { id: c, script: "true" }
`.replace('"{{ never }}"', '"no"'),
    ends: [
      ...["a completed", "b completed", "c completed", "a completed", "b completed"],
      ...["c completed", "again completed"],
    ],
  },
};

for (const [name, { yaml, ends, message = "" }] of Object.entries(CASES)) {
  Deno.test(`edges: ${name}`, async () => {
    using it = project();
    const result = await it.run(resolved(yaml), { maxWorkers: 1 });
    assert.deepEqual(it.transitions().filter((each) => !each.endsWith("running")), ends);
    assert.equal(result.message, message);
    assert.equal(result.status, message === "" ? "completed" : "failed");
  });
}

Deno.test("an edge is told, and what it leads back before; a start that repeats says which it is", async () => {
  using it = project();
  await it.run(resolved(FIX));
  const told = it.events.flatMap(({ draft }) =>
    draft.state === "tool" && "edge" in draft.data
      ? [{ id: draft.step_id, message: draft.message, ...draft.data }]
      : []
  );
  assert.deepEqual(told.slice(0, 2), [
    {
      ...{ id: "test", message: "no other edge fits: on to fix", tool: "edge", edge: "fix" },
    },
    {
      ...{ id: "fix", message: "no other edge fits: on to test, back before fix", tool: "edge" },
      ...{ edge: "test", again: ["test", "fix", "done"] },
    },
  ]);
  const visits = it.of("test").flatMap((draft) =>
    draft.state === "running" ? [(draft.data as { visit?: number }).visit] : []
  );
  assert.deepEqual(visits, [undefined, 2, 3]);
});

Deno.test("what an edge leads to is told the failure that it is to mend", async () => {
  using it = project();
  const yaml = `steps:
  - { id: test, script: "echo 2 of 9 red >&2; exit 1", edges: [{ target: mend, condition: outcome=failure }] }
  - { id: mend, adapter: mock, exec: { source: Mend it. }, output_artifacts: [{ name: out, path: out.md }] }
`;
  const result = await it.run(resolved(yaml), { mock: true });
  assert.equal(result.status, "completed", result.message);
  assert.match(
    it.read(".wave/workspaces/test-run/mend/out.md"),
    /step test failed: exit code 1: 2 of 9 red/,
  );
  // In the end a step of a completed run has failed: that is no secret.
  const warnings = it.events.filter(({ draft }) => draft.state === "warning");
  assert.deepEqual(warnings.map(({ draft }) => draft.message), [
    "tolerated (edges): exit code 1: 2 of 9 red",
  ]);
});

Deno.test("steps side by side end before an edge leads back", async () => {
  using it = project();
  const yaml = `steps:
  - { id: start, script: "echo >> \\"$WAVE_PROJECT/starts\\"" }
  - { id: slow, dependencies: [start], script: "until [ -e \\"$WAVE_PROJECT/led\\" ]; do sleep 0.01; done" }
  - id: test
    dependencies: [start]
    script: 'touch "$WAVE_PROJECT/led"; [ "$(wc -l < "$WAVE_PROJECT/starts")" -gt 1 ]'
    edges: [{ target: start, condition: outcome=failure }]
`;
  const result = await it.run(resolved(yaml));
  assert.equal(result.status, "completed", result.message);
  assert.deepEqual(it.transitions().filter((each) => each.startsWith("slow")), [
    ...["slow running", "slow completed", "slow running", "slow completed"],
  ]);
});
