/** Starting and resuming the record of a run. */
import { OperationError } from "../../event/errors.ts";
import type { PlannedStep, RunBudget, RunStarted } from "../../event/event.ts";
import type { RunOptions } from "../../event/run_options.ts";
import { formatRunId } from "../../event/identity.ts";
import { createTrace, reopenTrace, type TraceWriter } from "../../event/trace_writer.ts";
import { clearCancelRequest } from "../live/cancel_request.ts";
import { interruption } from "../live/liveness.ts";
import { exists } from "../../event/files.ts";
import { clearIndexMark } from "../records/index_mark.ts";
import { openRecording, type Recording, type RecordingOptions } from "./open_recording.ts";
import { acquireOwner, type OwnerLock } from "../live/owner_lock.ts";
import { ensurePrivateDirs, type WavePaths } from "../records/wave_paths.ts";
import { type ArtifactRecord, isOver, type RunRecord } from "../records/records.ts";
import { endOpenSteps } from "./finalize_recording.ts";
import { endDraft } from "../records/snapshot.ts";
import { foldWhole, NOTHING } from "../trace/trace_fold.ts";

export type { Recording, RecordingOptions } from "./open_recording.ts";

export interface StartOptions extends RecordingOptions {
  readonly pipeline: string;
  readonly input: string;
  readonly steps: readonly PlannedStep[];
  readonly mock: boolean;
  /** True when its agents may print what is no text for a person. */
  readonly raw?: boolean;
  /** The run whose finished steps this one reuses. */
  readonly reusedRun?: string;
  /** What it was started with on the command line. */
  readonly options?: RunOptions;
  readonly parent?: RunStarted["data"]["parent"];
  /** The span that it is called from. */
  readonly traceparent?: string | undefined;
  readonly budget?: RunBudget | undefined;
}

/**
 * Starts the record of a new run under a run id of its own; `started` is its first event.
 *
 * @throws {OperationError} `trace_write_failed`
 */
export async function startRecording(options: StartOptions): Promise<Recording> {
  const { paths, pipeline, input, steps, mock, raw, owner, reusedRun, parent, budget } = options;
  const { options: given = {}, traceparent } = options;
  ensurePrivateDirs(paths);
  const { runId, lock, trace } = await reserve(options);
  const data: RunStarted["data"] = {
    ...{ input, input_redacted: false, owner, steps, mock },
    ...(Object.keys(given).length === 0 ? {} : { options: given }),
    ...(raw === true ? { raw } : {}),
    ...(reusedRun === undefined ? {} : { reused_run: reusedRun }),
    ...(parent === undefined ? {} : { parent }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(budget === undefined ? {} : { budget }),
  };
  const parts = { runId, pipeline, lock, trace, from: NOTHING };
  return await openRecording(parts, options, (recording) => {
    try {
      recording.emit({ step_id: null, state: "started", data });
    } catch (error) {
      // Nothing is recorded of the run, so nothing of it stays.
      Deno.removeSync(paths.trace(runId));
      clearIndexMark(paths, runId);
      throw error;
    }
  });
}

interface Reserved {
  readonly runId: string;
  readonly lock: OwnerLock;
  readonly trace: TraceWriter;
}

/** The first free run id of this second. The lock comes first: a trace without one looks interrupted. */
async function reserve(options: StartOptions): Promise<Reserved> {
  const { paths, pipeline, owner, now } = options;
  const base = formatRunId(pipeline, now());
  for (let n = 1;; n++) {
    const runId = n === 1 ? base : `${base}-${n}`;
    if (isTaken(paths, runId)) continue;
    const lock = await acquireOwner(paths, runId, owner, options);
    if (lock === null) continue;
    try {
      return { runId, lock, trace: createTrace(paths.trace(runId)) };
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** A run that is being removed keeps its id until it is gone; so does a workspace without a run. */
function isTaken(paths: WavePaths, runId: string): boolean {
  return [paths.trace(runId), paths.trashed(runId), paths.workspace(runId)].some(exists);
}

export interface ResumePlan {
  readonly steps: readonly PlannedStep[];
  /** Steps that run again; all others keep what they have. */
  readonly rerun: readonly string[];
  readonly budget?: RunBudget | undefined;
  /** All that hold from here on; absent: as before. */
  readonly options?: RunOptions;
  readonly mock?: boolean;
}

export interface ResumeOptions extends RecordingOptions {
  readonly runId: string;
  /**
   * Called while the run is locked, with what its trace holds: ends what an interrupted run left
   * running, and decides what runs again. What it throws refuses the resume, and nothing is recorded.
   */
  readonly prepare: (
    record: RunRecord,
    artifacts: readonly ArtifactRecord[],
  ) => Promise<ResumePlan> | ResumePlan;
}

/**
 * Goes on with the record of a run that has ended or was interrupted; an interruption is written down
 * first.
 *
 * @throws {OperationError} `run_is_running`, `trace_damaged`, `trace_write_failed`
 */
export async function resumeRecording(options: ResumeOptions): Promise<Recording> {
  const { paths, runId, owner } = options;
  const lock = await acquireOwner(paths, runId, owner, options);
  if (lock === null) {
    throw new OperationError("run_is_running", `Cannot resume "${runId}": it is running`, {
      hint: `wave cancel ${runId}`,
    });
  }
  await using stack = new AsyncDisposableStack();
  stack.use(lock);
  const { record, ...from } = foldWhole(paths, runId);
  const { budget, ...resumed } = await options.prepare(record, from.artifacts);
  const trace = stack.use(reopenTrace(paths.trace(runId)));
  // A request that its run did not live to see is not meant for the resumed one.
  clearCancelRequest(paths, runId);
  stack.move();
  const parts = { runId, pipeline: record.pipeline, lock, trace, from: { record, ...from } };
  return await openRecording(parts, options, (recording) => {
    if (!isOver(record)) {
      const { startedAt, lastEventAt } = record;
      endOpenSteps(recording, "failed", { endedAt: lastEventAt });
      const duration = lastEventAt - startedAt;
      recording.emit(endDraft(recording, "failed", interruption(record), duration, lastEventAt));
    }
    const data = { owner, ...resumed, ...budget === undefined ? {} : { budget } };
    recording.emit({ step_id: null, state: "running", data });
  });
}
