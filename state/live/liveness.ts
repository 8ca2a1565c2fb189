/** Whether the process behind a run is there, and what a run shows therefore (contract, section 3). */
import { waitingSteps } from "./waiting_gates.ts";
import { exists } from "../../event/files.ts";
import { inspectOwner } from "./owner_lock.ts";
import { isOfThisBoot } from "./same_boot.ts";
import { sameTokens, sumTokens } from "../../event/tokens.ts";
import { tokensWithCut } from "../records/cut_attempt.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import { lastEvent, readRecord } from "../trace/trace_fold.ts";
import { openReadable } from "../trace/traces_reader.ts";
import {
  isOver,
  type Liveness,
  type ObservedRun,
  type ObservedStep,
  type RunRecord,
  type StepRecord,
} from "../records/records.ts";

/** An owner that has not beaten for so long is stalled. */
export const STALLED_AFTER_MS = 20_000;

/**
 * The liveness of a run at `now` (epoch milliseconds). A lock can be tested on the owner's system only,
 * whatever that is called by now; of another one's owner the heartbeat is all there is.
 */
export function livenessOf(paths: WavePaths, record: RunRecord, now: number): Liveness {
  if (isOver(record)) return "finished";
  const file = inspectOwner(paths, record.id);
  const age = "beatAt" in file ? now - file.beatAt : Infinity;
  if (record.owner.host !== Deno.hostname() && !isOfThisBoot(record.owner)) {
    return age <= STALLED_AFTER_MS ? "alive" : "unknown";
  }
  // A beat of the future was one before the clock was set back.
  const beating = Math.abs(age) <= STALLED_AFTER_MS;
  switch (file.kind) {
    case "missing":
    case "free":
      return "interrupted";
    case "unreadable":
      return "unknown";
    case "locked":
      return beating ? "alive" : "stalled";
  }
}

/**
 * The run as every command shows it at `now` (epoch milliseconds). `known` may be older than the trace:
 * a run that ended after it was read is not taken for an interrupted one.
 */
export function observe(paths: WavePaths, known: RunRecord, now: number): ObservedRun {
  let record = known;
  let liveness = livenessOf(paths, record, now);
  if (liveness === "interrupted") {
    // The end is in the trace before the lock is free, so it is there now if there is one.
    record = newest(paths, record);
    if (isOver(record)) liveness = "finished";
  }
  const interrupted = liveness === "interrupted";
  if (interrupted) record = cutShort(record);
  const open = !interrupted && liveness !== "finished";
  const waiting = open && record.currentSteps.length > 0 ? waitingSteps(paths, record.id) : [];
  const completedAt = interrupted
    ? record.lastEventAt
    : "completedAt" in record
    ? record.completedAt
    : null;
  const wallMs = Math.max(0, (completedAt ?? now) - record.startedAt);
  return {
    record,
    liveness,
    status: interrupted ? "failed" : record.status,
    errorMessage: interrupted ? interruption(record) : messageOf(record),
    completedAt,
    pauses: record.pauses.filter(({ until }) => until > now).toSorted((a, b) => a.until - b.until),
    cancelling: open && exists(paths.cancel(record.id)),
    elapsedMs: Math.max(0, wallMs - record.idleMs),
    wallMs,
    steps: record.steps.map((step) => ({
      ...observeStep(step, interrupted ? record : null, now),
      waiting: step.status === "running" && waiting.includes(step.id),
    })),
  };
}

/** The same with what its open steps may have used besides. */
function cutShort(record: RunRecord): RunRecord {
  const steps = record.steps.map((step) => {
    const tokens = isOpen(step) ? tokensWithCut(step) : step.tokens;
    return sameTokens(tokens, step.tokens) ? step : { ...step, tokens };
  });
  if (steps.every((step, index) => step === record.steps[index])) return record;
  return { ...record, steps, tokens: sumTokens(steps.map(({ tokens }) => tokens)) };
}

function isOpen({ status }: StepRecord): boolean {
  return status === "running" || status === "retrying";
}

/** Null also for a cancelled one of an older version, whose trace does not tell why. */
function messageOf(record: RunRecord | StepRecord): string | null {
  const message = "errorMessage" in record ? record.errorMessage : null;
  return message === "" && record.status === "cancelled" ? null : message;
}

function newest(paths: WavePaths, record: RunRecord): RunRecord {
  using file = openReadable(paths.trace(record.id));
  if (file === null) return record;
  const last = lastEvent(file);
  if (last === null || last.seq <= record.lastSeq) return record;
  return readRecord(file) ?? record;
}

/** Why an interrupted run failed: the same words in every command, and when it is written down. */
export function interruption(record: RunRecord): string {
  const where = record.currentSteps.length === 0 ? "" : ` at ${record.currentSteps.join(", ")}`;
  return `interrupted${where}: its process (pid ${record.owner.pid}) is gone`;
}

/** Why a step failed that was running when its run was interrupted. */
export const STEP_INTERRUPTION = "interrupted: the run's process is gone";

function observeStep(
  step: StepRecord,
  interrupted: RunRecord | null,
  now: number,
): Omit<ObservedStep, "waiting"> {
  const open = isOpen(step);
  const cut = open && interrupted !== null;
  const completedAt = cut
    ? interrupted.lastEventAt
    : "completedAt" in step
    ? step.completedAt
    : null;
  const until = completedAt ?? (open ? now : null);
  return {
    record: step,
    status: cut ? "failed" : step.status,
    errorMessage: cut ? STEP_INTERRUPTION : messageOf(step),
    completedAt,
    elapsedMs: step.startedAt === null || until === null
      ? null
      : Math.max(0, until - step.startedAt),
  };
}
