/** Refuses a run some of whose limits nobody could hold, before its first step is paid. */
import { asksAgent } from "../language/model/contract.ts";
import { BUDGET_UNITS } from "../../event/budget.ts";
import { OperationError } from "../../event/errors.ts";
import type { BudgetLimits, BudgetUnit } from "../../event/event.ts";
import { adapterFor } from "../adapters/known_adapters.ts";
import { unmeasurable } from "../adapters/measurable.ts";
import { type Manifest, MOCK_ADAPTER } from "../language/model/manifest.ts";
import { pipelinesCalled } from "../language/check/called_pipelines.ts";
import type { Pipeline, Step } from "../language/model/pipeline.ts";
import { modelFor } from "../work/choose_agent.ts";

export interface BudgetCheck {
  readonly manifest: Manifest;
  /** A pipeline that a step runs; null where that is left to the step. */
  readonly load: (name: string) => Pick<Pipeline, "steps" | "budget"> | null;
}

/**
 * Checks the steps, and those of the pipelines that they run.
 *
 * @param limits of the run as a whole; those of steps and of pipelines within it come on top.
 * @throws {OperationError} `over_budget`, with what to write.
 */
export async function checkBudgets(
  steps: readonly Step[],
  limits: BudgetLimits,
  { manifest, load }: BudgetCheck,
): Promise<void> {
  const seen = new Set<string>();
  const check = async (within: readonly Step[], around: BudgetLimits, prefix: string) => {
    for (const step of within) {
      const all = { ...around, ...step.budget };
      const units = new Set(BUDGET_UNITS.filter((unit) => all[unit] !== undefined));
      if (step.action.kind === "loop") await check(step.action.steps, all, prefix);
      for (const agent of units.size === 0 ? [] : agentsOf(step, manifest)) {
        await refuse(`${prefix}${step.id}`, agent, units, manifest);
      }
      for (const { name } of pipelinesCalled(step)) {
        const key = JSON.stringify([name, ...units]);
        if (seen.has(key)) continue;
        seen.add(key);
        const { steps = [], budget = {} } = load(name) ?? {};
        await check(steps, { ...all, ...budget }, `${name}/`);
      }
    }
  };
  await check(steps, limits, "");
}

interface PlannedAgent {
  /** Of the adapter. */
  readonly name: string;
  readonly model: string | null;
}

/** The step's own agent, and those that review what it delivers. */
function agentsOf(step: Step, { personas }: Manifest): PlannedAgent[] {
  const agent = (persona: string | null, adapter: string | null, model: string | null) => {
    const who = persona === null ? undefined : personas[persona];
    return { name: adapter ?? who?.adapter ?? MOCK_ADAPTER, model: model ?? who?.model ?? null };
  };
  const reviews = step.contracts.flatMap((contract) =>
    asksAgent(contract) ? [agent(contract.persona, null, contract.model)] : []
  );
  if (step.action.kind !== "prompt") return reviews;
  const { persona, adapter, model, isChosen } = step;
  const fallback = isChosen === true ? [] : step.fallback ?? [];
  return [
    agent(persona, adapter, model),
    ...fallback.map((next) => agent(persona, next.adapter ?? adapter, next.model)),
    ...reviews,
  ];
}

async function refuse(
  stepId: string,
  { name, model }: PlannedAgent,
  units: ReadonlySet<BudgetUnit>,
  { adapters, pricing }: Manifest,
): Promise<void> {
  const spec = adapters[name];
  if (spec === undefined) return;
  const adapter = adapterFor({ ...spec, name });
  const found = await unmeasurable(adapter, modelFor(spec, model), units, pricing);
  if (found === null) return;
  const { unit, why, remedy } = found;
  throw new OperationError(
    "over_budget",
    `Cannot hold a budget of ${unit} at step ${stepId}: ${why}`,
    { hint: remedy },
  );
}
