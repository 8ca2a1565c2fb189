/** Runs steps side by side as their dependencies allow, and on along their edges. */
import { WaveError } from "../../event/errors.ts";
import type { Step } from "../language/model/pipeline.ts";
import type { LoopFrame, RunContext, StepsEnd } from "../run/run_context.ts";
import { stopMessage } from "../run/stop.ts";
import { takesSlot } from "../work/work.ts";
import { chooseEdge, chosenStep, type EdgeChoice, spelledCondition } from "./choose_edge.ts";
import { leadsOn, routersOf } from "./failure_ways.ts";
import { RoutedFailures } from "./routed_failures.ts";
import { runStep, type StepEnd } from "./run_step.ts";
import { type DoneStep, Scheduler, type Skip } from "./scheduler.ts";
import { completedBefore, notStarted } from "../run/skip_reason.ts";
import { skipStep, StepEvents, tellWay } from "./step_events.ts";

/**
 * Runs `steps` to their end. A step that fails for good lets the running ones finish and starts no more:
 * agents cost money, and a run that will fail has no use for more of them. What did not start is
 * recorded as skipped.
 *
 * @param done steps that have ended from the start, with their results; of a failed one the failure, from
 * which an edge leads on.
 */
export async function runSteps(
  context: RunContext,
  steps: readonly Step[],
  frame: LoopFrame,
  done: ReadonlyMap<string, string | null> = new Map(),
): Promise<StepsEnd> {
  const run = new StepsRun(context, steps, frame, done);
  await run.runAll();
  run.skipUnstarted();
  return run.end;
}

/** A step that sends the run back, as soon as what runs behind its target has ended. */
interface Turn {
  readonly from: string;
  readonly target: string;
  readonly outcome: "completed" | "routed";
  readonly why: string;
}

class StepsRun {
  readonly #context: RunContext;
  readonly #frame: LoopFrame;
  readonly #steps: ReadonlyMap<string, Step>;
  readonly #scheduler: Scheduler;
  readonly #failures: StepsEnd["failures"][number][] = [];
  /** Failures from which an edge leads on, by step. */
  readonly #routed = new RoutedFailures();
  /** The failures that steps are to mend, by the step that an edge led to. */
  readonly #toMend = new Map<string, string>();
  #turns: readonly Turn[] = [];
  #completedBy: string | null = null;
  #stoppedBy: StepsEnd["stoppedBy"] = null;
  #startReady = () => {};

  constructor(
    context: RunContext,
    steps: readonly Step[],
    frame: LoopFrame,
    done: ReadonlyMap<string, string | null>,
  ) {
    this.#context = context;
    this.#frame = frame;
    const planned = steps.filter(({ reworkOnly }) => !reworkOnly);
    this.#steps = new Map(planned.map((step) => [step.id, step]));
    const ended = this.#endedBefore(done);
    // Where an edge had completed the run, nothing starts that had not.
    const left = this.#completedBy === null
      ? planned
      : planned.filter(({ id }) => ended.has(id) || (context.attempts.get(id) ?? 0) > 0);
    const ids = new Set(left.map(({ id }) => id));
    const graph = left.map(({ id, dependencies, entries, routes, action, each }) => ({
      id,
      dependencies: dependencies.filter((dependency) => ids.has(dependency)),
      entries: entries.filter((entry) => ids.has(entry)),
      routes: routes && leadsOn(this.#step(id), this.#steps),
      free: each !== null || !takesSlot(action),
    }));
    const { maxWorkers, manifest } = context.options;
    const limit = maxWorkers ?? manifest.runtime.maxConcurrentWorkers;
    this.#scheduler = new Scheduler(graph, limit, ended);
  }

  #endedBefore(done: ReadonlyMap<string, string | null>): Map<string, DoneStep> {
    for (const [id, failure] of done) if (failure !== null) this.#routed.add(id, failure);
    return new Map([...done].flatMap(([id, failure]): [string, DoneStep][] => {
      const step = this.#steps.get(id);
      if (step === undefined) return [];
      const { edge } = this.#chosen(step);
      if (edge?.target.kind === "complete") this.#completedBy = id;
      const outcome = failure === null ? "completed" : "routed";
      const next = edge?.target.kind === "step"
        ? edge.target.step
        : chosenStep(this.#context, step);
      if (next === undefined) return [[id, { outcome }]];
      this.#handOn(step, next);
      if (this.#isForward(step, next)) return [[id, { outcome, next }]];
      this.#turns = [...this.#turns, { from: id, target: next, outcome, why: `on to ${next}` }];
      return [[id, { outcome }]];
    }));
  }

  /** Goes back where steps that had ended before led back, and that was not done any more. */
  #turnBackFirst(): void {
    const turns = this.#turns;
    this.#turns = [];
    for (const { from, target, why } of turns) {
      const again = this.#scheduler.rewind(from, target) ?? [];
      if (again.length > 0) {
        tellWay(this.#context, this.#step(from), { edge: target, message: why, again });
      }
      this.#forget(again);
    }
  }

  get end(): StepsEnd {
    return { failures: this.#failures, stoppedBy: this.#stoppedBy };
  }

  /** Resolves when no step runs and none will. What a bug throws is thrown: then steps may still run. */
  async runAll(): Promise<void> {
    const { graceful } = this.#context;
    const idle = Promise.withResolvers<void>();
    this.#startReady = () => startReady();
    const startReady = () => {
      do {
        for (let id = this.#scheduler.take(); id !== null; id = this.#scheduler.take()) {
          this.#runOne(id).then(startReady).catch(idle.reject);
        }
      } while (this.#meetWays());
      if (this.#scheduler.idle) idle.resolve();
    };
    const onStop = () => {
      // Whether that keeps anything from starting is known when the running steps have ended.
      this.#scheduler.stop();
      this.#turnBack();
      if (this.#scheduler.idle) idle.resolve();
    };
    graceful.addEventListener("abort", onStop, { once: true });
    try {
      if (graceful.aborted) onStop();
      else {
        this.#turnBackFirst();
        startReady();
      }
      await idle.promise;
    } finally {
      graceful.removeEventListener("abort", onStop);
    }
  }

  /** Ends what no edge has led to, once nothing else is left; true when that makes a step ready. */
  #meetWays(): boolean {
    const isOver = this.#failures.length > 0 || this.#completedBy !== null;
    if (isOver || this.#scheduler.running > 0 || this.#scheduler.hasReady) return false;
    this.#skip(this.#scheduler.endWays());
    return this.#scheduler.hasReady && !this.#context.graceful.aborted;
  }

  async #runOne(id: string): Promise<void> {
    const step = this.#step(id);
    const failure = this.#toMend.get(id) ?? null;
    this.#context.turns.set(id, () => this.#rest(id));
    this.#recordEnd(id, await runStep(this.#context, step, this.#frame, failure));
    this.#turnBack();
  }

  /** Until the result is disposed, others have the turn of the step. */
  #rest(id: string): Disposable {
    this.#scheduler.rest(id, true);
    this.#startReady();
    return { [Symbol.dispose]: () => this.#scheduler.rest(id, false) };
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
        if (end.final === true || !leadsOn(this.#step(id), this.#steps)) {
          return this.#fail(id, end.message);
        }
        this.#routed.add(id, end.message, end.repeated);
        return this.#goOn(id, "routed");
      case "completed":
        this.#routed.forget(id);
        if (end.goTo === undefined) return this.#goOn(id, "completed");
        return this.#sendTo(id, end.goTo, "completed", `the choice leads to ${end.goTo}`);
      case "tolerated":
        return this.#skip(this.#scheduler.end(id, "tolerated"));
    }
  }

  #fail(id: string, message: string): void {
    this.#failures.push({ id, message });
    if (!this.#context.graceful.aborted) this.#startNoMore("failure");
    this.#skip(this.#scheduler.end(id, "failed"));
  }

  /** Goes on behind a step that has ended, by its edge where one fits. */
  #goOn(id: string, outcome: "completed" | "routed"): void {
    const step = this.#step(id);
    const { edge, error } = this.#chosen(step);
    if (error !== null) {
      new StepEvents(this.#context, step).refused(error);
      return this.#fail(id, error);
    }
    if (edge === null) {
      const [router] = outcome === "routed" ? routersOf(id, this.#steps) : [];
      if (router !== undefined) {
        tellWay(this.#context, step, {
          edge: router.id,
          message: `${router.id} routes its failure`,
        });
      }
      return this.#skip(this.#scheduler.end(id, outcome));
    }
    const why = spelledCondition(edge);
    const { target } = edge;
    if (target.kind === "step") {
      return this.#sendTo(id, target.step, outcome, `${why}: on to ${target.step}`);
    }
    tellWay(this.#context, step, { edge: target.kind, message: `${why}: ${target.kind}` });
    if (target.kind === "fail") {
      const failure = this.#routed.of(step);
      const message = `its edge (${why}) ends the run${failure === null ? "" : `: ${failure}`}`;
      new StepEvents(this.#context, step).refused(message);
      return this.#fail(id, message);
    }
    if (target.kind === "complete") {
      this.#completedBy = id;
      this.#scheduler.stop();
    }
    this.#skip(this.#scheduler.end(id, outcome));
  }

  #chosen(step: Step): EdgeChoice {
    try {
      return chooseEdge(this.#context, step);
    } catch (error) {
      if (!(error instanceof WaveError)) throw error;
      return { outcome: "failure", edge: null, error: error.message };
    }
  }

  #sendTo(from: string, target: string, outcome: Turn["outcome"], why: string): void {
    const step = this.#step(from);
    const repeated = this.#routed.repeatedOf(step, target, this.#steps);
    if (repeated !== null) {
      new StepEvents(this.#context, step).refused(repeated);
      return this.#fail(from, repeated);
    }
    this.#handOn(step, target);
    if (!this.#isForward(step, target)) {
      this.#turns = [...this.#turns, { from, target, outcome, why }];
      return;
    }
    tellWay(this.#context, step, { edge: target, message: why });
    this.#skip(this.#scheduler.end(from, outcome, target));
  }

  #isForward(step: Step, target: string): boolean {
    return this.#steps.get(target)?.entries.includes(step.id) === true;
  }

  /** Tells the step `target` the failure that leads to it. */
  #handOn(step: Step, target: string): void {
    const failure = this.#routed.of(step);
    if (failure === null) this.#toMend.delete(target);
    else this.#toMend.set(target, failure);
  }

  /**
   * Continues from the targets of steps that send the run back, whose results and those behind them are
   * dropped. It waits for what is running; nothing starts until then.
   */
  #turnBack(): void {
    const isOver = this.#stoppedBy !== null || this.#completedBy !== null ||
      this.#context.graceful.aborted;
    for (let [turn] = this.#turns; turn !== undefined; [turn] = this.#turns) {
      const { from, target, outcome, why } = turn;
      const waiting = new Set(this.#turns.map((each) => each.from));
      const again = isOver ? [] : this.#scheduler.rewind(from, target, waiting);
      if (again === null) break;
      tellWay(this.#context, this.#step(from), { edge: target, message: why, again });
      this.#forget(again);
      this.#turns = this.#turns.filter((each) => each !== turn && !again.includes(each.from));
      if (again.length === 0) this.#skip(this.#scheduler.end(from, outcome));
    }
    this.#scheduler.hold(this.#turns.length > 0);
  }

  #forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#context.results.delete(id);
      this.#routed.forget(id);
    }
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
    if (this.#completedBy !== null && first === undefined) {
      const reason = completedBefore(this.#completedBy);
      this.#tellRouted();
      return this.#skip(this.#scheduler.abandon().map((id) => ({ id, reason })));
    }
    // A step that failed by itself would have kept those from starting that wait for it.
    const prevented = first === undefined
      ? this.#scheduler.hasUnstarted
      : this.#scheduler.hasReady && this.#context.graceful.aborted;
    if (prevented) this.#stoppedBy ??= "stop";
    else if (this.#scheduler.hasUnstarted) this.#stoppedBy ??= "failure";
    if (this.#stoppedBy === null) this.#tellRouted();
    const reason = this.#stoppedBy === "failure" && first !== undefined
      ? `step ${first.id} failed`
      : stopMessage(this.#context);
    this.#skip(
      this.#scheduler.abandon().map((id) => ({ id, reason: notStarted(reason) })),
    );
  }

  /** A run may complete although a step of it has failed in the end: that is told. */
  #tellRouted(): void {
    for (const [id, message] of this.#routed.all()) {
      this.#context.tolerate(this.#step(id), "edges", message);
    }
  }

  #step(id: string): Step {
    const step = this.#steps.get(id);
    if (step === undefined) throw new Error(`Cannot run "${id}": it is no step`);
    return step;
  }
}
