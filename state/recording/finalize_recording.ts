/** Finalizing a run: recording its end when its owner is gone (contract, section 4). */
import type { Receipt } from "../../event/event.ts";
import { reopenTrace } from "../../event/trace_writer.ts";
import { clearCancelRequest } from "../live/cancel_request.ts";
import { STEP_INTERRUPTION } from "../live/liveness.ts";
import { openRecording, type Recording, type RecordingOptions } from "./open_recording.ts";
import { acquireOwner } from "../live/owner_lock.ts";
import { usedByCut } from "../records/cut_attempt.ts";
import { isOver, type RunRecord } from "../records/records.ts";
import type { EndStatus } from "../records/snapshot.ts";
import { foldWhole } from "../trace/trace_fold.ts";

export interface FinalizeOptions extends RecordingOptions {
  readonly runId: string;
  readonly status: Exclude<EndStatus, "completed">;
  /** Why the run ended, from what its trace holds; `interruption()` says what readers say. */
  readonly message: (record: RunRecord) => string;
  /** Called while the run is locked, before anything is recorded: ends what it left running. */
  readonly prepare: (record: RunRecord) => Promise<Receipt | null> | Receipt | null;
  /** Called when all but the end of the run stands in its trace. */
  readonly beforeEnd?: ((recording: Recording, message: string) => Promise<void>) | undefined;
}

/**
 * Records the end of an interrupted run. Null when its owner is alive; the record as it is when the
 * run had ended by itself.
 *
 * @throws {OperationError} `trace_damaged`, `trace_write_failed`
 */
export async function finalizeRecording(options: FinalizeOptions): Promise<RunRecord | null> {
  const { paths, runId, owner, status } = options;
  const lock = await acquireOwner(paths, runId, owner);
  if (lock === null) return null;
  await using stack = new AsyncDisposableStack();
  stack.use(lock);
  const from = foldWhole(paths, runId);
  const { record } = from;
  if (isOver(record)) {
    clearCancelRequest(paths, runId);
    return record;
  }
  const receipt = await options.prepare(record);
  const trace = reopenTrace(paths.trace(runId));
  // One that was interrupted ended with its last event, however late that is written down.
  const endedAt = status === "failed" ? record.lastEventAt : options.now();
  stack.move();
  const parts = { runId, pipeline: record.pipeline, lock, trace, from };
  await using recording = await openRecording(
    parts,
    options,
    (opened) => endOpenSteps(opened, status, { endedAt, receipt }),
  );
  const message = options.message(record);
  await options.beforeEnd?.(recording, message);
  return await recording.end(status, message, endedAt);
}

export interface OpenStepsEnd {
  /** Why they ended; that the run was interrupted unless told. */
  readonly message?: string;
  /** When they had ended; now unless told. */
  readonly endedAt?: number;
  /** Of what they had left running. */
  readonly receipt?: Receipt | null;
}

/** Records the end of the steps that nobody goes on with, and why. */
export function endOpenSteps(
  recording: Recording,
  status: Exclude<EndStatus, "completed">,
  { message = STEP_INTERRUPTION, endedAt, receipt = null }: OpenStepsEnd = {},
): void {
  const end = {
    ...endedAt === undefined ? {} : { ended_at: new Date(endedAt).toISOString() },
    ...receipt === null ? {} : { receipt },
  };
  for (const step of recording.record.steps) {
    if (step.status !== "running" && step.status !== "retrying") continue;
    const { id, persona, attempt } = step;
    const used = usedByCut(step);
    recording.emit({
      ...{ step_id: id, persona, attempt, state: status, message },
      tokens_used: used.total,
      data: { tokens: used, ...end },
    });
  }
}
