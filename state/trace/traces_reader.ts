/** Reads runs from their traces alone, with the answers that the database would give. */
import { OperationError } from "../../event/errors.ts";
import { isMissing, lstat } from "../../event/files.ts";
import { isRunIdShape } from "../../event/identity.ts";
import { runIdOfTrace, type WavePaths } from "../records/wave_paths.ts";
import { cut, matcher, newestFirst, type RunHead } from "../records/run_query.ts";
import type { RunPage, RunQuery, SummaryQuery } from "../records/run_reader.ts";
import {
  type ArtifactRecord,
  type ObservedRun,
  type RunRecord,
  type RunSummary,
  summaryOfRun,
} from "../records/records.ts";
import { decodeBytes } from "./trace_entries.ts";
import { foldTrace, readRecord } from "./trace_fold.ts";
import { firstLine, openTrace } from "./trace_scan.ts";

/**
 * A trace without the start of the run that its name says is no run. `observe` tells of a record
 * whether its run is still alive.
 */
export class TracesReader {
  readonly #paths: WavePaths;
  readonly #observe: (record: RunRecord) => ObservedRun;

  constructor(paths: WavePaths, observe: (record: RunRecord) => ObservedRun) {
    this.#paths = paths;
    this.#observe = observe;
  }

  run(id: string): ObservedRun | null {
    if (!isRunIdShape(id)) return null;
    return observeAtRest(this.#paths.trace(id), this.#observe, () => {
      const record = this.#read(id, readRecord);
      return record?.id === id ? record : null;
    });
  }

  runs(query: RunQuery): RunPage {
    const matching = matcher(query);
    const ids = query.ids === undefined ? this.#ids() : [...new Set(query.ids)];
    // Only the status needs more of a trace than its first line.
    if (query.statuses === undefined && query.interrupted !== true) {
      const heads = this.#heads(ids).filter(matching.head).sort(newestFirst);
      const runs = cut(query, heads).map((head) => this.run(head.id));
      return { runs: runs.filter((run) => run !== null), total: heads.length };
    }
    const runs: ObservedRun[] = [];
    for (const id of ids) {
      const run = this.run(id);
      if (run !== null && matching.run(run)) runs.push(run);
    }
    runs.sort((a, b) => newestFirst(a.record, b.record));
    return { runs: cut(query, runs), total: runs.length };
  }

  summaries(query: SummaryQuery): readonly RunSummary[] {
    const matching = matcher(query);
    const ids = query.ids === undefined ? this.#ids() : [...new Set(query.ids)];
    const summaries: RunSummary[] = [];
    for (const id of ids) {
      const run = this.run(id);
      if (run !== null && matching.run(run)) summaries.push(summaryOfRun(run));
    }
    return summaries.sort((a, b) => newestFirst(a.record, b.record));
  }

  idsWithPrefix(prefix: string, limit: number): readonly string[] {
    const ids = this.#ids().filter((id) => id.startsWith(prefix));
    return this.#heads(ids).sort(newestFirst).slice(0, limit).map((head) => head.id);
  }

  artifacts(runId: string): readonly ArtifactRecord[] {
    const fold = this.#read(runId, (file) => foldTrace(file));
    return fold?.record?.id === runId ? fold.artifacts : [];
  }

  #ids(): string[] {
    return traceIds(this.#paths);
  }

  #heads(ids: readonly string[]): RunHead[] {
    return ids.map((id) => this.#read(id, (file) => readHead(file, id)))
      .filter((head) => head !== null);
  }

  #read<T>(id: string, read: (file: Deno.FsFile) => T): T | null {
    if (!isRunIdShape(id)) return null;
    using file = openReadable(this.#paths.trace(id));
    return file === null ? null : read(file);
  }
}

/** The ids in the names of the traces, in no order. @throws {OperationError} `traces_unreadable` */
export function traceIds(paths: WavePaths): string[] {
  const ids: string[] = [];
  try {
    for (const entry of Deno.readDirSync(paths.traces)) {
      const id = runIdOfTrace(entry.name);
      if (id !== null) ids.push(id);
    }
  } catch (cause) {
    if (isMissing(cause)) return [];
    if (!(cause instanceof Deno.errors.PermissionDenied)) throw cause;
    throw new OperationError("traces_unreadable", "Cannot read .wave/traces: permission denied", {
      cause,
      hint: "run wave as the user who owns the project's .wave folder",
    });
  }
  return ids;
}

/**
 * Reads a record and observes it. A run may end between the two, and would then look interrupted: so a
 * trace that has grown meanwhile is read again.
 */
export function observeAtRest(
  trace: string,
  observe: (record: RunRecord) => ObservedRun,
  read: () => RunRecord | null,
): ObservedRun | null {
  for (;;) {
    const size = sizeOf(trace);
    const record = read();
    if (record === null) return null;
    const run = observe(record);
    if (run.liveness !== "interrupted" || sizeOf(trace) === size) return run;
  }
}

function sizeOf(path: string): number | null {
  return lstat(path)?.size ?? null;
}

/** The trace, or null when there is none that this user may read. */
export function openReadable(path: string): Deno.FsFile | null {
  try {
    return openTrace(path);
  } catch (error) {
    if (error instanceof OperationError && error.code === "trace_denied") return null;
    throw error;
  }
}

/** True of a trace that is there, and that this user may not read. */
export function isDenied(path: string): boolean {
  using file = openReadable(path);
  return file === null && lstat(path)?.isFile === true;
}

function readHead(file: Deno.FsFile, id: string): RunHead | null {
  const line = firstLine(file);
  const event = line === null ? null : decodeBytes(line);
  if (event?.state === "started" && event.run_id === id) {
    return { id, pipeline: event.pipeline_id, startedAt: Date.parse(event.timestamp) };
  }
  // Damage before the first event hides it from nobody: the fold passes over it.
  const record = foldTrace(file).record;
  return record?.id === id ? record : null;
}
