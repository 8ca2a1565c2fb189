/** Another model and adapter for all agents of a run, as if the definitions named them. */
import { UsageError } from "../../event/errors.ts";
import { suggest } from "../../event/closest.ts";
import type { RunOptions } from "../../event/run_options.ts";
import { asksAgent, type Contract } from "../language/model/contract.ts";
import { type Manifest, MOCK_ADAPTER, type Persona } from "../language/model/manifest.ts";
import type { Pipeline, Step } from "../language/model/pipeline.ts";

export type AgentChoice = Pick<RunOptions, "model" | "adapter">;

/** Models that every adapter has one of. */
const TIERS: ReadonlySet<string> = new Set(["cheapest", "balanced", "strongest"]);

/**
 * Refuses an adapter that the project does not have.
 *
 * @throws {UsageError} `bad_value`, with the nearest name or all names as hint.
 */
export function requireAdapter({ adapter }: AgentChoice, { adapters }: Manifest): void {
  const names = [...new Set([...Object.keys(adapters), MOCK_ADAPTER])];
  if (adapter === undefined || names.includes(adapter)) return;
  const meant = suggest(adapter, names);
  throw new UsageError("bad_value", `Cannot use "${adapter}" as --adapter: there is none such`, {
    hint: meant === null ? `adapters: ${names.join(", ")}` : `did you mean "${meant}"?`,
  });
}

/**
 * The definitions with the chosen agents, reviewers among them. Where another adapter is chosen without a
 * model, a model that is defined for an agent is a name of the adapter that it had: the new one's own default
 * takes its place, unless it is a tier (`cheapest`, `balanced`, `strongest`).
 */
export function withChosenAgents(
  { pipeline, manifest }: { readonly pipeline: Pipeline; readonly manifest: Manifest },
  choice: AgentChoice,
): { readonly pipeline: Pipeline; readonly manifest: Manifest } {
  if (choice.model === undefined && choice.adapter === undefined) return { pipeline, manifest };
  const modelOf = (defined: string | null, of: string | null) => {
    if (choice.model !== undefined) return choice.model;
    const same = choice.adapter === undefined || choice.adapter === of;
    return same || defined === null || TIERS.has(defined) ? defined : null;
  };
  const personas = Object.entries(manifest.personas).map(([name, persona]): [string, Persona] => [
    name,
    {
      ...persona,
      adapter: choice.adapter ?? persona.adapter,
      model: modelOf(persona.model, persona.adapter),
    },
  ]);
  const adapterOf = (persona: string | null) =>
    persona === null ? null : manifest.personas[persona]?.adapter ?? null;
  const contractOf = (contract: Contract): Contract =>
    asksAgent(contract)
      ? { ...contract, model: modelOf(contract.model, adapterOf(contract.persona)) }
      : contract;
  const stepOf = (step: Step): Step => {
    const { action, persona, adapter, contracts } = step;
    const isAgent = action.kind === "prompt";
    return {
      ...step,
      ...isAgent
        ? {
          adapter: choice.adapter ?? adapter,
          model: modelOf(step.model, adapter ?? adapterOf(persona)),
          isChosen: true,
        }
        : {},
      ...action.kind === "loop" ? { action: { ...action, steps: action.steps.map(stepOf) } } : {},
      contracts: contracts.map(contractOf),
    };
  };
  return {
    pipeline: { ...pipeline, steps: pipeline.steps.map(stepOf) },
    manifest: { ...manifest, personas: Object.fromEntries(personas) },
  };
}
