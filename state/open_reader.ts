/** The reader that every command uses: the database, and the traces whenever it cannot answer. */
import { observe } from "./live/liveness.ts";
import { type WavePaths, wavePaths } from "./records/wave_paths.ts";
import type {
  Provenance,
  RunPage,
  RunQuery,
  RunReader,
  SummaryQuery,
} from "./records/run_reader.ts";
import type { ArtifactRecord, ObservedRun, RunRecord, RunSummary } from "./records/records.ts";
import { DatabaseError } from "./sqlite/database_error.ts";
import { SqliteReader } from "./sqlite/sqlite_reader.ts";
import { traceIds, TracesReader } from "./trace/traces_reader.ts";

export interface ReaderOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Do not look at the database at all. */
  readonly forceTraces?: boolean;
}

/** The runs of the project at `root`. Changes nothing and waits for nobody. */
export function openReader(root: string, options: ReaderOptions): RunReader {
  return new FallbackReader(wavePaths(root), options);
}

/** Falls back on the traces for good at the first failure of the database, and remembers why. */
class FallbackReader implements RunReader {
  readonly #paths: WavePaths;
  readonly #traces: TracesReader;
  #sqlite: SqliteReader | null = null;
  #reason: string | null = null;

  constructor(paths: WavePaths, { now, forceTraces = false }: ReaderOptions) {
    this.#paths = paths;
    const observed = (record: RunRecord) => observe(paths, record, now());
    this.#traces = new TracesReader(paths, observed);
    if (forceTraces) return;
    try {
      this.#sqlite = new SqliteReader(paths, observed);
    } catch (error) {
      this.#fallBack(error);
    }
  }

  get provenance(): Provenance {
    return { source: this.#sqlite === null ? "traces" : "state.db", reason: this.#reason };
  }

  run(id: string): ObservedRun | null {
    return this.#answer((reader) => reader.run(id));
  }

  runs(query: RunQuery): RunPage {
    return this.#answer((reader) => reader.runs(query));
  }

  summaries(query: SummaryQuery): readonly RunSummary[] {
    return this.#answer((reader) => reader.summaries(query));
  }

  idsWithPrefix(prefix: string, limit: number): readonly string[] {
    return this.#answer((reader) => reader.idsWithPrefix(prefix, limit));
  }

  artifacts(runId: string): readonly ArtifactRecord[] {
    return this.#answer((reader) => reader.artifacts(runId));
  }

  [Symbol.dispose](): void {
    this.#sqlite?.[Symbol.dispose]();
    this.#sqlite = null;
  }

  #answer<T>(query: (reader: SqliteReader | TracesReader) => T): T {
    if (this.#sqlite !== null) {
      try {
        return query(this.#sqlite);
      } catch (error) {
        this.#fallBack(error);
      }
    }
    return query(this.#traces);
  }

  #fallBack(error: unknown): void {
    if (!(error instanceof DatabaseError)) throw error;
    this[Symbol.dispose]();
    // Where nothing ever ran, nothing is missing.
    const untouched = error.reason === "missing" && traceIds(this.#paths).length === 0;
    this.#reason = untouched ? null : error.reason;
  }
}
