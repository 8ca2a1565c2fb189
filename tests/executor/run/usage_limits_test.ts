import assert from "node:assert/strict";
import type { ExecuteOptions } from "../../../executor/api.ts";
import type { AdapterSpec, Manifest, Persona } from "../../../executor/language/model/manifest.ts";
import type { Step } from "../../../executor/language/model/pipeline.ts";
import { manifest, type Project, project, script, step } from "../fixture.ts";

const AT = { line: 1, column: 1 };
const NOTHING = { allowedTools: [], deny: [] };

const adapter = (name: string): AdapterSpec => ({
  ...{ name, position: AT, binary: `./${name}`, args: [], mode: "headless", outputFormat: "text" },
  ...{ defaultModel: null, tierModels: {}, defaultPermissions: NOTHING, projectFiles: [], env: [] },
});
const persona = (name: string): Persona => ({
  ...{ name, position: AT, description: "", adapter: name, systemPromptFile: null },
  ...{ temperature: null, model: null, permissions: NOTHING, silenceMs: null, hooks: {} },
});

/** Two agents: of one each account, and of the other's service the limit is never reached. */
const AGENTS: Manifest = manifest({
  adapters: { limited: adapter("limited"), free: adapter("free") },
  personas: { limited: persona("limited"), free: persona("free") },
});

const ask = (id: string, who: string, parts: Partial<Step> = {}): Step =>
  step(id, {
    persona: who,
    action: { kind: "prompt", source: "work", sourcePath: null },
    ...parts,
  });

/** A service that notes each request, and says that its limit is reached until `ms` after the first. */
function writeAgents(it: Project, ms: number): void {
  const script = `#!/bin/sh
cat > /dev/null
now=$(date +%s%3N)
echo "$now" >> "$WAVE_PROJECT/requests"
until=$(($(head -n 1 "$WAVE_PROJECT/requests") + ${ms}))
[ "$now" -ge "$until" ] && { echo answer; exit 0; }
echo "usage limit reached; resets in $((until - now)) ms" >&2
exit 1
`;
  it.write("limited", script);
  it.write("free", "#!/bin/sh\ncat > /dev/null\necho answer\n");
  for (const name of ["limited", "free"]) Deno.chmodSync(`${it.root}/${name}`, 0o755);
}

const requests = (it: Project) => it.read("requests").trim().split("\n").map(Number);
const runWide = (it: Project) =>
  it.events.filter(({ draft }) => draft.step_id === null).map(({ draft }) => draft.state);

Deno.test("executeRun() asks a service nothing more until its limit resets, and goes on by itself", async () => {
  using it = project();
  writeAgents(it, 1500);
  const items = { kind: "template", over: "[1, 2, 3, 4, 5]" } as const;
  const steps = [
    ask("five", "limited", { each: { source: items, maxConcurrent: 5, onFailure: "fail" } }),
    // As many as may work at a time: they wait without the turn of the others.
    ask("later", "limited"),
    ask("last", "limited"),
    ask("other", "free"),
    script("also", "true", { dependencies: ["other"] }),
  ];
  const result = await it.run(steps, { manifest: AGENTS, maxWorkers: 2 });
  assert.deepEqual(result.message, "");
  assert.equal(result.status, "completed");
  const [first = 0, ...others] = requests(it);
  const early = others.filter((at) => at < first + 1500);
  // Those that were at work when the first was told, and no more than may work at a time.
  assert.ok(early.length <= 1, `${early.length} requests before the limit had been reset`);
  assert.equal(others.length - early.length, 7);
  assert.deepEqual(runWide(it), ["paused", "unpaused"]);
  const ends = it.transitions().filter((each) => each.endsWith("completed"));
  assert.deepEqual(ends.slice(0, 2).sort(), ["also completed", "other completed"]);
  assert.equal(it.events.some(({ draft }) => draft.state === "failed"), false);
});

Deno.test("executeRun() counts no attempt as failed that a usage limit ended", async () => {
  using it = project();
  writeAgents(it, 400);
  const { status } = await it.run([ask("a", "limited")], { manifest: AGENTS });
  assert.equal(status, "completed");
  assert.deepEqual(it.transitions(), ["a running", "a retrying", "a running", "a completed"]);
  const retrying = it.of("a").find(({ state }) => state === "retrying");
  assert.equal(retrying?.message, "limited usage limit");
});

interface Refusal {
  readonly options?: Partial<ExecuteOptions>;
  readonly step?: Partial<Step>;
  readonly says: RegExp;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "--no-wait": {
    options: { noWait: true },
    says: /^limited usage limit, which resets at [\d:]+ \(--no-wait\)$/,
  },
  "a step's time limit": {
    step: { timeoutMs: 30_000 },
    says: /^limited usage limit, which resets at [\d:]+, beyond the time limit of step a \(30s\)$/,
  },
  "a step's budget of minutes": {
    step: { budget: { minutes: 0.5 } },
    says: /^limited usage limit, which resets at [\d:]+, after the budget of minutes of step a$/,
  },
  "the run's budget of minutes": {
    options: { budget: { minutes: 0.5 } },
    says: /^limited usage limit, which resets at [\d:]+, after the budget of minutes of step a$/,
  },
  "the run's time limit": {
    options: { timeoutMs: 20_000 },
    says: /^limited usage limit, which resets at [\d:]+, after the time limit of the run$/,
  },
};

for (const [name, { options, step: parts, says }] of Object.entries(REFUSALS)) {
  Deno.test(`executeRun() fails at once where ${name} does not let it wait for a limit`, async () => {
    using it = project();
    writeAgents(it, 50_000);
    const retry = { maxAttempts: 3, backoff: "fixed", baseDelayMs: 0, maxDelayMs: 0 } as const;
    const steps = [
      ask("a", "limited", {
        ...parts,
        optional: true,
        retry: { ...retry, onFailure: { kind: "skip" } },
      }),
      ask("b", "limited", { dependencies: ["a"] }),
    ];
    const { status, message } = await it.run(steps, { manifest: AGENTS, ...options });
    assert.equal(status, "failed");
    assert.match(message, says);
    assert.equal(requests(it).length, 1, "neither its retries nor the step after it ask again");
    assert.deepEqual(runWide(it), ["paused"], "a resume knows until when");
  });
}

Deno.test("executeRun() asks nothing where a limit that is known from before is not reset yet", async () => {
  using it = project();
  writeAgents(it, 0);
  const until = Date.now() + 500;
  const pauses = [{ adapter: "limited", until, reason: "limited usage limit" }];
  const { status } = await it.run([ask("a", "limited")], { manifest: AGENTS, pauses });
  assert.equal(status, "completed");
  assert.ok((requests(it)[0] ?? 0) >= until);
  const over = [{ adapter: "limited", until: Date.now() - 1, reason: "limited usage limit" }];
  const before = it.events.length;
  await it.run([ask("b", "limited")], { manifest: AGENTS, pauses: over, runId: "other-run" });
  assert.equal(it.events[before]?.draft.state, "unpaused");
});

Deno.test("executeRun() ends a pause at once when the run is cancelled", async () => {
  using it = project();
  writeAgents(it, 600_000);
  const running = it.run([ask("a", "limited"), ask("b", "limited", { dependencies: ["a"] })], {
    manifest: AGENTS,
  });
  await it.event(({ state }) => state === "retrying");
  it.graceful.abort("cancelled by a test");
  assert.equal((await running).status, "cancelled");
  assert.equal(requests(it).length, 1);
});

Deno.test("executeRun() fails where nobody says when the limit resets", async () => {
  // Nor is a time told that no calendar has.
  for (const directive of [`"limit": true`, `"limit_seconds": 1000000000000000`]) {
    using it = project();
    const prompt = `work @@mock {${directive}}@@`;
    const action = { kind: "prompt", source: prompt, sourcePath: null } as const;
    const { status, message } = await it.run([step("a", { action })]);
    assert.equal(status, "failed");
    assert.equal(message, "mock usage limit; nobody said when it resets");
  }
});

Deno.test("executeRun() does not count a pause to the time limit of a loop", async () => {
  using it = project();
  writeAgents(it, 1000);
  const inner = ask("in", "limited");
  const action = {
    kind: "loop",
    steps: [inner],
    maxIterations: 1,
    until: null,
    onLimit: "fail",
  } as const;
  const steps = [step("around", { action, timeoutMs: 950 })];
  const { status, message } = await it.run(steps, { manifest: AGENTS });
  assert.equal(message, "");
  assert.equal(status, "completed");
});
