/** The entries of one run, filtered (contract, section 3, `logs`). */
import { itemOf, type Level, type RunEvent } from "../../event/event.ts";
import type { LogQuery } from "../records/run_reader.ts";
import { decodeBytes, decodeEntry, type LogEntry, readBlock } from "./trace_entries.ts";
import { lastEvent } from "./trace_fold.ts";
import { firstLine, openTrace, scanBackward, type ScanOptions, scanTrace } from "./trace_scan.ts";

export type { LogEntry } from "./trace_entries.ts";

/** Which of the matching entries: `last` of those that are left when the newest `offset` are skipped. */
export interface LogWindow {
  readonly last: number | "all";
  readonly offset?: number;
}

export interface LogPage {
  /** How many entries match, within the window or not. */
  readonly total: number;
  /** True when the window leaves some out. */
  readonly truncated: boolean;
  /** Oldest first. Read from the trace while it is iterated, in constant memory. */
  readonly entries: Iterable<LogEntry>;
}

/** So much text of entries is held, rather than read again. */
const MAX_HELD_UNITS = 4 << 20;

const RANK: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** True when an entry passes the filters. */
export function matches(event: RunEvent, query: LogQuery): boolean {
  const { step, item, persona, level, since, until, grep, after, raw } = query;
  if (after !== undefined && event.seq <= after) return false;
  if (raw !== true && isRaw(event)) return false;
  if (step !== undefined && event.step_id !== step) return false;
  if (item !== undefined && itemOf(event) !== item) return false;
  if (persona !== undefined && event.persona !== persona) return false;
  if (level !== undefined && RANK[event.level] < RANK[level]) return false;
  if (since !== undefined || until !== undefined) {
    const at = Date.parse(event.timestamp);
    if (at < (since ?? -Infinity) || at > (until ?? Infinity)) return false;
  }
  if (grep === undefined) return true;
  // `search`, unlike `test`, has no memory between texts.
  return event.message.search(grep) >= 0 ||
    (event.state === "started" && event.data.input.search(grep) >= 0);
}

/** True of an entry that is nothing for a person to read. */
export function isRaw(event: RunEvent): boolean {
  return (event.state === "output" || event.state === "tool") && "raw" in event.data &&
    event.data.raw === true;
}

/** True when nothing but `after` filters, so that `seq` alone tells how many entries match. */
function isUnfiltered(
  file: Deno.FsFile,
  { step, persona, level, since, until, grep, raw }: LogQuery,
): boolean {
  if (raw !== true && mayHoldRaw(file)) return false;
  const narrows = [step, persona, since, until, grep].some((filter) => filter !== undefined);
  return !narrows && (level === undefined || level === "debug");
}

/** Whether entries may be left out of it unless they are asked for, as its first line says. */
function mayHoldRaw(file: Deno.FsFile): boolean {
  const first = firstLine(file);
  const event = first === null ? null : decodeEntry(first)?.event ?? null;
  return event?.state === "started" && event.data.raw === true;
}

/** The matching entries of the trace at `path`; null when there is no trace. */
export function readLog(path: string, query: LogQuery, window: LogWindow): LogPage | null {
  using file = openTrace(path);
  if (file === null) return null;
  return isUnfiltered(file, query)
    ? readUnfiltered(path, file, query, window)
    : readFiltered(path, file, query, window);
}

function readUnfiltered(
  path: string,
  file: Deno.FsFile,
  query: LogQuery,
  { last, offset = 0 }: LogWindow,
): LogPage {
  const to = file.statSync().size;
  const after = query.after ?? 0;
  const whole = last === "all" && query.after === undefined;
  const newest = whole
    ? null
    : newestEntries(file, after, last === "all" ? Infinity : last + offset);
  const newestSeq = newest === null ? lastEvent(file)?.seq ?? 0 : newest.seq;
  const total = Math.max(0, newestSeq - after);
  const left = Math.max(0, total - offset);
  const count = last === "all" ? left : Math.min(last, left);
  const entries = newest?.entries?.slice(0, count) ??
    entriesOf(path, { from: newest?.from ?? 0, to }, query, count);
  return { total, truncated: count < total, entries };
}

interface Newest {
  /** Of the newest entry of all; 0 without any. */
  readonly seq: number;
  /** Where the oldest of them begins. */
  readonly from: number;
  /** Oldest first; null when they are too many to be held. */
  readonly entries: readonly LogEntry[] | null;
}

/** The newest `most` entries with a `seq` above `after`. */
function newestEntries(file: Deno.FsFile, after: number, most: number): Newest {
  let held: LogEntry[] | null = [];
  let units = 0;
  let newest = 0;
  let oldest = Infinity;
  let from = file.statSync().size;
  let count = 0;
  scanBackward(file, (line, offset) => {
    const entry = decodeEntry(line);
    if (entry === null || entry.event.seq >= oldest) return true;
    oldest = entry.event.seq;
    newest = Math.max(newest, oldest);
    if (oldest <= after || count === most) return false;
    from = offset;
    held?.push(entry);
    units += entry.line.length;
    if (units > MAX_HELD_UNITS) held = null;
    return ++count < most;
  });
  return { seq: newest, from, entries: held === null ? null : held.reverse() };
}

/** Where the entries begin that have a `seq` above `after`: the end of the last whole line if none has. */
export function offsetAfter(file: Deno.FsFile, after: number): number {
  let from: number | null = null;
  scanBackward(file, (line, offset) => {
    from ??= offset + line.length + 1;
    const seq = decodeBytes(line)?.seq;
    if (seq === undefined) return true;
    if (seq <= after) return false;
    from = offset;
    return true;
  });
  return from ?? 0;
}

function readFiltered(
  path: string,
  file: Deno.FsFile,
  query: LogQuery,
  { last, offset = 0 }: LogWindow,
): LogPage {
  const to = file.statSync().size;
  const narrowed = { to, ...needle(file, query) };
  const hits: number[] = [];
  const kept = new NewestEntries(last === "all" ? Infinity : last + offset);
  let newest = 0;
  scanTrace(file, narrowed, (line, at) => {
    const entry = decodeEntry(line);
    if (entry === null || entry.event.seq <= newest) return;
    newest = entry.event.seq;
    if (!matches(entry.event, query)) return;
    hits.push(at);
    kept.add(entry);
  });
  const total = hits.length;
  const left = Math.max(0, total - offset);
  const count = last === "all" ? left : Math.min(last, left);
  const from = hits[left - count] ?? to;
  const entries = kept.oldest(count) ?? entriesOf(path, { ...narrowed, from }, query, count);
  return { total, truncated: count < total, entries };
}

/** The newest entries, as long as they are few: then they need not be read again. */
class NewestEntries {
  readonly #most: number;
  #entries: LogEntry[] = [];
  #units = 0;
  #tooMany = false;

  constructor(most: number) {
    this.#most = most;
  }

  add(entry: LogEntry): void {
    if (this.#tooMany) return;
    this.#entries.push(entry);
    this.#units += entry.line.length;
    if (this.#entries.length > 2 * this.#most) this.#forgetOld();
    if (this.#units <= MAX_HELD_UNITS) return;
    this.#forgetOld();
    this.#tooMany = this.#units > MAX_HELD_UNITS;
    if (this.#tooMany) this.#entries = [];
  }

  #forgetOld(): void {
    if (this.#entries.length > this.#most) this.#entries = this.#entries.slice(-this.#most);
    this.#units = this.#entries.reduce((sum, { line }) => sum + line.length, 0);
  }

  /** The oldest `count` of the newest; null when they were too many to be kept. */
  oldest(count: number): readonly LogEntry[] | null {
    if (this.#tooMany) return null;
    this.#forgetOld();
    return this.#entries.slice(0, count);
  }
}

/**
 * A text that only lines which may match hold (or lack), if the trace is in the form that wave writes.
 * Quotes within a JSON string are escaped, so no message can hold such a text.
 */
function needle(file: Deno.FsFile, { step, persona, level }: LogQuery): ScanOptions {
  const first = firstLine(file);
  const known = first !== null && first.length > PREFIX.length &&
    PREFIX.every((byte, index) => first[index] === byte);
  if (!known) return {};
  if (level === "error") return { having: '"level":"error"' };
  if (step !== undefined && PLAIN.test(step)) return { having: `"step_id":"${step}"` };
  if (persona !== undefined && PLAIN.test(persona)) return { having: `"persona":"${persona}"` };
  if (level === "info" || level === "warn") return { lacking: '"level":"debug","persona":' };
  return {};
}

const PREFIX = new TextEncoder().encode('{"schema_version":1,"seq":');
const PLAIN = /^[\w.-]+$/;

/** At most `count` matching entries from a line's beginning on. Opens the trace while it is iterated. */
function* entriesOf(
  path: string,
  range: ScanOptions & { readonly from: number },
  query: LogQuery,
  count: number,
): Generator<LogEntry> {
  if (count === 0) return;
  using file = openTrace(path);
  if (file === null) return;
  let newest = 0;
  for (let from = range.from;;) {
    const { entries, next } = readBlock(file, from, range);
    for (const entry of entries) {
      if (entry.event.seq <= newest) continue;
      newest = entry.event.seq;
      if (!matches(entry.event, query)) continue;
      yield entry;
      if (--count === 0) return;
    }
    if (next === from) return;
    from = next;
  }
}
