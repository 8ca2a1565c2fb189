/** The plan's `StateStore` on SQLite. */
import type { ArtifactWritten, RunEvent } from "../../event/event.ts";
import { fold, foldArtifacts } from "../records/fold.ts";
import type {
  ArtifactRecord,
  CancellationRecord,
  RunRecord,
  StepRecord,
} from "../records/records.ts";
import type {
  EventQuery,
  ListRunsOptions,
  PipelineRecord,
  StateStore,
} from "../records/state_store.ts";
import { eventOfRow } from "./event_rows.ts";
import { number, text } from "./row_values.ts";
import { type IndexOptions, openWriter, SqliteIndex } from "./sqlite_index.ts";
import { id, indexedRun, storedArtifacts, storedRuns } from "./stored_runs.ts";
import { deleteRun, writeEvents, writeRun } from "./write_rows.ts";

/**
 * Opens the database of the project at `root` and brings it up to date with marked runs.
 *
 * @throws {DatabaseError} it cannot be used; `busy` when trying again may help.
 */
export async function openStore(root: string, options: IndexOptions): Promise<StateStore> {
  return await openWriter(root, options, SqliteStore);
}

class SqliteStore extends SqliteIndex implements StateStore {
  createRun(event: RunEvent): RunRecord {
    return this.logEvent(event);
  }

  updateRunStatus(event: RunEvent): RunRecord {
    return this.logEvent(event);
  }

  registerArtifact(event: ArtifactWritten): void {
    this.logEvent(event);
  }

  logEvent(event: RunEvent): RunRecord {
    return this.database.transaction(() => {
      const stored = indexedRun(this.database, event.run_id);
      const record = fold(stored?.record ?? null, event);
      if (record === null) throw new Error(`Cannot log "${event.state}": no run ${event.run_id}`);
      const artifacts = foldArtifacts(stored?.artifacts ?? [], event);
      writeRun(
        this.database,
        { record, artifacts, foldedBytes: stored?.foldedBytes ?? 0 },
        stored,
      );
      writeEvents(this.database, [event]);
      this.forget(event.run_id);
      return record;
    });
  }

  getRun(runId: string): RunRecord | null {
    return storedRuns(this.database, [runId]).get(runId)?.record ?? null;
  }

  getRunningRun(): RunRecord | null {
    const [pending] = this.listRuns({ status: "pending", limit: 1 });
    const [running] = this.listRuns({ status: "running", limit: 1 });
    if (pending === undefined || running === undefined) return running ?? pending ?? null;
    return pending.startedAt > running.startedAt ? pending : running;
  }

  listRuns(options: ListRunsOptions = {}): readonly RunRecord[] {
    const ids = this.database.all(
      `SELECT run_id FROM pipeline_run
        WHERE (:pipeline IS NULL OR pipeline_name = :pipeline)
          AND (:status IS NULL OR status = :status)
          AND (:startedBefore IS NULL OR started_at < :startedBefore)
        ORDER BY started_at DESC, run_id DESC LIMIT :limit`,
      {
        pipeline: options.pipeline ?? null,
        status: options.status ?? null,
        startedBefore: options.startedBefore ?? null,
        limit: options.limit ?? -1,
      },
    ).map(id);
    const stored = storedRuns(this.database, ids);
    return ids.map((id) => stored.get(id)?.record).filter((record) => record !== undefined);
  }

  deleteRun(runId: string): boolean {
    this.forget(runId);
    return this.database.transaction(() => deleteRun(this.database, runId));
  }

  getStepStates(runId: string): readonly StepRecord[] {
    return this.getRun(runId)?.steps ?? [];
  }

  listRecentPipelines(limit: number): readonly PipelineRecord[] {
    return this.database.all(
      "SELECT * FROM pipeline_state ORDER BY last_seen_at DESC, pipeline_name LIMIT :limit",
      { limit },
    ).map((row) => ({
      name: text(row, "pipeline_name"),
      firstSeenAt: number(row, "first_seen_at"),
      lastSeenAt: number(row, "last_seen_at"),
    }));
  }

  getEvents(runId: string, query: EventQuery = {}): readonly RunEvent[] {
    return this.database.all(
      `SELECT e.*, r.pipeline_name FROM event_log e JOIN pipeline_run r ON r.run_id = e.run_id
        WHERE e.run_id = :runId AND (:stepId IS NULL OR e.step_id = :stepId)
          ${query.errorsOnly === true ? "AND e.level = 'error'" : ""}
        ORDER BY e.seq LIMIT :limit OFFSET :offset`,
      {
        runId,
        stepId: query.stepId ?? null,
        limit: query.limit ?? -1,
        offset: query.offset ?? 0,
      },
    ).map(eventOfRow).filter((event) => event !== null);
  }

  getArtifacts(runId: string, stepId?: string): readonly ArtifactRecord[] {
    const artifacts = storedArtifacts(this.database, runId);
    return stepId === undefined ? artifacts : artifacts.filter((one) => one.stepId === stepId);
  }

  checkCancellation(runId: string): CancellationRecord | null {
    const row = this.database.get("SELECT * FROM cancellation WHERE run_id = :runId", { runId });
    if (row === undefined) return null;
    return { runId, requestedAt: number(row, "requested_at"), force: number(row, "force") === 1 };
  }

  clearCancellation(runId: string): void {
    this.database.run("DELETE FROM cancellation WHERE run_id = :runId", { runId });
  }

  close(): void {
    this[Symbol.dispose]();
  }
}
