/** Goes on with a run that has ended or was interrupted: `resume`, and a resumed run with those within it. */
import type { PlannedStep, RunEvent } from "../../event/event.ts";
import type { Pipeline } from "../../executor/language/model/pipeline.ts";
import type { ResumeOptions, ResumePlan } from "../../executor/planning/plan_resume.ts";
import type { Begun } from "../../executor/run/execute_options.ts";
import type { Recording } from "../../state/recording/open_recording.ts";
import { resumeRecording } from "../../state/recording/start_recording.ts";
import { planFrom, type Prior, reusedSteps } from "./reuse_steps.ts";
import type { RunRequest, RunSession } from "./run_session.ts";
import { endLeftovers } from "./finalize_run.ts";

export interface ContinueOptions {
  readonly runId: string;
  readonly pipeline: Pipeline;
  /** Its steps of today. */
  readonly planned: readonly PlannedStep[];
  readonly reuse: ResumeOptions;
  readonly listener: (event: RunEvent) => void;
  /** Called under the run's lock; what it throws refuses to go on, and nothing is recorded. */
  readonly check?: (prior: Prior, plan: ResumePlan) => void;
}

export interface Continued {
  /** To be disposed of. */
  readonly recording: Recording;
  readonly prior: Prior;
  /** What the run is executed with because of what it did before. */
  readonly request: Pick<RunRequest, "reused" | "attempts" | "goesOn">;
}

/**
 * What the run's lock lets us see decides what runs again.
 *
 * @throws {OperationError} `run_is_running`, and what `check` throws.
 */
export async function continueRun(
  { records, root }: RunSession,
  { runId, pipeline, planned, reuse, listener, check }: ContinueOptions,
): Promise<Continued> {
  const decided = Promise.withResolvers<{ prior: Prior; plan: ResumePlan }>();
  const recording = await resumeRecording({
    ...records.recording(listener),
    runId,
    async prepare(record, artifacts) {
      const prior = { record, artifacts };
      const plan = await planFrom(prior, pipeline, planned, root, reuse);
      check?.(prior, plan);
      await endLeftovers(records.finder, record);
      decided.resolve({ prior, plan });
      const rerun = plan.steps.filter(({ action }) => action === "run").map(({ id }) => id);
      return { steps: planned, rerun };
    },
  });
  const { prior, plan } = await decided.promise;
  const request = {
    reused: reusedSteps(plan, prior),
    attempts: new Map(prior.record.steps.map(({ id, attempt }) => [id, attempt])),
    goesOn: begun(prior, plan),
  };
  return { recording, prior, request };
}

function begun({ record }: Prior, { steps }: ResumePlan): Map<string, Begun> {
  const workspaces = new Map(record.steps.map(({ id, workspace }) => [id, workspace]));
  return new Map(steps.flatMap(({ id, goesOn }) => {
    if (goesOn === undefined) return [];
    return [[id, { workspace: workspaces.get(id) ?? null, changed: goesOn === "changed" }]];
  }));
}
