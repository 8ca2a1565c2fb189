/** Runs steps side by side as their dependencies allow. */
import { takesSlot } from "./run_action.ts";
import { stopReason } from "./run_attempt.ts";
import type { Frame, RunContext } from "../run/run_context.ts";
import type { Step } from "../language/model/pipeline.ts";
import { Scheduler, type Skip } from "./scheduler.ts";
import { runStep, skip, type StepEnd } from "./run_step.ts";

export interface GraphOptions {
  /** Steps that count as completed from the start. */
  readonly done?: ReadonlySet<string>;
}

export interface GraphEnd {
  /** The first step that failed for good. */
  readonly failure: { readonly id: string; readonly message: string } | null;
  /**
   * What kept steps from starting, or cut them short: a failure or a stop of the run, whichever came
   * first. Null when every step had its turn.
   */
  readonly stoppedBy: "failure" | "halt" | null;
}

/** How often a gate may send the run back, so that no answer keeps it going for ever. */
const MOST_REWINDS = 100;

/**
 * Runs `steps` to their end. A step that fails for good lets the running ones finish and starts no more:
 * agents cost money, and a run that will fail has no use for more of them. What did not start is
 * recorded as skipped.
 */
export async function runGraph(
  context: RunContext,
  steps: readonly Step[],
  frame: Frame,
  { done = new Set() }: GraphOptions,
): Promise<GraphEnd> {
  const planned = steps.filter(({ reworkOnly }) => !reworkOnly);
  const byId = new Map(planned.map((step) => [step.id, step]));
  const graph = planned.map(({ id, dependencies, action, each }) => ({
    id,
    dependencies: dependencies.filter((dependency) => byId.has(dependency)),
    free: each !== null || !takesSlot(action),
  }));
  const limit = context.options.maxWorkers ??
    context.options.manifest.runtime.maxConcurrentWorkers;
  const scheduler = new Scheduler(graph, limit, done);
  let failure: GraphEnd["failure"] = null;
  let stoppedBy: GraphEnd["stoppedBy"] = null;
  let rewinds = 0;
  const skipAll = (skips: readonly Skip[]) => {
    for (const { id, reason } of skips) skip(context, stepOf(byId, id), reason);
  };
  const stopAt = (cause: "failure" | "halt") => {
    scheduler.stop();
    stoppedBy ??= cause;
  };

  const ended = (id: string, end: StepEnd) => {
    switch (end.outcome) {
      case "unstarted":
        scheduler.putBack(id);
        return stopAt("halt");
      case "cancelled":
        skipAll(scheduler.end(id, "tolerated"));
        return stopAt("halt");
      case "failed":
        failure ??= { id, message: end.message };
        if (!context.halt.aborted) stopAt("failure");
        return skipAll(scheduler.end(id, "failed"));
      default: {
        if (end.outcome === "completed" && end.goTo !== undefined && rewinds < MOST_REWINDS) {
          const again = scheduler.rewind(id, end.goTo);
          if (again.length > 0) {
            rewinds++;
            for (const each of again) context.results.delete(each);
            return;
          }
        }
        skipAll(scheduler.end(id, end.outcome));
      }
    }
  };

  await new Promise<void>((resolve, reject) => {
    const pump = () => {
      for (let id = scheduler.take(); id !== null; id = scheduler.take()) {
        const started = id;
        runStep(context, stepOf(byId, started), frame).then((end) => {
          ended(started, end);
          pump();
        }).catch(fail);
      }
      if (scheduler.idle) finish(resolve);
    };
    const onHalt = () => {
      if (scheduler.hasUnstarted) stopAt("halt");
      if (scheduler.idle) finish(resolve);
    };
    const finish = (how: () => void) => {
      context.halt.removeEventListener("abort", onHalt);
      how();
    };
    // A bug: the steps that still run are ended by whoever catches it.
    const fail = (error: unknown) => finish(() => reject(error));
    context.halt.addEventListener("abort", onHalt, { once: true });
    if (context.halt.aborted) onHalt();
    else pump();
  });

  if (scheduler.hasUnstarted) stoppedBy ??= "halt";
  const why = failureOrStop(context, failure, stoppedBy);
  for (const id of scheduler.abandon()) skip(context, stepOf(byId, id), `not started: ${why}`);
  return { failure, stoppedBy };
}

function failureOrStop(
  context: RunContext,
  failure: GraphEnd["failure"],
  stoppedBy: GraphEnd["stoppedBy"],
): string {
  return stoppedBy === "failure" && failure !== null
    ? `step ${failure.id} failed`
    : stopReason(context);
}

function stepOf(steps: ReadonlyMap<string, Step>, id: string): Step {
  const step = steps.get(id);
  if (step === undefined) throw new Error(`Cannot run "${id}": it is no step`);
  return step;
}
