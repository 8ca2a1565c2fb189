/** Reads runs from the database, and from their traces what the database does not have yet. */
import { isRunIdShape } from "../../event/identity.ts";
import { type Marks, readMarks } from "../records/marks.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import { cut, matcher, newestFirst } from "../records/run_query.ts";
import type { RunPage, RunQuery, SummaryQuery } from "../records/run_reader.ts";
import {
  type ArtifactRecord,
  isOver,
  type ObservedRun,
  type RunRecord,
  type RunSummary,
  summaryOfRun,
} from "../records/records.ts";
import { observeAtRest, openReadable } from "../trace/traces_reader.ts";
import { foldTrace, readRecord, type TraceFold } from "../trace/trace_fold.ts";
import { ReadConnection } from "./read_connection.ts";
import type { Database } from "./database.ts";
import { DatabaseError } from "./database_error.ts";
import {
  id,
  indexedRun,
  openRunIds,
  storedArtifacts,
  type StoredRun,
  storedRuns,
} from "./stored_runs.ts";
import { selectFinished, summarizeFinished } from "./select_finished.ts";

/**
 * Every method throws a `DatabaseError` when the database cannot answer; the traces can then.
 * `observe` adds to a record whether its run is still alive.
 */
export class SqliteReader implements Disposable {
  readonly #paths: WavePaths;
  readonly #observe: (record: RunRecord) => ObservedRun;
  readonly #connection: ReadConnection;

  constructor(paths: WavePaths, observe: (record: RunRecord) => ObservedRun) {
    this.#paths = paths;
    this.#observe = observe;
    this.#connection = new ReadConnection(paths.database);
  }

  run(id: string): ObservedRun | null {
    return this.#read((database, marks) => {
      if (marks.removed.has(id)) return null;
      const stored = storedRuns(database, [id]).get(id);
      return this.#current(id, stored, marks.unindexed.includes(id));
    });
  }

  runs(query: RunQuery): RunPage {
    return this.#read((database, marks) => {
      const matching = matcher(query);
      const open = this.#open(database, marks);
      const observed = new Map([...open].filter(([, run]) => matching.run(run)));
      const finished = selectFinished(database, query, [...open.keys(), ...marks.removed]);
      const heads = [...[...observed.values()].map((run) => run.record), ...finished.heads];
      const page = cut(query, heads.sort(newestFirst)).map((head) => head.id);
      const stored = storedRuns(database, page.filter((id) => !observed.has(id)));
      const runs: ObservedRun[] = [];
      for (const id of page) {
        const run = observed.get(id);
        const record = stored.get(id)?.record;
        if (run !== undefined) runs.push(run);
        else if (record !== undefined) runs.push(this.#observe(record));
      }
      return { runs, total: observed.size + finished.total };
    });
  }

  summaries(query: SummaryQuery): readonly RunSummary[] {
    return this.#read((database, marks) => {
      const matching = matcher(query);
      const open = this.#open(database, marks);
      const summaries = summarizeFinished(database, query, [...open.keys(), ...marks.removed]);
      for (const run of open.values()) {
        if (matching.run(run)) summaries.push(summaryOfRun(run));
      }
      return summaries.sort((a, b) => newestFirst(a.record, b.record));
    });
  }

  idsWithPrefix(prefix: string, limit: number): readonly string[] {
    return this.#read((database, marks) => {
      const open = this.#open(database, marks);
      const except = [...open.keys(), ...marks.removed];
      // Without a prefix the index by time has the newest first, and nothing needs to be sorted.
      const range = prefix === "" ? "" : `run_id >= ?1 AND run_id < ?1 || char(0x10ffff) AND`;
      const found = database.all(
        `SELECT run_id, started_at FROM pipeline_run
          WHERE ${range} run_id NOT IN (SELECT value FROM json_each(?2))
          ORDER BY started_at DESC, run_id DESC LIMIT ?3`,
        [prefix, JSON.stringify(except), Number.isFinite(limit) ? limit : -1],
      ).map((row) => ({ id: id(row), startedAt: Number(row["started_at"]) }));
      const heads = [...open.values()].map((run) => run.record)
        .filter((record) => record.id.startsWith(prefix));
      return [...heads, ...found].sort(newestFirst).slice(0, limit).map((head) => head.id);
    });
  }

  artifacts(runId: string): readonly ArtifactRecord[] {
    return this.#read((database, marks) => {
      if (marks.removed.has(runId)) return [];
      const marked = marks.unindexed.includes(runId);
      if (!marked && !openRunIds(database).includes(runId)) return storedArtifacts(database, runId);
      const stored = indexedRun(database, runId);
      const fold = (file: Deno.FsFile, from?: TraceFold) => foldTrace(file, from).artifacts;
      const from = stored === null ? null : { ...stored, bytes: stored.foldedBytes };
      return this.#fromTrace(runId, from, fold, fold) ?? stored?.artifacts ?? [];
    });
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  #read<T>(query: (database: Database, marks: Marks) => T): T {
    return this.#connection.read(() => {
      const marks = readMarks(this.#paths);
      if (marks.rebuilding) throw new DatabaseError("being rebuilt");
      return marks;
    }, query);
  }

  /** The runs that the rows alone do not answer for, by id: not finished, or marked. */
  #open(database: Database, marks: Marks): Map<string, ObservedRun> {
    const marked = new Set(marks.unindexed);
    const ids = [...new Set([...openRunIds(database), ...marked])]
      .filter((id) => !marks.removed.has(id));
    const stored = storedRuns(database, ids);
    const open = new Map<string, ObservedRun>();
    for (const id of ids) {
      const run = this.#current(id, stored.get(id), marked.has(id));
      if (run !== null) open.set(id, run);
    }
    return open;
  }

  #current(id: string, stored: StoredRun | undefined, marked: boolean): ObservedRun | null {
    if (!marked && (stored === undefined || isOver(stored.record))) {
      return stored === undefined ? null : this.#observe(stored.record);
    }
    // No wave makes such an id, and a path must not be made of it.
    if (!isRunIdShape(id)) throw new DatabaseError("damaged");
    const read = () => this.#newest(id, stored);
    return observeAtRest(this.#paths.trace(id), this.#observe, read);
  }

  /** A stored run with the rest of its trace folded on top. */
  #newest(id: string, stored: StoredRun | undefined): RunRecord | null {
    const from = stored === undefined
      ? null
      : { record: stored.record, artifacts: [], bytes: stored.foldedBytes };
    const record = this.#fromTrace(
      id,
      from,
      (file, from) => foldTrace(file, from).record,
      readRecord,
    );
    return record?.id === id ? record : stored?.record ?? null;
  }

  /**
   * What `rest` makes of a trace beyond `from`, or `whole` of all of it, where nothing is stored or the
   * trace is shorter than what was folded of it. Null without a trace or news.
   */
  #fromTrace<T>(
    id: string,
    from: TraceFold | null,
    rest: (file: Deno.FsFile, from: TraceFold) => T,
    whole: (file: Deno.FsFile) => T,
  ): T | null {
    using file = openReadable(this.#paths.trace(id));
    if (file === null) return null;
    const size = file.statSync().size;
    if (from === null || size < from.bytes) return whole(file);
    return size === from.bytes ? null : rest(file, from);
  }
}
