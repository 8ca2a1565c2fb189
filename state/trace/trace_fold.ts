/** A run's record from its trace alone. */
import { OperationError } from "../../event/errors.ts";
import { endsRun, type RunEnded, type RunEvent } from "../../event/event.ts";
import { fold, foldArtifacts } from "../records/fold.ts";
import type { ArtifactRecord, RunRecord } from "../records/records.ts";
import type { WavePaths } from "../records/wave_paths.ts";
import { decodeBytes } from "./trace_entries.ts";
import { firstLine, openTrace, scanBackward, scanTrace } from "./trace_scan.ts";

/** How far a trace was folded, and to what. */
export interface TraceFold {
  readonly record: RunRecord | null;
  readonly artifacts: readonly ArtifactRecord[];
  /** Offset after the last whole line that was folded. */
  readonly bytes: number;
}

/** What a new trace folds to. */
export const NOTHING: TraceFold = { record: null, artifacts: [], bytes: 0 };
const OUTPUT = '"state":"output"';
const ARTIFACT = '"state":"artifact"';

/**
 * Folds a trace, or the rest of it on top of `from`. `output` lines are passed over without being
 * parsed, except the last one, whose time and number are the run's. Each event that was parsed is also
 * given to `each`.
 */
export function foldTrace(
  file: Deno.FsFile,
  from: TraceFold = NOTHING,
  each: (event: RunEvent) => void = () => {},
): TraceFold {
  let { record, artifacts } = from;
  const take = (event: RunEvent | null) => {
    if (event === null) return;
    const next = fold(record, event);
    // What the fold refuses (another run's line, a number seen before) is nothing to anyone else.
    if (next === record) return;
    record = next;
    artifacts = foldArtifacts(artifacts, event);
    each(event);
  };
  const bytes = scanTrace(
    file,
    { from: from.bytes, lacking: OUTPUT },
    (line) => take(decodeBytes(line)),
  );
  if (bytes > from.bytes) {
    const last = lastEvent(file, bytes);
    if (last !== null && last.seq > (record?.lastSeq ?? 0)) take(last);
  }
  return { record, artifacts, bytes };
}

/** The last event of a trace before the offset `to`; damaged lines are passed over. */
export function lastEvent(file: Deno.FsFile, to?: number): RunEvent | null {
  let last: RunEvent | null = null;
  scanBackward(file, (line) => {
    last = decodeBytes(line);
    return last === null;
  }, to);
  return last;
}

/**
 * The record of a run from the first and last line of its trace when it has ended, folded whole
 * otherwise. Null for a trace without a beginning.
 */
export function readRecord(file: Deno.FsFile): RunRecord | null {
  const last = lastEnd(file);
  return last === null ? foldTrace(file).record : fold(fold(null, last.started), last.ended);
}

/** The first and the last event before the offset `to`, when they begin and end the run. */
function lastEnd(file: Deno.FsFile, to?: number): { started: RunEvent; ended: RunEnded } | null {
  const head = firstLine(file);
  const started = head === null ? null : decodeBytes(head);
  const ended = lastEvent(file, to);
  return started?.state === "started" && ended !== null && endsRun(ended) &&
      ended.run_id === started.run_id
    ? { started, ended }
    : null;
}

/**
 * As `foldTrace`, but of a run that has ended only the first, the last and the artifacts' lines are
 * parsed: ten times as fast.
 */
export function foldEnds(file: Deno.FsFile): TraceFold {
  let artifacts: readonly ArtifactRecord[] = [];
  const bytes = scanTrace(file, { having: ARTIFACT }, (line) => {
    const event = decodeBytes(line);
    if (event !== null) artifacts = foldArtifacts(artifacts, event);
  });
  const last = lastEnd(file, bytes);
  // A trace in another form than wave writes, or a damaged one, is read line by line.
  if (last?.ended.data.snapshot.artifacts !== artifacts.length) return foldTrace(file);
  return { record: fold(fold(null, last.started), last.ended), artifacts, bytes };
}

/**
 * What the whole trace of a run folds to.
 *
 * @throws {OperationError} `trace_damaged` when it is gone or has no beginning.
 */
export function foldWhole(paths: WavePaths, runId: string): TraceFold & { record: RunRecord } {
  using file = openTrace(paths.trace(runId));
  const { record, artifacts, bytes } = file === null ? NOTHING : foldTrace(file);
  if (record !== null) return { record, artifacts, bytes };
  const what = file === null ? "is missing" : "has no beginning";
  throw new OperationError("trace_damaged", `Cannot go on with "${runId}": its trace ${what}`, {
    hint: `wave clean ${runId}`,
  });
}
