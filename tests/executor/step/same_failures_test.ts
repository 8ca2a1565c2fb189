/** Steps that fail for the same reason again and again. */
import assert from "node:assert/strict";
import type { AdapterSpec } from "../../../executor/language/model/manifest.ts";
import type { Step } from "../../../executor/language/model/pipeline.ts";
import { resolvedPipeline } from "../language/project.ts";
import { fakeClock, manifest, type Project, project, script, step } from "../fixture.ts";

const agent: AdapterSpec = {
  ...{ name: "agent", position: { line: 1, column: 1 }, binary: "./agent", args: [] },
  ...{ mode: "headless", outputFormat: "text", defaultModel: null, tierModels: {} },
  ...{ defaultPermissions: { allowedTools: [], deny: [] }, projectFiles: [], env: [] },
};
const AGENTS = manifest({ adapters: { agent } });

/** An agent that says `reason` and fails; `$n` counts its calls. */
function writeAgent(it: Project, reason: string): void {
  it.write(
    "agent",
    `#!/bin/sh
cat > /dev/null
echo x >> "$WAVE_PROJECT/calls"
n=$(grep -c x "$WAVE_PROJECT/calls")
echo "${reason}" >&2
exit 1
`,
  );
  Deno.chmodSync(`${it.root}/agent`, 0o755);
}

const calls = (it: Project) => it.read("calls").trim().split("\n").length;
const retry = (stopOnSame?: number): Step["retry"] => ({
  ...{ maxAttempts: 5, backoff: "fixed", baseDelayMs: 0, maxDelayMs: 0 },
  ...stopOnSame === undefined ? {} : { stopOnSame },
  onFailure: { kind: "fail" },
});

const CASES: Readonly<
  Record<string, { reason: string; stopOnSame?: number; calls: number; says: RegExp }>
> = {
  "an agent that fails in one way": {
    reason: "no key at 12:00:0$n",
    calls: 3,
    says: /^the same failure 3 times: exit code 1: no key at 12:00:03$/,
  },
  "an agent whose failures differ": { reason: "$n left", calls: 5, says: /attempt 5 of 5/ },
  "a service that is busy": { reason: "529 overloaded", calls: 5, says: /in each of 5 attempts/ },
  "a broken connection": { reason: "ECONNRESET", calls: 5, says: /in each of 5 attempts/ },
  "a limit of the step's own": { reason: "no", stopOnSame: 2, calls: 2, says: /failure 2 times/ },
  "a step without one": { reason: "no", stopOnSame: 0, calls: 5, says: /in each of 5 attempts/ },
  "a limit beyond its attempts": { reason: "no", stopOnSame: 9, calls: 5, says: /each of 5/ },
};

for (const [name, { reason, stopOnSame, calls: made, says }] of Object.entries(CASES)) {
  Deno.test(`a step tries again until the same failure comes too often: ${name}`, async () => {
    using it = project();
    writeAgent(it, reason);
    const action = { kind: "prompt", source: "work", sourcePath: null } as const;
    const steps = [step("a", { adapter: "agent", action, retry: retry(stopOnSame) })];
    const { status } = await it.run(steps, { manifest: AGENTS });
    assert.equal(status, "failed");
    assert.equal(calls(it), made);
    assert.match(it.of("a").at(-1)?.message ?? "", says);
  });
}

Deno.test("a script may poll: what it says does not end its attempts", async () => {
  using it = project();
  const poll = script("a", 'echo "not yet" >&2; echo x >> "$WAVE_PROJECT/calls"; exit 1', {
    retry: retry(),
  });
  await it.run([poll], { clock: fakeClock().clock });
  assert.equal(calls(it), 5);
});

/** Mends nothing, whatever `test` says. */
const graph = (says: string, way: string) => `
steps:
  - id: test
    script: |
      echo x >> "$WAVE_PROJECT/calls"
      n=$(grep -c x "$WAVE_PROJECT/calls")
      ${says}
      exit 1
${way}
`;
const FIX = `    max_visits: 5
    edges: [{ target: fix, condition: outcome=failure }]
  - id: fix
    script: echo fix >> "$WAVE_PROJECT/fixes"
    edges: [{ target: test }]`;
const ROUTED = `    max_visits: 5
  - id: route
    type: conditional
    dependencies: [test]
    edges: [{ target: test, condition: outcome=failure }]`;
/** The agent of `test` is the one of this test. */
const AWAY = `steps:
  - id: test
    adapter: mock
    task: work
    retry: { max_attempts: 5, base_delay: 0s }
    edges: [{ target: report, condition: outcome=failure }]
  - { id: report, script: echo told >> "$WAVE_PROJECT/reports", dependencies: [test] }`;

const GRAPHS: Readonly<Record<string, { yaml: string; calls: number; says: RegExp }>> = {
  "a step that mends": {
    yaml: graph('echo "2 red in $n ms" >&2', FIX),
    calls: 3,
    says: /^step test failed: the same failure 3 times: exit code 1: 2 red in 3 ms$/,
  },
  "a step that routes": {
    yaml: graph('echo "2 red" >&2', ROUTED),
    calls: 3,
    says: /step test failed: the same failure 3 times: exit code 1: 2 red$/,
  },
  "failures that differ": { yaml: graph('echo "$n red" >&2', FIX), calls: 5, says: /max_visits/ },
  "failures of which nothing is told": { yaml: graph(":", FIX), calls: 5, says: /max_visits/ },
  "a way that does not lead back": { yaml: AWAY, calls: 3, says: /^$/ },
};

for (const [name, { yaml, calls: made, says }] of Object.entries(GRAPHS)) {
  Deno.test(`an edge leads back until the same failure comes too often: ${name}`, async () => {
    using it = project();
    writeAgent(it, "no");
    const steps = resolvedPipeline(yaml).steps.map((each) =>
      each.adapter === null ? each : { ...each, adapter: "agent" }
    );
    const { message } = await it.run(steps, { manifest: AGENTS });
    assert.match(message, says);
    assert.equal(calls(it), made);
    // Nobody pays for mending what will not be tested.
    if (name === "a step that mends") assert.equal(it.read("fixes"), "fix\nfix\n");
    if (yaml === AWAY) assert.equal(it.read("reports"), "told\n");
  });
}
