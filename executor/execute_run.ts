/** Drives a run from its first step to its last. */
import type { Emit, ExecuteOptions, ReusedStep, RunOutput, RunResult } from "./api.ts";
import { openFinder } from "./processes/open_finder.ts";
import { RunContext, type StepsEnd } from "./run/run_context.ts";
import { namedFailures } from "./run/named_failures.ts";
import type { Step } from "./language/model/pipeline.ts";
import { openLedger } from "./run/open_ledger.ts";
import {
  followRequests,
  isFailing,
  isOutOfBudget,
  limitTime,
  RunStop,
  stopMessage,
  StopReason,
} from "./run/stop.ts";
import { dependsOn, NOT_NEEDED, skipReason, skipRoot } from "./run/skip_reason.ts";
import { openPauses } from "./run/open_pauses.ts";
import { WorkerSlots } from "./run/worker_slots.ts";
import { unenforcedIn } from "./planning/agents_of_steps.ts";
import { adoptResult } from "./step/adopt_results.ts";
import { runSteps } from "./step/run_steps.ts";
import { skipStep } from "./step/step_events.ts";

/** A message names so many steps and counts the rest. */
const SHOWN = 5;

/**
 * Runs a pipeline to its end. The caller records the run's first event before and its last event after,
 * from what this returns; everything in between is emitted here. When it returns or throws, no process
 * of the run is left.
 *
 * A graceful stop lets running steps finish, starts nothing more and ends the waits of retries and
 * gates; a forced one ends their processes too. A run with nothing left to start keeps its own result.
 *
 * @throws {WaveError} `trace_write_failed` when an event could not be recorded.
 */
export async function executeRun(options: ExecuteOptions): Promise<RunResult> {
  const stop = new RunStop();
  const recorder = stopOnFailure(options.emit, stop);
  using _requests = followRequests(
    options.control,
    recorder.emit,
    stop,
    options.inner?.runId,
  );
  using open = openPauses(options, recorder.emit, stop);
  const { pauses } = open;
  // The limit of a whole run is meant for all of its time, that of a step for the time of its work.
  const passed = (ms: number, signal: AbortSignal) =>
    options.inner === undefined ? options.clock.delay(ms, signal) : pauses.workedFor(ms, signal);
  using _limit = limitTime(passed, options.timeoutMs, stop);
  using ledger = openLedger({ ...options, emit: recorder.emit }, stop);
  const given = options.inner?.finder ?? options.finder;
  const finder = given ?? openFinder();
  try {
    const context = new RunContext({ ...options, emit: recorder.emit }, {
      slots: options.inner?.slots ?? new WorkerSlots(maxWorkers(options)),
      pauses,
      finder,
      ledger,
      ...stop.signals,
      runSteps,
    });
    if (!options.mock) warnOfPermissions(context);
    // Told while the first steps run, which need not wait for it.
    const told = options.inner === undefined ? tellWeakness(context) : null;
    const end = await runPipeline(context, options).catch((error: unknown) => {
      stop.byForce(new StopReason("fatal", "a bug of wave", { cause: error }));
      throw error;
    });
    await told;
    recorder.throwFailure();
    return resultOf(context, end);
  } finally {
    if (given === undefined) await finder[Symbol.asyncDispose]();
  }
}

/** Once a run, not once a step. */
function warnOfPermissions(context: RunContext): void {
  const { pipeline, manifest, reused } = context.options;
  const left = pipeline.steps.filter(({ id }) => reused?.has(id) !== true);
  const unenforced = unenforcedIn(left, manifest);
  if (unenforced.length > 0) context.warn(null, `not enforced: ${unenforced.join("; ")}`);
}

/** What keeps processes from being found is told once a run. */
async function tellWeakness(context: RunContext): Promise<void> {
  const weakness = await context.finder.weakness();
  if (weakness !== null) context.warn(null, weakness);
}

function maxWorkers({ maxWorkers, manifest }: ExecuteOptions): number {
  return maxWorkers ?? manifest.runtime.maxConcurrentWorkers;
}

/**
 * Events come from everywhere, output of processes included. What cannot be recorded stops the run by
 * force; its error is kept, and thrown once no step runs any more.
 */
function stopOnFailure(record: Emit, stop: RunStop) {
  let failure: { readonly error: unknown } | null = null;
  return {
    emit(draft: Parameters<Emit>[0]): void {
      if (failure !== null) return;
      try {
        record(draft);
      } catch (error) {
        failure = { error };
        stop.byForce(new StopReason("fatal", "the run cannot be recorded", { cause: error }));
      }
    },
    throwFailure(): void {
      if (failure !== null) throw failure.error;
    },
  };
}

async function runPipeline(context: RunContext, options: ExecuteOptions): Promise<StepsEnd> {
  const { pipeline, reused = new Map<string, ReusedStep>() } = options;
  for (const [id, step] of reused) await adoptResult(context, id, step);
  const done = new Map([...reused].map(([id, { failure = null }]) => [id, failure]));
  const end = await runSteps(context, pipeline.steps, { iteration: null }, done);
  skipRest(context, pipeline.steps);
  return end;
}

/** Of the steps of a loop that never began that is why; all else stands in for what did not fail. */
function skipRest(context: RunContext, steps: readonly Step[], why = NOT_NEEDED): void {
  for (const step of steps) {
    if (!context.results.has(step.id)) skipStep(context, step, why);
    if (step.action.kind !== "loop") continue;
    const { status, unmet } = context.results.get(step.id) ?? {};
    const how = status === "skipped" ? "was skipped" : "did not complete";
    const isReason = status !== "completed" && unmet === undefined;
    skipRest(context, step.action.steps, isReason ? dependsOn(step.id, how) : NOT_NEEDED);
  }
}

function resultOf(context: RunContext, { failures, stoppedBy }: StepsEnd): RunResult {
  const facts = {
    tokens: context.tokens,
    outputs: namedOutputs(context),
    artifacts: allOutputs(context),
  };
  if (isOutOfBudget(context)) {
    const message = failures.length > 0 ? namedFailures(failures) : stopMessage(context);
    return { ...facts, status: "failed", message, overBudget: true };
  }
  // What may still run is not cancelled.
  if (context.ends.unproven !== null) {
    return { ...facts, status: "failed", message: context.ends.unproven };
  }
  if (stoppedBy === "stop") {
    if (isFailing(context)) return { ...facts, status: "failed", message: stopMessage(context) };
    return { ...facts, status: "cancelled", message: stopMessage(context) + prevented(context) };
  }
  if (failures.length > 0) return { ...facts, status: "failed", message: namedFailures(failures) };
  return { ...facts, status: "completed", message: "" };
}

/** What a cancel kept from ending by itself or from starting. */
function prevented({ options, results }: RunContext): string {
  const steps = options.pipeline.steps.map(({ id }) => id);
  const ids = (status: string) => steps.filter((id) => results.get(id)?.status === status);
  const reasonOf = (id: string) => {
    const result = results.get(id);
    return result?.status === "skipped" ? result.reason ?? "" : null;
  };
  const isKept = (id: string) => {
    const root = skipRoot(id, reasonOf);
    const reason = reasonOf(root);
    return reason === null
      ? results.get(root)?.status === "cancelled"
      : skipReason(reason, root).kind === "stopped";
  };
  const list = (what: string, names: readonly string[]) => {
    if (names.length === 0) return "";
    const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
    return `; ${what}: ${names.slice(0, SHOWN).join(", ")}${more}`;
  };
  return list("cut short", ids("cancelled")) + list("failed", ids("failed")) +
    list("not started", ids("skipped").filter(isKept));
}

/** What the pipeline's `pipeline_outputs` name, as far as it is there. */
function namedOutputs({ options, results }: RunContext): RunOutput[] {
  return options.pipeline.outputs.flatMap(({ name, step, artifact, field }): RunOutput[] => {
    const found = results.get(step)?.artifacts.find(({ data }) => data.name === artifact);
    return found === undefined ? [] : [{ name, data: found.data, field }];
  });
}

function allOutputs({ steps, results }: RunContext): RunOutput[] {
  return [...steps.keys()].flatMap((id): RunOutput[] =>
    (results.get(id)?.artifacts ?? []).map(({ data }) => ({ name: data.name, data, field: null }))
  );
}
