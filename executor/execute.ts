/** Drives a run from its first step to its last. */
import { stopReason } from "./step/run_attempt.ts";
import { RunContext } from "./run/run_context.ts";
import { type GraphEnd, runGraph } from "./step/run_steps.ts";
import type { Emit } from "./run/ports.ts";
import { openFinder } from "./processes/open_finder.ts";
import type { Finder } from "./processes/process_finder.ts";
import type { ExecuteOptions, ReusedStep, RunOutput, RunResult } from "./run/execute_options.ts";
import { Slots } from "./run/worker_slots.ts";
import { skip } from "./step/run_step.ts";
import { takeOver } from "./step/adopt_results.ts";

/** Why a run is stopped before its end. */
class Stop extends Error {
  readonly kind: "cancelled" | "time_limit" | "fatal";

  constructor(kind: Stop["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * Runs a pipeline to its end. The caller records the run's first event before and its last event after,
 * from what this returns; everything in between is emitted here. When it returns or throws, no process
 * of the run is left.
 *
 * A graceful stop lets running steps finish, starts nothing more and ends the waits of backoffs and
 * gates; a forced one ends their processes too. A run with nothing left to start keeps its own result.
 *
 * @throws {WaveError} `trace_write_failed` when an event could not be recorded.
 */
export async function execute(options: ExecuteOptions): Promise<RunResult> {
  const hard = new AbortController();
  const halt = new AbortController();
  const stop = (reason: Stop) => {
    halt.abort(reason);
    if (reason.kind !== "cancelled") hard.abort(reason);
  };
  let broken: { readonly error: unknown } | null = null;
  // Events come from everywhere, output of processes included; what cannot be recorded stops the run,
  // and is thrown in the end.
  const emit: Emit = (draft) => {
    if (broken !== null) return;
    try {
      options.emit(draft);
    } catch (error) {
      broken = { error };
      stop(new Stop("fatal", "the run cannot be recorded", { cause: error }));
    }
  };
  using _control = followControl(options, emit, halt, hard);
  using _limit = timeLimit(options, stop);
  const given: Finder | undefined = options.inner?.finder ?? options.finder;
  const finder = given ?? openFinder();
  try {
    const context = new RunContext({ ...options, emit }, {
      slots: options.inner?.slots ?? new Slots(workers(options)),
      finder,
      hard: hard.signal,
      halt: halt.signal,
    });
    const end = await runSteps(context, options).catch((error: unknown) => {
      stop(new Stop("fatal", "a bug of wave", { cause: error }));
      throw error;
    });
    if (broken !== null) throw (broken as { readonly error: unknown }).error;
    return resultOf(context, end);
  } finally {
    if (given === undefined) await finder[Symbol.asyncDispose]();
  }
}

function workers({ maxWorkers, manifest }: ExecuteOptions): number {
  return maxWorkers ?? manifest.runtime.maxConcurrentWorkers;
}

/** Turns cancel requests into the run's own stops, and tells of each once. */
function followControl(
  { control }: ExecuteOptions,
  emit: Emit,
  halt: AbortController,
  hard: AbortController,
): Disposable {
  const told = new Set<boolean>();
  const onStop = (force: boolean) => {
    // A forced request says all; a graceful one may still become forced.
    if (told.has(force) || told.has(true)) return;
    told.add(force);
    emit({
      state: "cancelling",
      step_id: null,
      message: force ? "ending all processes" : "running steps finish, nothing more starts",
      data: { force },
    });
    const reason = new Stop("cancelled", "the run was cancelled");
    halt.abort(reason);
    if (force) hard.abort(reason);
  };
  const graceful = () => onStop(false);
  const forced = () => onStop(true);
  control.graceful.addEventListener("abort", graceful, { once: true });
  control.forced.addEventListener("abort", forced, { once: true });
  if (control.forced.aborted) forced();
  if (control.graceful.aborted) graceful();
  return {
    [Symbol.dispose]() {
      control.graceful.removeEventListener("abort", graceful);
      control.forced.removeEventListener("abort", forced);
    },
  };
}

function timeLimit({ timeoutMs, clock }: ExecuteOptions, stop: (reason: Stop) => void): Disposable {
  const over = new AbortController();
  if (timeoutMs !== undefined) {
    clock.delay(timeoutMs, over.signal).then(
      () => stop(new Stop("time_limit", `the run's time limit of ${timeoutMs / 1000}s is reached`)),
      // The run ended first.
      () => {},
    );
  }
  return { [Symbol.dispose]: () => over.abort() };
}

async function runSteps(context: RunContext, options: ExecuteOptions): Promise<GraphEnd> {
  const { pipeline, reused = new Map<string, ReusedStep>() } = options;
  for (const [id, step] of reused) await takeOver(context, id, step);
  const end = await runGraph(context, pipeline.steps, { iteration: null }, {
    done: new Set(reused.keys()),
  });
  for (const step of context.steps.values()) {
    if (!context.results.has(step.id)) skip(context, step, "not needed");
  }
  return end;
}

function resultOf(context: RunContext, { failure, stoppedBy }: GraphEnd): RunResult {
  const { pipeline } = context.options;
  const artifacts = [...context.steps.keys()].flatMap((id): RunOutput[] =>
    (context.results.get(id)?.artifacts ?? [])
      .map(({ data }) => ({ name: data.name, data, field: null }))
  );
  const outputs = pipeline.outputs.flatMap(({ name, step, artifact, field }): RunOutput[] => {
    const found = context.results.get(step)?.artifacts.find(({ data }) => data.name === artifact);
    return found === undefined ? [] : [{ name, data: found.data, field }];
  });
  const facts = { tokens: context.tokens, outputs, artifacts };
  const reason: unknown = context.hard.aborted ? context.hard.reason : context.halt.reason;
  const overTime = reason instanceof Stop && reason.kind === "time_limit";
  if (stoppedBy === "halt") {
    const status = overTime ? "failed" : "cancelled";
    return { ...facts, status, message: stopReason(context) };
  }
  if (failure !== null) {
    return { ...facts, status: "failed", message: `step ${failure.id} failed: ${failure.message}` };
  }
  return { ...facts, status: "completed", message: "" };
}
