/** Runs steps side by side as their dependencies allow. */
import type { Step } from "../language/model/pipeline.ts";
import type { LoopFrame, RunContext, StepsEnd } from "../run/run_context.ts";
import { stopMessage } from "../run/stop.ts";
import { takesSlot } from "../work/work.ts";
import { runStep, type StepEnd } from "./run_step.ts";
import { Scheduler, type Skip } from "./scheduler.ts";
import { skipStep } from "./step_events.ts";

/**
 * Runs `steps` to their end. A step that fails for good lets the running ones finish and starts no more:
 * agents cost money, and a run that will fail has no use for more of them. What did not start is
 * recorded as skipped.
 *
 * @param done steps that count as completed from the start.
 */
export async function runSteps(
  context: RunContext,
  steps: readonly Step[],
  frame: LoopFrame,
  done: ReadonlySet<string> = new Set(),
): Promise<StepsEnd> {
  const run = new StepsRun(context, steps, frame, done);
  await run.runAll();
  run.skipUnstarted();
  return run.end;
}

class StepsRun {
  readonly #context: RunContext;
  readonly #frame: LoopFrame;
  readonly #steps: ReadonlyMap<string, Step>;
  readonly #scheduler: Scheduler;
  readonly #failures: StepsEnd["failures"][number][] = [];
  #stoppedBy: StepsEnd["stoppedBy"] = null;

  constructor(
    context: RunContext,
    steps: readonly Step[],
    frame: LoopFrame,
    done: ReadonlySet<string>,
  ) {
    this.#context = context;
    this.#frame = frame;
    const planned = steps.filter(({ reworkOnly }) => !reworkOnly);
    this.#steps = new Map(planned.map((step) => [step.id, step]));
    const graph = planned.map(({ id, dependencies, action, each }) => ({
      id,
      dependencies: dependencies.filter((dependency) => this.#steps.has(dependency)),
      free: each !== null || !takesSlot(action),
    }));
    const { maxWorkers, manifest } = context.options;
    const limit = maxWorkers ?? manifest.runtime.maxConcurrentWorkers;
    this.#scheduler = new Scheduler(graph, limit, done);
  }

  get end(): StepsEnd {
    return { failures: this.#failures, stoppedBy: this.#stoppedBy };
  }

  /** Resolves when no step runs and none will. What a bug throws is thrown: then steps may still run. */
  async runAll(): Promise<void> {
    const { graceful } = this.#context;
    const idle = Promise.withResolvers<void>();
    const startReady = () => {
      for (let id = this.#scheduler.take(); id !== null; id = this.#scheduler.take()) {
        this.#runOne(id).then(startReady).catch(idle.reject);
      }
      if (this.#scheduler.idle) idle.resolve();
    };
    const onStop = () => {
      // Whether that keeps anything from starting is known when the running steps have ended.
      this.#scheduler.stop();
      if (this.#scheduler.idle) idle.resolve();
    };
    graceful.addEventListener("abort", onStop, { once: true });
    try {
      if (graceful.aborted) onStop();
      else startReady();
      await idle.promise;
    } finally {
      graceful.removeEventListener("abort", onStop);
    }
  }

  async #runOne(id: string): Promise<void> {
    this.#recordEnd(id, await runStep(this.#context, this.#step(id), this.#frame));
  }

  #recordEnd(id: string, end: StepEnd): void {
    switch (end.outcome) {
      case "unstarted":
        this.#scheduler.putBack(id);
        return this.#startNoMore("stop");
      case "cancelled":
        this.#skip(this.#scheduler.end(id, "tolerated"));
        return this.#startNoMore("stop");
      case "failed":
        this.#failures.push({ id, message: end.message });
        if (!this.#context.graceful.aborted) this.#startNoMore("failure");
        return this.#skip(this.#scheduler.end(id, "failed"));
      case "completed":
        if (end.goTo !== undefined && this.#rewind(id, end.goTo)) return;
        return this.#skip(this.#scheduler.end(id, "completed"));
      case "tolerated":
        return this.#skip(this.#scheduler.end(id, "tolerated"));
    }
  }

  /** Continues from the step `target`, whose results and those after it are dropped; false if it may not. */
  #rewind(from: string, target: string): boolean {
    const again = this.#scheduler.rewind(from, target);
    if (again.length === 0) return false;
    for (const id of again) this.#context.results.delete(id);
    return true;
  }

  #startNoMore(cause: "failure" | "stop"): void {
    this.#scheduler.stop();
    this.#stoppedBy ??= cause;
  }

  #skip(skips: readonly Skip[]): void {
    for (const { id, reason } of skips) skipStep(this.#context, this.#step(id), reason);
  }

  skipUnstarted(): void {
    const [first] = this.#failures;
    // A step that failed by itself would have kept those from starting that wait for it.
    const prevented = first === undefined
      ? this.#scheduler.hasUnstarted
      : this.#scheduler.hasReady && this.#context.graceful.aborted;
    if (prevented) this.#stoppedBy ??= "stop";
    else if (this.#scheduler.hasUnstarted) this.#stoppedBy ??= "failure";
    const reason = this.#stoppedBy === "failure" && first !== undefined
      ? `step ${first.id} failed`
      : stopMessage(this.#context);
    this.#skip(
      this.#scheduler.abandon().map((id) => ({ id, reason: `not started: ${reason}` })),
    );
  }

  #step(id: string): Step {
    const step = this.#steps.get(id);
    if (step === undefined) throw new Error(`Cannot run "${id}": it is no step`);
    return step;
  }
}
