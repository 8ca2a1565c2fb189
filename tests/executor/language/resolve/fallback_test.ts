/** Who takes over from an agent, by step, persona and manifest. */
import assert from "node:assert/strict";
import { checkPermissions } from "../../../../executor/planning/agents_of_steps.ts";
import { checkBudgets } from "../../../../executor/planning/check_budgets.ts";
import { withChosenAgents } from "../../../../executor/planning/chosen_agents.ts";
import { plannedSteps } from "../../../../executor/planning/planned_steps.ts";
import { resolveManifest } from "../../../../executor/language/resolve/resolve_manifest.ts";
import { readSource } from "../../../../executor/language/source/yaml_source.ts";
import { TestProject } from "../project.ts";

const manifestYaml = (persona: string, runtime: string) => `
adapters: { mock: { binary: mock }, own: { binary: ./own } }
personas: { p: { adapter: mock, permissions: { deny: [Write] }${persona} } }
runtime: { strict_permissions: true${runtime} }
`;
const steps = (keys: string) => `
steps:
  - { id: a, persona: p, task: hi${keys} }
  - { id: s, script: "true" }
`;

function resolved(persona: string, runtime: string, keys: string) {
  const place = new TestProject({ "wave.yaml": manifestYaml(persona, runtime) });
  const { manifest, diagnostics } = resolveManifest(readSource(place.root, "wave.yaml"));
  assert.deepEqual(diagnostics, []);
  const { pipeline } = place.resolve(steps(keys));
  assert.ok(pipeline !== null);
  return { place, manifest, pipeline };
}

Deno.test("fallback of a step comes before that of its persona, and that before runtime's", () => {
  const cases: [persona: string, runtime: string, step: string, models: string[]][] = [
    ["", "", "", []],
    ["", ", fallback: [r]", "", ["r"]],
    [", fallback: [p1, p2]", ", fallback: [r]", "", ["p1", "p2"]],
    [", fallback: [p1]", ", fallback: [r]", ", fallback: [1.10]", ["1.10"]],
    [", fallback: [p1]", ", fallback: [r]", ", fallback: []", []],
    [", fallback: []", ", fallback: [r]", "", []],
  ];
  for (const [persona, runtime, keys, models] of cases) {
    const { place, pipeline } = resolved(persona, runtime, keys);
    using _place = place;
    const [agent, script] = pipeline.steps;
    assert.deepEqual(agent?.fallback?.map(({ model }) => model) ?? [], models);
    assert.equal(script?.fallback, undefined);
  }
});

Deno.test("fallback of a step, of its persona and of the manifest do not change what the step means", async () => {
  const digests = new Set<string | null>();
  for (const keys of ["", ", fallback: [x]"]) {
    const { place, manifest, pipeline } = resolved(keys, keys, keys);
    using _place = place;
    for (const { id, digest } of await plannedSteps(pipeline, manifest, place.root)) {
      if (id === "a") digests.add(digest);
    }
  }
  assert.equal(digests.size, 1);
});

Deno.test("who could take over is held to rules and budgets before the run, but not for a chosen agent", async () => {
  const { place, ...defined } = resolved("", "", ", fallback: [{ adapter: own, model: m }]");
  using _place = place;
  const chosen = withChosenAgents(defined, { model: "m" });
  const { pipeline, manifest } = defined;
  const held = ({ pipeline: { steps }, manifest }: typeof defined) =>
    checkBudgets(steps, { tokens: 5 }, { manifest, load: () => null });
  assert.throws(
    () => checkPermissions(pipeline.steps, manifest),
    /p: own cannot enforce deny Write/,
  );
  await assert.rejects(held({ pipeline, manifest }), /at step a: .*own/);
  await held(chosen);
  checkPermissions(chosen.pipeline.steps, chosen.manifest);
});
