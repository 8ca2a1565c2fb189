/** What the last event of a run says of all that came before it. */
import type {
  EventDraft,
  Receipt,
  RunSnapshot,
  RunStatus,
  StepSnapshot,
} from "../../event/event.ts";
import type { ArtifactRecord, RunRecord, StepRecord } from "./records.ts";

export type EndStatus = Extract<RunStatus, "completed" | "failed" | "cancelled">;

/** The snapshot for the event that ends the run with `status`; `record` holds all events before it. */
export function snapshotOf(record: RunRecord, artifacts: number, status: EndStatus): RunSnapshot {
  return {
    tokens: record.tokens,
    current_steps: status === "completed" ? [] : stoppedAt(record.steps),
    artifacts,
    warnings: record.warnings,
    idle_ms: record.idleMs,
    ...(record.pauses.length === 0 ? {} : {
      pauses: record.pauses.map(({ adapter, until, reason }) => ({
        adapter,
        until: isoTime(until),
        reason,
      })),
    }),
    ...record.budget === undefined ? {} : { budget: record.budget },
    ...record.gone === undefined ? {} : { gone: record.gone },
    owner: record.owner,
    options: record.options,
    mock: record.mock,
    steps: record.steps.map(stepSnapshot),
  };
}

/** What a run was when it ended. */
export interface RunSoFar {
  readonly record: RunRecord;
  readonly artifacts: readonly ArtifactRecord[];
}

/**
 * The event that ends a run after `duration` milliseconds. `message` is the error of a failed run.
 * `interruptedAt`: when it had ended, of a run whose end another process writes down; else null.
 */
export function endDraft(
  { record, artifacts }: RunSoFar,
  status: EndStatus,
  message: string,
  duration: number,
  interruptedAt: number | null,
  receipt: Receipt | null = null,
): EventDraft {
  const snapshot = snapshotOf(record, artifacts.length, status);
  return {
    step_id: null,
    state: status,
    message,
    tokens_used: record.tokens.total,
    duration_ms: Math.max(0, Math.round(duration)),
    data: {
      snapshot,
      ...(interruptedAt === null ? {} : { interrupted: true, ended_at: isoTime(interruptedAt) }),
      ...(receipt === null ? {} : { receipt }),
    },
  };
}

/**
 * Where a run stopped: the steps that failed or were cut short, or else the first that was left to do.
 */
function stoppedAt(steps: readonly StepRecord[]): string[] {
  const cut = steps.filter((step) =>
    step.status === "failed" || step.status === "running" || step.status === "retrying" ||
    (step.status === "cancelled" && step.startedAt !== null)
  );
  if (cut.length > 0) return cut.map((step) => step.id);
  const left = steps.find((step) => step.status === "pending" || step.status === "cancelled");
  return left === undefined ? [] : [left.id];
}

function stepSnapshot(step: StepRecord): StepSnapshot {
  return {
    id: step.id,
    persona: step.persona,
    status: step.status,
    attempt: step.attempt,
    started_at: step.startedAt === null ? null : isoTime(step.startedAt),
    completed_at: "completedAt" in step ? isoTime(step.completedAt) : null,
    tokens: step.tokens,
    error_message: "errorMessage" in step ? step.errorMessage : null,
    workspace: step.workspace,
    digest: step.digest,
    dependencies: step.dependencies,
    warnings: step.warnings,
    ...step.gate === null ? {} : { gate: step.gate },
    visits: step.visits,
    edge: step.edge,
    ...step.use === undefined ? {} : { use: step.use },
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
