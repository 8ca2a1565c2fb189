/** The one interface behind which a run's record is read, from the database or from the traces. */
import type { Level, RunStatus } from "../../event/event.ts";
import type { ArtifactRecord, RunRecord } from "./records.ts";
import type { ObservedRun, RunSummary } from "./records.ts";

/** Filters narrow each other; an absent one does not filter (contract, section 2, "selectors"). */
export interface RunQuery {
  readonly ids?: readonly string[];
  /** Observed status: an interrupted run counts as `failed`. */
  /** Only runs whose process is gone and whose end nobody has recorded. */
  readonly interrupted?: true;
  readonly statuses?: readonly RunStatus[];
  /** A glob over pipeline names: `*`, `?`, `[…]`. */
  readonly pipeline?: string;
  /** Started at or after, epoch milliseconds. */
  readonly since?: number;
  /** Started at or before, epoch milliseconds. */
  readonly until?: number;
  readonly limit?: number;
  readonly offset?: number;
}

export type SummaryQuery = Omit<RunQuery, "limit" | "offset">;

export interface RunPage {
  /** Newest start first; equal starts by id, greatest first. */
  readonly runs: readonly ObservedRun[];
  /** How many match without `limit` and `offset`. */
  readonly total: number;
}

/** Where the answer came from; `reason` says why the database could not be used. */
export interface Provenance {
  readonly source: "state.db" | "traces";
  readonly reason: string | null;
}

export interface RunReader extends Disposable {
  readonly provenance: Provenance;
  /** The run with exactly this id, or null. */
  run(id: string): ObservedRun | null;
  runs(query: RunQuery): RunPage;
  /** All runs that match, in the order of `runs`, without what only one run is asked for. */
  summaries(query: SummaryQuery): readonly RunSummary[];
  /** Ids that start with `prefix`, newest first; all of them for an empty one. */
  idsWithPrefix(prefix: string, limit: number): readonly string[];
  artifacts(runId: string): readonly ArtifactRecord[];
}

/** Filters over the entries of one run (contract, section 3, `logs`). */
export interface LogQuery {
  readonly step?: string;
  /** Only this item of the step, from 0. */
  readonly item?: number;
  readonly persona?: string;
  /** Least level: `debug` is everything. */
  readonly level?: Level;
  readonly since?: number;
  readonly until?: number;
  readonly grep?: RegExp;
  /** True: with the streams of agents' programs, which are no text for a person. */
  readonly raw?: boolean;
  /** Only entries with a greater `seq`. */
  readonly after?: number;
}

export type { RunRecord };
