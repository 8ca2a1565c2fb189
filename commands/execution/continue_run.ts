/** Continues a run that has ended or was interrupted, for `resume` and for the runs within a resumed one. */
import type { PlannedStep, RunBudget, RunEvent } from "../../event/event.ts";
import type { RunOptions } from "../../event/run_options.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import type { ReuseOptions, ReusePlan } from "../../executor/planning/plan_reuse.ts";
import type { PriorAttempt } from "../../executor/api.ts";
import type { SpentBefore } from "../../executor/budget/run_ledger.ts";
import type { RunRecord } from "../../state/records/records.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import { visitsBefore } from "../../state/records/fold.ts";
import { resumeRecording } from "../../state/recording/start_recording.ts";
import { skippedIn } from "./plan_choice.ts";
import { planFrom, type Prior, reusedSteps } from "./reuse_steps.ts";
import type { RunRequest, Session } from "./session.ts";
import { startedHooks } from "./recorded_hooks.ts";
import { endLeftovers } from "./finalize_run.ts";

export interface ContinueOptions {
  readonly runId: string;
  readonly pipeline: Pipeline;
  /** Its steps of today. */
  readonly planned: readonly PlannedStep[];
  readonly reuse: ReuseOptions;
  readonly listener: (event: RunEvent) => void;
  /** The limits that it goes on with, by what was recorded of it. */
  readonly budget: (record: RunRecord) => RunBudget | undefined;
  /** What it is recorded with from here on, where that is another thing. */
  readonly options?: RunOptions | undefined;
  readonly mock?: boolean | undefined;
  /** Which of its steps were chosen. */
  readonly choose?: (plan: ReusePlan) => ReusePlan;
  /** Called under the run's lock; what it throws refuses the resume, and nothing is recorded. */
  readonly check?: (prior: Prior, plan: ReusePlan) => void;
}

export interface Continued {
  /** To be disposed of. */
  readonly recording: Recording;
  readonly prior: Prior;
  /** What the run is executed with because of what it did before. */
  readonly request: Pick<
    RunRequest,
    "reused" | "attempts" | "visits" | "continued" | "budget" | "spent" | "pauses" | "leftOut"
  >;
}

/**
 * What the run's lock lets us see decides what runs again.
 *
 * @throws {OperationError} `run_is_running`, and what `check` throws.
 */
export async function continueRun(
  { records, root, paths }: Session,
  { listener, budget, options, mock, choose, check, ...what }: ContinueOptions,
): Promise<Continued> {
  const { runId, pipeline, planned, reuse } = what;
  const decided = Promise.withResolvers<{ prior: Prior; plan: ReusePlan }>();
  const recording = await resumeRecording({
    ...records.recording(listener),
    runId,
    async prepare(record, artifacts) {
      const prior = { record, artifacts };
      const all = await planFrom(prior, pipeline, planned, root, reuse);
      const plan = choose?.(all) ?? all;
      check?.(prior, plan);
      await endLeftovers(records, record, startedHooks(paths, runId));
      decided.resolve({ prior, plan });
      const rerun = plan.steps.filter(({ action }) => action === "run").map(({ id }) => id);
      return {
        ...{ steps: planned, rerun, budget: budget(record) },
        ...options === undefined ? {} : { options },
        ...mock === undefined || mock === record.mock ? {} : { mock },
      };
    },
  });
  const { prior, plan } = await decided.promise;
  const request = {
    reused: reusedSteps(plan, prior),
    attempts: new Map(prior.record.steps.map(({ id, attempt }) => [id, attempt])),
    visits: visitsOf(prior, plan),
    continued: priorAttempts(prior, plan),
    budget: recording.record.budget,
    spent: spentBefore(recording.record),
    pauses: prior.record.pauses,
    leftOut: skippedIn(plan.steps),
  };
  return { recording, prior, request };
}

function visitsOf({ record }: Prior, { steps }: ReusePlan): Map<string, number> {
  const rerun = new Set(steps.flatMap(({ id, action }) => action === "run" ? [id] : []));
  return new Map(
    record.steps.map((step) => [step.id, rerun.has(step.id) ? visitsBefore(step) : step.visits]),
  );
}

/** What counts of the run so far, as it stands when it is resumed. */
function spentBefore({ steps, gone, startedAt, lastEventAt, idleMs }: RunRecord): SpentBefore {
  return {
    ms: Math.max(0, lastEventAt - startedAt - idleMs),
    gone,
    steps: new Map(steps.map(({ id, tokens, use }) => [id, { tokens, use }])),
  };
}

function priorAttempts({ record }: Prior, { steps }: ReusePlan): Map<string, PriorAttempt> {
  const workspaces = new Map(record.steps.map(({ id, workspace }) => [id, workspace]));
  return new Map(steps.flatMap(({ id, continues }) => {
    if (continues === undefined) return [];
    return [[id, { workspace: workspaces.get(id) ?? null, changed: continues === "changed" }]];
  }));
}
