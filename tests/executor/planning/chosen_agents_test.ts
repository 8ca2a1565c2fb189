import assert from "node:assert/strict";
import { withChosenAgents } from "../../../executor/planning/chosen_agents.ts";
import type { Persona } from "../../../executor/language/model/manifest.ts";
import { allSteps } from "../../../executor/planning/planned_steps.ts";
import { manifest, PERMISSIONS, pipeline, step } from "../fixture.ts";

const persona = (adapter: string, model: string | null): Persona => ({
  ...{ name: "p", position: { line: 1, column: 1 }, description: "", adapter, model },
  ...{ systemPromptFile: null, temperature: null, permissions: PERMISSIONS },
  ...{ silenceMs: null, hooks: {} },
});

Deno.test("withChosenAgents() puts a model and an adapter in place of those that are defined", () => {
  const prompt = { kind: "prompt", source: "x", sourcePath: null } as const;
  const defined = {
    pipeline: pipeline([
      step("script"),
      step("own", { action: prompt, persona: "named" }),
      step("tier", { action: prompt, persona: "named", model: "cheapest" }),
      step("exact", { action: prompt, persona: "named", adapter: "codex", model: "gpt" }),
    ]),
    manifest: manifest({ personas: { named: persona("claude", "opus") } }),
  };
  const seen = (choice: { model?: string; adapter?: string }) => {
    const { pipeline: { steps }, manifest: { personas } } = withChosenAgents(defined, choice);
    const of = ({ adapter, model }: { adapter: string | null; model: string | null }) =>
      `${adapter ?? "-"}/${model ?? "-"}`;
    return [...steps.map(of), ...Object.values(personas).map(of)];
  };
  assert.equal(withChosenAgents(defined, {}).pipeline, defined.pipeline);
  assert.deepEqual(seen({ model: "haiku" }), [
    ...["-/-", "-/haiku", "-/haiku", "codex/haiku", "claude/haiku"],
  ]);
  // The names of models are another adapter's, but for the tiers.
  assert.deepEqual(seen({ adapter: "codex" }), [
    ...["-/-", "codex/-", "codex/cheapest", "codex/gpt", "codex/-"],
  ]);
  assert.deepEqual(seen({ adapter: "codex", model: "o4" }), [
    ...["-/-", "codex/o4", "codex/o4", "codex/o4", "codex/o4"],
  ]);
});

Deno.test("withChosenAgents() reaches those that review and judge, in loops, too", () => {
  const reviewed = (type: "agent_review" | "llm_judge") =>
    step(type, {
      contracts: [{
        ...{ type, persona: "named", model: "opus", threshold: null, source: null },
        ...{ criteria: ["good"], criteriaPath: null, context: [], timeoutMs: null },
        ...{ position: { line: 1, column: 1 }, onFailure: { kind: "fail" }, retries: true },
      }],
    });
  const steps = [reviewed("agent_review"), reviewed("llm_judge")];
  const loop = { kind: "loop", steps, maxIterations: 1, until: null, onLimit: "fail" } as const;
  const defined = {
    pipeline: pipeline([...steps, step("loop", { action: loop })]),
    manifest: manifest({ personas: { named: persona("claude", "opus") } }),
  };
  const chosen = withChosenAgents(defined, { model: "haiku" }).pipeline;
  const models = [...allSteps(chosen.steps)].flatMap(({ contracts }) =>
    contracts.map((contract) => "model" in contract ? contract.model : null)
  );
  assert.deepEqual(models, ["haiku", "haiku", "haiku", "haiku"]);
});
