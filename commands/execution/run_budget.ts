/** The limits of a run as a whole: those of its definition, and those that its command line gives. */
import { amountOf, BUDGET_UNITS, narrowest, type Use } from "../../event/budget.ts";
import type { BudgetLimits, RunBudget } from "../../event/event.ts";
import type { Manifest } from "../../executor/language/model/manifest.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";

interface BudgetValues {
  readonly "max-usd": number | undefined;
  readonly "max-tokens": number | undefined;
}

/** The limits that a command line gives. */
export function givenLimits(
  { "max-usd": usd, "max-tokens": tokens }: BudgetValues,
): BudgetLimits {
  return {
    ...usd === undefined ? {} : { usd },
    ...tokens === undefined ? {} : { tokens },
  };
}

type Defined = Pick<Pipeline, "budget">;
type Project = { readonly runtime: Pick<Manifest["runtime"], "budget"> };

const NONE: BudgetLimits = {};

function isNone(limits: BudgetLimits): boolean {
  return Object.keys(limits).length === 0;
}

function budgetWith(
  { budget: ofPipeline = NONE }: Defined,
  { runtime: { budget: ofProject = NONE } }: Project,
  given: BudgetLimits,
  raised: BudgetLimits,
): RunBudget | undefined {
  const limits = { ...narrowest(ofProject, ofPipeline, given), ...raised };
  if (isNone(limits)) return undefined;
  return {
    limits,
    ...isNone(given) ? {} : { given },
    ...isNone(raised) ? {} : { raised },
  };
}

/** Of a new run: the narrowest of each unit. Undefined without any limit. */
export function newBudget(
  pipeline: Defined,
  project: Project,
  given: BudgetLimits = NONE,
): RunBudget | undefined {
  return budgetWith(pipeline, project, given, NONE);
}

/**
 * Of a run that is resumed: what `before` was given still counts. What is given now takes the place of all
 * limits of the run in that unit, because whoever resumes it has seen what it used.
 */
export function resumedBudget(
  pipeline: Defined,
  project: Project,
  before: RunBudget | undefined,
  now: BudgetLimits,
): RunBudget | undefined {
  return budgetWith(pipeline, project, before?.given ?? NONE, { ...before?.raised, ...now });
}

/** What a run within another one starts with: its own limits, or what is left around it where that is less. */
export function innerBudget(
  { budget: own = NONE }: Defined,
  leftAround: BudgetLimits,
  before: Use,
): RunBudget | undefined {
  // What it used before is a part of what was used around it.
  const around = Object.fromEntries(BUDGET_UNITS.flatMap((unit) => {
    const left = leftAround[unit];
    return left === undefined ? [] : [[unit, left + amountOf(before, unit)]];
  }));
  const limits = narrowest(own, around);
  return isNone(limits) ? undefined : { limits };
}
