/** What runs of a pipeline where steps were chosen on the command line, or a run starts at one of them. */
import { UsageError } from "../../event/errors.ts";
import type { PlannedStep } from "../../event/event.ts";
import type { RunOptions } from "../../event/run_options.ts";
import type { ReusedStep } from "../../executor/api.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import { neededOf, notChosen } from "../../executor/planning/choose_steps.ts";
import { NOT_CHOSEN } from "../../executor/run/skip_reason.ts";
import type { PlannedAction, ReusePlan } from "../../executor/planning/plan_reuse.ts";
import { allSteps } from "../../executor/planning/planned_steps.ts";
import type { RunReader } from "../../state/records/run_reader.ts";
import { planFromStep, type Prior, reusedSteps } from "./reuse_steps.ts";

export interface ChosenPlan {
  /** Null: every step runs. */
  readonly actions: readonly PlannedAction[] | null;
  /** The run whose results are taken over, where that is needed. */
  readonly prior: Prior | null;
  readonly reused: ReadonlyMap<string, ReusedStep> | undefined;
  readonly leftOut: ReadonlySet<string>;
}

/** What the choice needs from. */
export interface ChoiceSources {
  /** Opened only where an earlier run is looked for. */
  readonly reader: () => RunReader;
  readonly planned: readonly PlannedStep[];
  readonly root: string;
  readonly mock: boolean;
}

/**
 * The plan of a new run. A step that was not chosen is skipped; where a chosen one cannot do without its result,
 * that of the latest run stands for it.
 *
 * @throws {UsageError} `result_missing` where no run has it.
 * @throws {WaveError} as `notChosen` and `planFromStep`.
 */
export async function planChosen(
  pipeline: Pipeline,
  { from_step: fromStep, steps, exclude }: RunOptions,
  { reader, planned, root, mock }: ChoiceSources,
): Promise<ChosenPlan> {
  const left = notChosen(pipeline, { steps, exclude });
  if (fromStep === undefined && left === null) {
    return { actions: null, prior: null, reused: undefined, leftOut: new Set() };
  }
  const needs = neededOf(pipeline, left ?? new Set());
  const needed = new Set(needs.keys());
  const { plan, prior } = fromStep === undefined && needed.size === 0
    ? { plan: null, prior: null }
    : await planFromStep(reader(), pipeline, planned, root, {
      ...{ fromStep, mock, needed },
      ...fromStep === undefined ? { refuse: (why: string) => missing(needs, why) } : {},
    });
  const before = new Map(plan?.steps.map((action) => [action.id, action]));
  const actions = planned.map(({ id }): PlannedAction => {
    const action = before.get(id);
    if (left?.has(id) === true && !needed.has(id)) return skipped(id);
    if (left?.has(id) === true || fromStep !== undefined) return action ?? chosen(id);
    return chosen(id);
  });
  const reused = prior === null
    ? undefined
    : reusedSteps({ steps: actions, changed: [] }, prior, prior.record.id);
  return { actions, prior, reused, leftOut: skippedIn(actions) };
}

function chosen(id: string): PlannedAction {
  return { id, action: "run", reason: "chosen" };
}

function skipped(id: string): PlannedAction {
  return { id, action: "skip", reason: NOT_CHOSEN };
}

/** The steps that a plan skips. */
export function skippedIn(actions: readonly PlannedAction[]): ReadonlySet<string> {
  return new Set(actions.flatMap(({ id, action }) => action === "skip" ? [id] : []));
}

function missing(needs: ReadonlyMap<string, readonly string[]>, why: string): UsageError {
  const [first = "", ...others] = needs.keys();
  const users = [...new Set([...needs.values()].flat())].join(", ");
  const names = [first, ...others].join(", ");
  return new UsageError(
    "result_missing",
    `Cannot run ${users} without the result of ${names}: ${why}`,
    { hint: `choose ${others.length === 0 ? "it" : "them"}, too: ${names}` },
  );
}

/**
 * The plan of a resume in which steps are chosen. What completed keeps its result, chosen or not, unless
 * `again` says that the chosen ones run whatever they have.
 *
 * @throws {UsageError} `result_missing` where a chosen step needs what did not complete and was not chosen.
 */
export function chosenOfPlan(
  plan: ReusePlan,
  pipeline: Pipeline,
  options: RunOptions,
  again: boolean,
): ReusePlan {
  const left = notChosen(pipeline, options);
  if (left === null) return plan;
  const onDemand = new Set(
    [...allSteps(pipeline.steps)].flatMap(({ id, reworkOnly }) => reworkOnly ? [id] : []),
  );
  const steps = plan.steps.map((planned): PlannedAction => {
    const { id, action } = planned;
    if (left.has(id)) return action === "reuse" ? planned : skipped(id);
    if (!again || action !== "reuse" || onDemand.has(id)) return planned;
    return { id, action: "run", reason: "named by --steps" };
  });
  const without = skippedIn(steps);
  const running = new Set(steps.flatMap(({ id, action }) => action === "run" ? [id] : []));
  const needs = new Map(
    [...neededOf(pipeline, without)].flatMap(([id, users]): [string, string[]][] => {
      const used = users.filter((user) => running.has(user));
      return used.length === 0 ? [] : [[id, used]];
    }),
  );
  if (needs.size > 0) throw missing(needs, "it did not complete in this run");
  return { ...plan, steps, changed: plan.changed.filter(({ step }) => !without.has(step)) };
}
