/** The models that a step's agent has when its own cannot be had: one after the other. */
import type { FallbackAgent } from "../language/model/manifest.ts";
import type { Step } from "../language/model/pipeline.ts";
import type { RunContext } from "../run/run_context.ts";
import { adapterOf, modelOf } from "../work/choose_agent.ts";

/** A list of which each is taken once. */
export class FallbackModels {
  readonly #context: RunContext;
  readonly #left: FallbackAgent[];
  #acting: Step;

  constructor(context: RunContext, step: Step) {
    this.#context = context;
    this.#acting = step;
    // The mock is in place of every agent.
    const isAgent = step.action.kind === "prompt" && !context.options.mock;
    this.#left = isAgent ? [...step.fallback ?? []] : [];
  }

  /** The step with the agent that it has now. */
  get acting(): Step {
    return this.#acting;
  }

  /** True when another one is there to take over; where that was not wanted, it is told. */
  canTake(reason: string): boolean {
    const [next] = this.#left;
    if (next === undefined) return false;
    if (this.#acting.isChosen !== true) return true;
    this.#left.length = 0;
    const from = nameOf(this.#context, this.#acting);
    const to = nameOf(this.#context, { ...this.#acting, ...named(next, this.#acting) });
    this.#warn(`${from}: ${reason}; ${to} does not take over: the agent was chosen for this run`);
    return false;
  }

  /** From now on the next one acts, which is told; false when there is none. */
  take(reason: string): boolean {
    if (!this.canTake(reason)) return false;
    const next = this.#left.shift();
    if (next === undefined) return false;
    const before = this.#acting;
    this.#acting = { ...before, ...named(next, before) };
    const from = nameOf(this.#context, before);
    const to = nameOf(this.#context, this.#acting);
    this.#warn(`${from}: ${reason}; ${to} takes over`, { fallback: { from, to, reason } });
    return true;
  }

  #warn(message: string, data: { readonly [detail: string]: unknown } = {}): void {
    const { id, persona } = this.#acting;
    const attempt = this.#context.attempts.get(id) ?? null;
    this.#context.emit({ state: "warning", step_id: id, persona, attempt, message, data });
  }
}

/** A model alone is one of the step's own adapter. */
function named({ adapter, model }: FallbackAgent, step: Step): Pick<Step, "adapter" | "model"> {
  return { adapter: adapter ?? step.adapter, model };
}

/** `claude opus`; of the adapter's own default its name alone. */
function nameOf(context: RunContext, step: Step): string {
  const model = modelOf(context, step);
  const adapter = adapterOf(context, step) ?? "";
  return model === null ? adapter : `${adapter} ${model}`;
}
