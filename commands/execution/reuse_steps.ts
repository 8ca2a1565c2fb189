/** What a run takes over from an earlier one, or from its own earlier attempt. */
import { OperationError } from "../../event/errors.ts";
import type { PlannedStep } from "../../event/event.ts";
import type { Pipeline, Step } from "../../executor/language/model/pipeline.ts";
import {
  type PlannedAction,
  planReuse,
  type PriorStep,
  type ReuseOptions,
  type ReusePlan,
  type StepRoles,
} from "../../executor/planning/plan_reuse.ts";
import { unmetIn } from "../../executor/run/unmet_condition.ts";
import type { ReusedStep } from "../../executor/api.ts";
import type { RunReader } from "../../state/records/run_reader.ts";
import type { ArtifactRecord, RunRecord } from "../../state/records/records.ts";
import { artifactData } from "../runs/artifact_data.ts";

/** How the steps of a pipeline hang together, besides their dependencies. */
function rolesOf(steps: readonly Step[]): StepRoles {
  const inLoop = new Map<string, string>();
  const onDemand = new Set<string>();
  const standIns = new Map<string, string[]>();
  const visit = (inner: readonly Step[], loop: string | null) => {
    for (const { id, action, reworkOnly, retry, contracts } of inner) {
      if (loop !== null) inLoop.set(id, loop);
      if (reworkOnly) onDemand.add(id);
      const ends = [retry.onFailure, ...contracts.map(({ onFailure }) => onFailure)];
      standIns.set(id, ends.flatMap((end) => end.kind === "rework" ? [end.step] : []));
      if (action.kind === "loop") visit(action.steps, id);
    }
  };
  visit(steps, null);
  return { inLoop, onDemand, standIns };
}

function priorSteps(record: RunRecord, artifacts: readonly ArtifactRecord[]): PriorStep[] {
  return record.steps.map((step) => ({
    ...{ id: step.id, status: step.status, digest: step.digest, edge: step.edge },
    errorMessage: "errorMessage" in step ? step.errorMessage : null,
    artifacts: artifacts.filter(({ stepId }) => stepId === step.id).map(artifactData),
  }));
}

export interface Prior {
  readonly record: RunRecord;
  readonly artifacts: readonly ArtifactRecord[];
}

/** For each step of the pipeline of today: whether what `prior` recorded stands. */
export async function planFrom(
  prior: Prior,
  pipeline: Pipeline,
  planned: readonly PlannedStep[],
  root: string,
  options: ReuseOptions,
): Promise<ReusePlan> {
  const steps = priorSteps(prior.record, prior.artifacts);
  return await planReuse(steps, planned, root, options, rolesOf(pipeline.steps));
}

/** The steps that are taken over. `fromRun` names the run when it is another one. */
export function reusedSteps(
  plan: ReusePlan,
  { record, artifacts }: Prior,
  fromRun?: string,
): Map<string, ReusedStep> {
  const before = new Map(record.steps.map((step) => [step.id, step]));
  const reused = new Map<string, ReusedStep>();
  for (const { id, action, standIn = id } of plan.steps) {
    const step = before.get(standIn);
    // A step that nobody needed was not run, and has no results.
    const skipped = step?.status === "skipped" && unmetIn(step.errorMessage, step.id) !== null;
    const ledOn = step?.status === "failed" && step.edge !== null;
    if (action !== "reuse" || step?.status !== "completed" && !skipped && !ledOn) continue;
    reused.set(id, {
      workspace: step.workspace,
      ...skipped ? { skipped: step.errorMessage } : {},
      ...ledOn ? { failure: step.errorMessage } : {},
      artifacts: artifacts.filter(({ stepId }) => stepId === standIn).map(artifactData),
      ...(fromRun === undefined ? {} : { fromRun }),
    });
  }
  return reused;
}

/** All that a step depends on, directly or not. */
function behind(id: string, planned: readonly PlannedStep[]): Set<string> {
  const found = new Set<string>();
  const visit = (step: string) => {
    for (const before of planned.find((one) => one.id === step)?.dependencies ?? []) {
      if (found.has(before)) continue;
      found.add(before);
      visit(before);
    }
  };
  visit(id);
  return found;
}

export interface FromStep {
  readonly plan: ReusePlan;
  /** Null when the step depends on nothing and there is no run yet. */
  readonly prior: Prior | null;
}

export interface FromStepOptions {
  /** Undefined: only the steps `needed` are looked for. */
  readonly fromStep?: string | undefined;
  readonly mock: boolean;
  readonly needed?: ReadonlySet<string>;
  /** The error where no run has them; told why. */
  readonly refuse?: (why: string) => Error;
}

/** Runs that are looked at, newest first, for one whose steps can be reused. */
const LOOK_BACK = 100;

/**
 * The latest run of the pipeline whose results stand for all that `fromStep` depends on, and for the steps
 * `needed`.
 *
 * @throws {NotFoundError} `step_not_found`.
 * @throws {OperationError} `nothing_to_reuse`.
 */
export async function planFromStep(
  reader: RunReader,
  pipeline: Pipeline,
  planned: readonly PlannedStep[],
  root: string,
  { fromStep, mock, needed: more = new Set(), refuse }: FromStepOptions,
): Promise<FromStep> {
  const needed = new Set([...fromStep === undefined ? [] : behind(fromStep, planned), ...more]);
  let refusal: PlannedAction | undefined;
  let madeUp: string | undefined;
  for (const run of reader.runs({ pipeline: pipeline.name, limit: LOOK_BACK }).runs) {
    if (run.liveness !== "finished" && run.liveness !== "interrupted") continue;
    // What the mock made up is nothing that a real agent could build on.
    if (run.record.mock && !mock) {
      madeUp ??= run.record.id;
      continue;
    }
    const prior = { record: run.record, artifacts: reader.artifacts(run.record.id) };
    const plan = await planFrom(prior, pipeline, planned, root, { fromStep });
    const missing = plan.steps.find(({ id, action }) => needed.has(id) && action === "run");
    const changed = plan.changed.find(({ step }) => needed.has(step));
    if (missing === undefined && changed === undefined) return { plan, prior };
    refusal ??= missing ?? plan.steps.find(({ id }) => id === changed?.step);
  }
  if (needed.size === 0) {
    // Nothing has to be there; also finds out whether there is such a step.
    const plan = await planReuse([], planned, root, { fromStep }, rolesOf(pipeline.steps));
    return { plan, prior: null };
  }
  const unfit = madeUp === undefined ? "it never ran" : `${madeUp} ran on the mock adapter`;
  const why = refusal === undefined ? unfit : `${refusal.id}: ${refusal.reason}`;
  if (refuse !== undefined) throw refuse(`no run completed it (${why})`);
  throw new OperationError(
    "nothing_to_reuse",
    `Cannot start ${pipeline.name} from ${fromStep}: no run completed the steps before it (${why})`,
    { hint: `wave run ${pipeline.name}` },
  );
}
