/** Cancels one run, whatever state its process is in (contract, section 3, `cancel`). */
import { OperationError } from "../../event/errors.ts";
import { interruption } from "../../state/live/liveness.ts";
import { endsRun, type Receipt, type RunStatus } from "../../event/event.ts";
import { receiptIn } from "../../event/receipt.ts";
import { lastEvent } from "../../state/trace/trace_fold.ts";
import { openTrace } from "../../state/trace/trace_scan.ts";
import { cancelCause, clearCancelRequest, requestCancel } from "../../state/live/cancel_request.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import type { ObservedRun, Requester } from "../../state/records/records.ts";
import { DatabaseError } from "../../state/sqlite/database_error.ts";
import { isActive } from "../runs/select_runs.ts";
import { ownerGone, runEnded } from "../runs/wait_for_end.ts";
import type { Records } from "../execution/open_records.ts";
import { settleWithHooks } from "../execution/finalize_run.ts";

/** An owner that is ending its run gets more time while it records something: this long, so many times. */
const MORE_TIME_MS = 4_000;
const MORE_TIMES = 5;

/** How long a killed process may take to be gone. */
const KILL_WITHIN_MS = 5_000;

export interface CancelOptions {
  readonly force: boolean;
  /** Take the word of whoever asks for it that the owner, of which nothing is known here, has died. */
  readonly ownerGone: boolean;
  /** Wait until a run that is cancelled gracefully has stopped. */
  readonly wait: boolean;
  readonly timeoutMs: number;
  /** How long an owner may take to end a run by force, before somebody else does it, in milliseconds. */
  readonly ownerActsWithinMs: number;
  readonly signal: AbortSignal;
  readonly by: Requester;
  now(): number;
  /** Told that a run is waited for. */
  waiting(runId: string): void;
  /** The run as it is by now, or null when it was removed. */
  look(runId: string): ObservedRun | null;
  /** Opened when there is something to write down or to end. */
  records(): Promise<Records>;
}

/** What `cancel` did about a run. */
export type CancelOutcome =
  /** It was over, or there was nothing left to do. */
  | "over"
  /** The request is recorded; the run continues until its running steps have finished. */
  | "requested"
  /** It has stopped. */
  | "stopped"
  /** Its process was gone, which is written down now. */
  | "settled"
  /** It was still running when the time was up. */
  | "timed_out";

export interface CancelResult {
  readonly id: string;
  readonly pipeline: string;
  /** Null: it was removed meanwhile. */
  readonly status: RunStatus | null;
  readonly liveness: ObservedRun["liveness"];
  readonly requested: boolean;
  readonly force: boolean;
  readonly outcome: CancelOutcome;
  /** Of a run of which programs were ended by force. */
  readonly receipt?: Receipt;
}

/**
 * Cancels a run.
 *
 * @throws {OperationError} `owner_elsewhere`, `owner_not_proven`, `process_will_not_die`.
 */
export async function cancelRun(
  paths: WavePaths,
  run: ObservedRun,
  options: CancelOptions,
): Promise<CancelResult> {
  const { id, pipeline } = run.record;
  const { force } = options;
  const result = (outcome: CancelOutcome, requested: boolean): CancelResult => {
    const now = options.look(id);
    const liveness = now?.liveness ?? "finished";
    return { id, pipeline, status: now?.status ?? null, liveness, requested, force, outcome };
  };
  if (run.liveness === "interrupted") {
    await settleWithHooks(await options.records(), id, paths.root);
    return result("settled", false);
  }
  if (options.ownerGone && isActive(run)) {
    await declareGone(paths, run, options);
    return result("settled", false);
  }
  if (!isActive(run)) return result("over", false);
  requestCancel(paths, id, force, options.now(), options.by);
  await index(id, options);
  const then = options.look(id);
  if (then === null || then.liveness === "finished") {
    // If it ended before it could see the request, nobody uses that up.
    clearCancelRequest(paths, id);
    return result(then?.status === "cancelled" ? "stopped" : "over", true);
  }
  if (!force && !options.wait) return result("requested", true);
  const timeoutMs = force ? options.ownerActsWithinMs : options.timeoutMs;
  options.waiting(id);
  let recorded = traceBytes(paths, id);
  let gone = await runEnded(paths, run, options.signal, timeoutMs);
  for (let more = 0; force && !gone && !options.signal.aborted && more < MORE_TIMES; more++) {
    const bytes = traceBytes(paths, id);
    if (bytes === recorded) break;
    recorded = bytes;
    gone = await runEnded(paths, run, options.signal, MORE_TIME_MS);
  }
  if (!gone && options.signal.aborted) return result("requested", true);
  if (!gone && !force) return result("timed_out", true);
  if (!gone) await endOwner(paths, id, options);
  const left = options.look(id);
  // It died before it recorded its end: what it left running is ended here.
  if (left !== null && left.liveness === "interrupted") {
    await settleLeft(paths, left, options);
  }
  const receipt = lastReceipt(paths, id);
  if (force && receipt?.proven === false) {
    throw notEnded(id, options.look(id)?.errorMessage ?? null);
  }
  return { ...result("stopped", true), ...receipt === null ? {} : { receipt } };
}

/**
 * Writes down the end of a run that died of the request. One of another container is not called cancelled:
 * what it left running there is not seen from here.
 */
async function settleLeft(
  { root }: WavePaths,
  { record }: ObservedRun,
  { by, records }: CancelOptions,
): Promise<void> {
  const { host } = record.owner;
  const cause = cancelCause(by);
  if (host === Deno.hostname()) {
    const end = { status: "cancelled", reason: () => cause } as const;
    await settleWithHooks(await records(), record.id, root, end);
    return;
  }
  const reason = `${cause}; nothing here tells what its process left running on ${host}`;
  await settleWithHooks(await records(), record.id, root, { reason: () => reason });
}

/** Writes down that a run has died with its machine, and who says so. */
async function declareGone(
  paths: WavePaths,
  run: ObservedRun,
  { by, records }: CancelOptions,
): Promise<void> {
  const { id } = run.record;
  const who = `${by.user}, pid ${by.pid}`;
  const settled = run.liveness === "unknown" &&
    await settleWithHooks(await records(), id, paths.root, {
        reason: (record) => `${interruption(record)}, says ${who}`,
      }) !== null;
  if (settled) return;
  throw new OperationError("owner_not_gone", `Cannot record that the process of ${id} is gone`, {
    hint: `it is ${run.liveness}: wave cancel ${id} --force`,
  });
}

/** What the run's last event tells of what was ended by force. */
function lastReceipt(paths: WavePaths, id: string): Receipt | null {
  using file = openTrace(paths.trace(id));
  const last = file === null ? null : lastEvent(file);
  return last === null || !endsRun(last) ? null : receiptIn(last);
}

/** A run of which something may still be there is over, and was not cancelled. */
function notEnded(id: string, reason: string | null): OperationError {
  return new OperationError("process_will_not_die", `Cannot end all of ${id}: ${reason}`, {
    hint: `wave logs ${id} --errors`,
  });
}

function traceBytes(paths: WavePaths, id: string): number {
  try {
    return Deno.statSync(paths.trace(id)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Puts the request into the database too. The file is what counts: a failing database changes nothing. */
async function index(runId: string, { records, force, now }: CancelOptions): Promise<void> {
  const { store } = await records();
  try {
    store?.requestCancellation({ runId, requestedAt: now(), force });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
  }
}

/** Ends the process that owns a run and does not act, once it is proven to be that process. */
async function endOwner(paths: WavePaths, id: string, options: CancelOptions): Promise<void> {
  const run = options.look(id);
  if (run === null || !isActive(run)) return;
  const { host, pid, process_start: start } = run.record.owner;
  if (host !== Deno.hostname()) {
    throw new OperationError("owner_elsewhere", `Cannot end ${id}: its process is on ${host}`, {
      hint: `on that machine: wave cancel ${id} --force`,
    });
  }
  const { finder } = await options.records();
  // Process 1 is a container's first; only itself could end it.
  if (pid <= 1 || start === null || await finder.processStart(pid) !== start) {
    throw new OperationError(
      "owner_not_proven",
      `Cannot end ${id}: nothing proves that process ${pid} is the one that runs it`,
      { hint: `look at it with ps -p ${pid}, and end it yourself` },
    );
  }
  // SIGKILL at once: it had its time to end in order. What it started is found by its marks.
  Deno.kill(pid, "SIGKILL");
  // The kernel frees the lock when the process is gone altogether.
  if (await ownerGone(paths, id, options.signal, KILL_WITHIN_MS)) return;
  throw new OperationError(
    "process_will_not_die",
    `Cannot end ${id}: process ${pid} does not die`,
    {
      hint: `look at it with ps -p ${pid}`,
    },
  );
}
