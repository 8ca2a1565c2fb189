/** What a contract leads to, border by border. */
import assert from "node:assert/strict";
import type { Contract, ContractFailure } from "../../../executor/language/model/contract.ts";
import type { Persona } from "../../../executor/language/model/manifest.ts";
import type { Retry } from "../../../executor/language/model/retry.ts";
import {
  artifact,
  manifest,
  PERMISSIONS,
  POSITION_OF_TESTS as position,
  project,
  script,
  step,
} from "../fixture.ts";

const base = (kind: Exclude<ContractFailure["kind"], "rework"> = "fail") => ({
  position,
  onFailure: { kind },
  retries: false,
});

const nonEmpty = (source: string | null): Contract => ({
  ...base(),
  type: "non_empty_file",
  source,
});

const persona = (name: string): Persona => ({
  name,
  position,
  description: "",
  adapter: "mock",
  systemPromptFile: null,
  temperature: null,
  model: null,
  permissions: PERMISSIONS,
  silenceMs: null,
  hooks: {},
});

/** What becomes of a step that costs 100 tokens and whose reviewer is told `directive`. */
async function reviewed(directive: string) {
  using it = project();
  const result = await it.run([
    step("a", {
      persona: "worker",
      action: { kind: "prompt", source: '@@mock {"tokens": 100}@@', sourcePath: null },
      contracts: [{
        ...base(),
        type: "agent_review",
        threshold: null,
        persona: "reviewer",
        model: null,
        source: null,
        criteria: [`@@mock ${directive}@@`],
        criteriaPath: null,
        context: [],
        timeoutMs: null,
      }],
    }),
  ], {
    manifest: manifest({ personas: { worker: persona("worker"), reviewer: persona("reviewer") } }),
    mock: true,
  });
  const [tokens] = it.of("a").flatMap((draft) =>
    draft.step_id !== null && (draft.state === "completed" || draft.state === "failed")
      ? [draft.data.tokens.total]
      : []
  );
  return { message: result.message, tokens, ofRun: result.tokens.total };
}

Deno.test("a review's tokens are its step's, and the run's, whatever its end", async () => {
  assert.deepEqual(await reviewed('{"tokens": 30}'), { message: "", tokens: 130, ofRun: 130 });
  assert.deepEqual(await reviewed('{"tokens": 30, "fail": "no time"}'), {
    message: "step a failed: contract agent_review failed: reviewer did not review: no time",
    tokens: 130,
    ofRun: 130,
  });
});

Deno.test("a failed contract is tried again only where it says so", async () => {
  for (const retries of [true, false]) {
    using it = project();
    await it.run([
      script("a", "true", {
        retry: { ...step("a").retry, maxAttempts: 2 },
        contracts: [{ ...nonEmpty("never"), retries }],
      }),
    ]);
    const again = retries ? ["a retrying", "a running"] : [];
    assert.deepEqual(it.transitions(), ["a running", ...again, "a failed"]);
  }
});

Deno.test("a rejected step fails the run, although any other failure of it would not", async () => {
  for (const kind of ["fail", "rejected"] as const) {
    for (const onFailure of ["fail", "skip", "continue"] as const) {
      using it = project();
      const retry: Retry = { ...step("a").retry, onFailure: { kind: onFailure } };
      const contracts: Contract[] = [{ ...base(kind), type: "non_empty_file", source: "never" }];
      const result = await it.run([script("a", "true", { retry, optional: true, contracts })]);
      assert.equal(result.status, kind === "fail" ? "completed" : "failed", onFailure);
    }
  }
});

Deno.test("non_empty_file wants a file that is there and holds a byte", async () => {
  for (
    const [text, reason] of [
      ["printf x > out", null],
      [": > out", "out is empty"],
      ["mkdir out", "out is not a file"],
      ["true", "out does not exist"],
    ] as const
  ) {
    using it = project();
    const result = await it.run([script("a", text, { contracts: [nonEmpty("out")] })]);
    const message = reason === null
      ? ""
      : `step a failed: contract non_empty_file failed: ${reason}`;
    assert.equal(result.message, message);
  }
});

Deno.test("non_empty_file without a source wants all that the step declares", async () => {
  using it = project();
  const result = await it.run([
    script("a", "printf x > one; : > two", {
      outputArtifacts: [artifact("one"), artifact("two")],
      contracts: [nonEmpty(null)],
    }),
  ]);
  assert.equal(result.message, "step a failed: contract non_empty_file failed: two is empty");
});

Deno.test("a check that has nothing to check fails", async () => {
  const schema = { schemaPath: null, schema: "{}" };
  const suite = { args: [], directory: "workspace", timeoutMs: null } as const;
  for (
    const [contract, reason] of [
      [{ ...base(), type: "json_schema", source: "out", ...schema }, "out does not exist"],
      [
        { ...base(), type: "test_suite", command: "{{ project.test_command }}", ...suite },
        "the command is empty: {{ project.test_command }} has no value",
      ],
    ] as const
  ) {
    using it = project();
    const result = await it.run([script("a", "true", { contracts: [contract] })]);
    assert.equal(result.message, `step a failed: contract ${contract.type} failed: ${reason}`);
  }
});

Deno.test("a reviewer's service that always says that its limit resets soon is not asked for ever", async () => {
  const { message } = await reviewed('{"limit_seconds": 0.001}');
  assert.match(message, /reviewer did not review: usage limit reached; resets in 0.001 seconds/);
});
