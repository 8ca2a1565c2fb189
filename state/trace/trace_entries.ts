/** Events together with the lines on which they stand, block by block. */
import { decodeLine, encodeEvent, isPrintable } from "../../event/codec.ts";
import type { RunEvent } from "../../event/event.ts";
import { scanBlocks, type ScanOptions, scanTrace } from "./trace_scan.ts";

/** An event and its JSON as it stands in the trace, safe to print. */
export interface LogEntry {
  readonly line: string;
  readonly event: RunEvent;
}

/** A line with bytes that are no UTF-8, or with a byte order mark, is no line of a trace. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The event on a line of bytes, or null for a torn, foreign or damaged one. */
export function decodeBytes(line: Uint8Array): RunEvent | null {
  const text = textOf(line);
  return text === null ? null : decodeLine(text);
}

/** The entry on a line of bytes, or null for a torn, foreign or damaged one. */
export function decodeEntry(bytes: Uint8Array): LogEntry | null {
  const text = textOf(bytes);
  const event = text === null ? null : decodeLine(text);
  if (text === null || event === null) return null;
  return { line: isPrintable(text) ? text : encodeEvent(event), event };
}

function textOf(line: Uint8Array): string | null {
  try {
    return utf8.decode(line);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Decodes lines together, which is faster, unless one of them is damaged or not safe to print. */
function decodeLines(bytes: Uint8Array, take: (entry: LogEntry | null) => void): null {
  const text = textOf(bytes);
  if (text !== null && isPrintable(text)) {
    for (let start = 0; start < text.length;) {
      const end = text.indexOf("\n", start);
      const line = text.slice(start, end);
      const event = decodeLine(line);
      if (event !== null) take({ line, event });
      start = end + 1;
    }
    return null;
  }
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, start);
    take(decodeEntry(bytes.subarray(start, end)));
    start = end + 1;
  }
  return null;
}

const NEWLINE = 10;

/** Small enough that what one block leaves behind is collected cheaply. */
const BLOCK_BYTES = 64 << 10;

export interface Block {
  readonly entries: readonly LogEntry[];
  /** Where the next block begins. */
  readonly next: number;
}

/**
 * The entries of about 64 KiB from a line's beginning on, or more when a line is longer. `next`
 * is `from` when no whole line is left.
 */
export function readBlock(file: Deno.FsFile, from: number, options: ScanOptions = {}): Block {
  const end = options.to ?? file.statSync().size;
  const isNarrowed = options.having !== undefined || options.lacking !== undefined;
  const entries: LogEntry[] = [];
  let next = from;
  for (let size = BLOCK_BYTES; next === from && from < end; size *= 4) {
    const to = Math.min(end, from + size);
    const range = { ...options, from, to };
    const take = (entry: LogEntry | null) => {
      if (entry !== null) entries.push(entry);
    };
    next = isNarrowed
      ? scanTrace(file, range, (line) => take(decodeEntry(line)))
      : scanBlocks(file, range, (bytes) => decodeLines(bytes, take));
    if (to === end) break;
  }
  return { entries, next };
}
