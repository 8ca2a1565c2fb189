/** Agents that take over when a model cannot be had. */
import assert from "node:assert/strict";
import type { ExecuteOptions } from "../../../executor/api.ts";
import type { AdapterSpec } from "../../../executor/language/model/manifest.ts";
import type { Step } from "../../../executor/language/model/pipeline.ts";
import { manifest, type Project, project, step } from "../fixture.ts";

const adapter = (name: string, defaultModel: string | null = null): AdapterSpec => ({
  ...{ name, position: { line: 1, column: 1 }, binary: `./${name}`, args: [], mode: "headless" },
  ...{ outputFormat: "text", defaultModel, tierModels: { cheapest: "small" } },
  ...{ defaultPermissions: { allowedTools: [], deny: [] }, projectFiles: [], env: [] },
});
const AGENTS = manifest({
  adapters: { first: adapter("first", "big"), second: adapter("second") },
});

/** Of both adapters one program, whose models fail as `says` tells, and answer otherwise. */
function writeAgents(it: Project, says: Readonly<Record<string, string>>): void {
  const cases = Object.entries(says).map(([model, error]) =>
    `*/${model}) echo "${error}" >&2; exit 1 ;;`
  );
  const text = `#!/bin/sh
cat > "$WAVE_PROJECT/prompt"
name=\${0##*/}/$WAVE_MODEL
echo "$name" >> "$WAVE_PROJECT/calls"
case "$name" in
${cases.join("\n")}
esac
echo answer
`;
  for (const name of ["first", "second"]) {
    it.write(name, text);
    Deno.chmodSync(`${it.root}/${name}`, 0o755);
  }
}

const calls = (it: Project) => it.read("calls").trim().split("\n");
const LIST: Step["fallback"] = [
  { adapter: null, model: "cheapest" },
  { adapter: "second", model: "other" },
];
const ask = (parts: Partial<Step> = {}): Step =>
  step("a", {
    adapter: "first",
    action: { kind: "prompt", source: "work", sourcePath: null },
    fallback: LIST,
    ...parts,
  });

interface Case {
  readonly says: Readonly<Record<string, string>>;
  readonly step?: Partial<Step>;
  readonly options?: Partial<ExecuteOptions>;
  readonly calls: readonly string[];
  /** Of the warnings. */
  readonly told: readonly string[];
  readonly status?: "failed";
}

const SMALL = "first big: overloaded; first small takes over";
const retry: Step["retry"] = {
  ...{ maxAttempts: 2, backoff: "fixed", baseDelayMs: 0, maxDelayMs: 0 },
  onFailure: { kind: "fail" },
};

const CASES: Readonly<Record<string, Case>> = {
  "a model that answers": { says: {}, calls: ["first/big"], told: [] },
  "an overloaded model": {
    says: { big: "API Error: 529 overloaded" },
    calls: ["first/big", "first/small"],
    told: [SMALL],
  },
  "one after the other, to another adapter": {
    says: { big: "overloaded", small: "unknown model small" },
    calls: ["first/big", "first/small", "second/other"],
    told: [SMALL, "first small: unknown model; second other takes over"],
  },
  "none is left: its retries are as they were": {
    says: { big: "overloaded", small: "overloaded", other: "overloaded" },
    step: { retry },
    calls: ["first/big", "first/small", "second/other", "second/other"],
    told: [SMALL, "first small: overloaded; second other takes over"],
    status: "failed",
  },
  "another failure": {
    says: { big: "no such file" },
    step: { retry },
    calls: ["first/big", "first/big"],
    told: [],
    status: "failed",
  },
  "a usage limit whose reset nobody tells": {
    says: { big: "usage limit reached" },
    calls: ["first/big", "first/small"],
    told: ["first big: first usage limit; nobody said when it resets; first small takes over"],
  },
  "a usage limit that is not waited for": {
    says: { big: "usage limit reached; resets in 50000 ms" },
    options: { noWait: true },
    calls: ["first/big", "first/small"],
    told: [
      "first big: first usage limit, which resets at TIME (--no-wait); first small takes over",
    ],
  },
  "a limit known from before that is not waited for": {
    says: {},
    step: { fallback: [{ adapter: "second", model: "other" }] },
    options: {
      noWait: true,
      pauses: [{ adapter: "first", until: Date.now() + 3_600_000, reason: "first usage limit" }],
    },
    calls: ["second/other"],
    told: [
      "first big: first usage limit, which resets at TIME (--no-wait); second other takes over",
    ],
  },
  "an agent that was chosen for the run": {
    says: { big: "overloaded" },
    step: { isChosen: true },
    calls: ["first/big"],
    told: [
      "first big: overloaded; first small does not take over: the agent was chosen for this run",
    ],
    status: "failed",
  },
  "no list": {
    says: { big: "overloaded" },
    step: { fallback: undefined },
    calls: ["first/big"],
    told: [],
    status: "failed",
  },
};

for (
  const [name, { says, step: parts, options, calls: made, told, status }] of Object.entries(CASES)
) {
  Deno.test(`a fallback model takes over where a model cannot be had: ${name}`, async () => {
    using it = project();
    writeAgents(it, says);
    const result = await it.run([ask(parts)], { manifest: AGENTS, ...options });
    assert.equal(result.status, status ?? "completed", result.message);
    assert.deepEqual(calls(it), made);
    const warnings = it.of("a").filter(({ state }) => state === "warning")
      .map(({ message = "" }) => message.replace(/at \d\d:\d\d(?::\d\d)?/, "at TIME"));
    assert.deepEqual(warnings, told);
    const models = it.of("a").flatMap((each) =>
      each.state === "running" && each.data !== undefined && "model" in each.data
        ? [each.data.model]
        : []
    );
    assert.deepEqual(models, made.map((call) => call.split("/")[1]));
    // The next model is told of no failure.
    if (status === undefined) assert.doesNotMatch(it.read("prompt"), /failed/);
  });
}

Deno.test("a fallback model takes over for the items of a step, each by itself", async () => {
  using it = project();
  writeAgents(it, { big: "overloaded" });
  const each = {
    source: { kind: "template", over: '["x", "y"]' },
    maxConcurrent: 1,
    onFailure: "fail",
  } as const;
  const { status } = await it.run([ask({ each })], { manifest: AGENTS });
  assert.equal(status, "completed");
  assert.deepEqual(calls(it), ["first/big", "first/small", "first/big", "first/small"]);
});
