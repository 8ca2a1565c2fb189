/** Fast synchronous reading of traces: whole lines as bytes, forward and from the end. */
import { OperationError } from "../../event/errors.ts";
import { isMissing, lstat } from "../../event/files.ts";

const CHUNK_BYTES = 1 << 20;
const FIRST_BLOCK_BYTES = 4 << 10;
const LAST_BLOCK_BYTES = 16 << 10;
const NEWLINE = 10;
/** No event is longer; a longer line is damage, and skipped without being held in memory. */
const MAX_LINE_BYTES = 64 << 20;

/**
 * Opens a trace for reading; null when there is none. Whatever else stands under its name (a link, a
 * pipe, on which opening would hang) counts as none.
 *
 * @throws {OperationError} `trace_denied` when this user may not read it.
 */
export function openTrace(path: string): Deno.FsFile | null {
  try {
    if (lstat(path)?.isFile !== true) return null;
    return Deno.openSync(path, { read: true });
  } catch (error) {
    if (isMissing(error)) return null;
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new OperationError("trace_denied", `Cannot read the trace "${path}": permission denied`, {
      cause: error,
      hint: "run wave as the user whose run it is",
    });
  }
}

export interface ScanOptions {
  /** Byte offset of a line's beginning. */
  readonly from?: number;
  /** Do not read beyond this byte; the present end of the file unless told. */
  readonly to?: number;
  /** Visit only lines that hold this ASCII text. It may be found anywhere: check the parsed field. */
  readonly having?: string;
  /** Visit only lines that do not hold this ASCII text. */
  readonly lacking?: string;
}

/** Told each line without its newline, valid during the call only. Returning false ends the scan. */
export type Visit = (line: Uint8Array, offset: number) => boolean | void;

/**
 * Visits the whole lines of a trace in order. A last line without a newline is not visited: it may be
 * still growing. Returns the offset after the last whole line that was looked at, which is where a
 * later scan goes on.
 */
export function scanTrace(file: Deno.FsFile, options: ScanOptions, visit: Visit): number {
  return scanBlocks(file, options, (bytes, base) => visitLines(bytes, base, options, visit));
}

/**
 * Visits the whole lines of a trace in order, many together, each with its newline. The bytes are valid
 * during the call only. Ends at the offset that the visit gives, unless null. Returns as
 * {@linkcode scanTrace} does.
 */
export function scanBlocks(
  file: Deno.FsFile,
  { from = 0, to = file.statSync().size }: Pick<ScanOptions, "from" | "to">,
  visit: (bytes: Uint8Array, base: number) => number | null,
): number {
  let buffer = new Uint8Array(Math.max(0, Math.min(CHUNK_BYTES, to - from)));
  let held = 0;
  let base = from;
  let discarding = false;
  file.seekSync(from, Deno.SeekMode.Start);
  while (base + held < to) {
    const room = Math.min(buffer.length - held, to - base - held);
    const read = file.readSync(buffer.subarray(held, held + room));
    if (read === null) break;
    const bytes = buffer.subarray(0, held + read);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      held = bytes.length;
      if (held >= MAX_LINE_BYTES) {
        base += held;
        held = 0;
        discarding = true;
      } else if (held === buffer.length) buffer = grown(buffer, held * 2);
      continue;
    }
    const start = discarding ? bytes.indexOf(NEWLINE) + 1 : 0;
    discarding = false;
    const stopped = visit(bytes.subarray(start, end), base + start);
    if (stopped !== null) return stopped;
    buffer.copyWithin(0, end, bytes.length);
    held = bytes.length - end;
    base += end;
  }
  return base;
}

function grown(buffer: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes);
  larger.set(buffer);
  return larger;
}

type Wanted = Pick<ScanOptions, "having" | "lacking">;

/**
 * One character a byte, so that native string search finds byte offsets. Bytes from 0x80 to 0x9f come
 * out as other characters, which the ASCII that is searched for never is.
 */
const oneByteEach = new TextDecoder("latin1");

/** Visits the lines of a block that ends with a newline. The offset after the line that stopped it, or null. */
function visitLines(bytes: Uint8Array, base: number, wanted: Wanted, visit: Visit): number | null {
  const { having, lacking } = wanted;
  if (having !== undefined) return visitHits(bytes, base, having, visit);
  const text = lacking === undefined ? "" : oneByteEach.decode(bytes);
  let unwanted = lacking === undefined ? Infinity : hit(text, lacking, 0);
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (lacking !== undefined && unwanted < start) unwanted = hit(text, lacking, start);
    if (unwanted >= end && visit(bytes.subarray(start, end), base + start) === false) {
      return base + end + 1;
    }
    start = end + 1;
  }
  return null;
}

function hit(text: string, needle: string, from: number): number {
  const at = text.indexOf(needle, from);
  return at < 0 ? Infinity : at;
}

function visitHits(bytes: Uint8Array, base: number, needle: string, visit: Visit): number | null {
  const text = oneByteEach.decode(bytes);
  for (let at = text.indexOf(needle); at >= 0;) {
    const start = text.lastIndexOf("\n", at) + 1;
    const end = text.indexOf("\n", at);
    if (visit(bytes.subarray(start, end), base + start) === false) return base + end + 1;
    at = text.indexOf(needle, end + 1);
  }
  return null;
}

/** The first whole line of a trace, or null when there is none yet. */
export function firstLine(file: Deno.FsFile): Uint8Array | null {
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BLOCK_BYTES);
  let held = 0;
  file.seekSync(0, Deno.SeekMode.Start);
  while (held < MAX_LINE_BYTES) {
    const read = file.readSync(bytes.subarray(held));
    if (read === null) return null;
    const end = bytes.subarray(0, held + read).indexOf(NEWLINE, held);
    if (end >= 0) return bytes.subarray(0, end);
    held += read;
    if (held === bytes.length) bytes = grown(bytes, held * 2);
  }
  return null;
}

/**
 * Visits the whole lines of a trace from the last to the first, until told to stop. A tail without a
 * newline is not visited. `to` is where a line ends; the end of the file unless told.
 */
export function scanBackward(file: Deno.FsFile, visit: Visit, to?: number): void {
  let position = to ?? file.seekSync(0, Deno.SeekMode.End);
  let tail: Uint8Array = new Uint8Array(0);
  let complete = false;
  let block = LAST_BLOCK_BYTES;
  while (position > 0) {
    const size = Math.min(block, position);
    position -= size;
    const bytes = new Uint8Array(size + tail.length);
    readFully(file, bytes.subarray(0, size), position);
    bytes.set(tail, size);
    let end = bytes.length;
    for (let at = bytes.lastIndexOf(NEWLINE, end - 1); at >= 0 && end > 0;) {
      if (complete && visit(bytes.subarray(at + 1, end), position + at + 1) === false) return;
      complete = true;
      end = at;
      at = at === 0 ? -1 : bytes.lastIndexOf(NEWLINE, at - 1);
    }
    tail = bytes.subarray(0, end);
    block = Math.min(CHUNK_BYTES, Math.max(block * 2, tail.length));
    if (tail.length > MAX_LINE_BYTES) tail = new Uint8Array(0);
  }
  if (complete) visit(tail, 0);
}

/** A file that shrank meanwhile leaves zeros, which no line can hold. */
function readFully(file: Deno.FsFile, into: Uint8Array, position: number): void {
  file.seekSync(position, Deno.SeekMode.Start);
  for (let filled = 0; filled < into.length;) {
    const read = file.readSync(into.subarray(filled));
    if (read === null) return;
    filled += read;
  }
}
