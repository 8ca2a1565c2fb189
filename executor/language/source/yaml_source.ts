/** Reads a YAML file into plain data, and remembers where each value stands. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { type Diagnostic, quote } from "./diagnostic.ts";
import type { Position } from "../model/source_text.ts";

export type Path = readonly (string | number)[];

/** Larger files are refused unread. */
export const MAX_BYTES = 1024 * 1024;
/** Deeper values are refused; real pipelines have less than ten levels. */
export const MAX_DEPTH = 40;
/** Values in all, each alias counted with all that it repeats. */
export const MAX_VALUES = 100_000;

/** One slip may make errors of all the rest. */
const MAX_SYNTAX_ERRORS = 10;

export interface Source {
  /** Relative to the project root. */
  readonly file: string;
  /** Plain data; undefined when the file could not be read at all. */
  readonly data: unknown;
  /** What is wrong with the file as YAML. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where a value stands; of one that is missing, the innermost value around it. */
  at(path: Path): Position;
  /** Where the key of a value stands. */
  keyAt(path: Path): Position;
  /** Where the `nth` (from 0) occurrence of a text in a value stands; the value's start if nowhere. */
  within(path: Path, text: string, nth: number): Position;
}

/** Reads a file of a project. All that can be wrong with it is in `diagnostics`. */
export function readSource(root: string, file: string): Source {
  const path = `${root}/${file}`;
  try {
    const info = Deno.statSync(path);
    // A pipe or a device would be waited for.
    if (!info.isFile) return broken(file, "not_a_file", "this is no regular file");
    if (info.size > MAX_BYTES) {
      return broken(
        file,
        "file_too_large",
        `the file has ${info.size} bytes; at most 1 MiB is read`,
      );
    }
    return parseSource(file, new TextDecoder("utf-8", { fatal: true }).decode(readAll(path)));
  } catch (error) {
    if (error instanceof TypeError) {
      return broken(file, "not_utf8", "the file is not valid UTF-8");
    }
    if (error instanceof Deno.errors.NotFound) {
      return broken(file, "file_not_found", "there is no such file");
    }
    if (isDenied(error)) return broken(file, "file_unreadable", "the file cannot be read");
    throw error;
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.FilesystemLoop || error instanceof Deno.errors.NotADirectory;
}

/** At most one byte more than the limit, should the file grow meanwhile. */
function readAll(path: string): Uint8Array {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(MAX_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const read = file.readSync(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function broken(file: string, code: string, message: string): Source {
  const start = { line: 1, column: 1 };
  return {
    file,
    data: undefined,
    diagnostics: [{ severity: "error", code, file, ...start, message, suggestion: null }],
    at: () => start,
    keyAt: () => start,
    within: () => start,
  };
}

/** Reads YAML text. */
export function parseSource(file: string, text: string): Source {
  if (text.length > MAX_BYTES) return broken(file, "file_too_large", "at most 1 MiB is read");
  const lines = new LineCounter();
  const diagnostics: Diagnostic[] = [];
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const report = (severity: Diagnostic["severity"], code: string, at: number, message: string) =>
    diagnostics.push({
      ...{ severity, code, file, ...positionAt(at), message, suggestion: null },
    });
  let contents: Node | null;
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      version: "1.2",
    });
    if (document.errors.some((error) => error.message.includes("call stack"))) {
      return broken(file, "too_deep", `values are nested more than ${MAX_DEPTH} deep`);
    }
    for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS)) {
      const code = error.code === "DUPLICATE_KEY" ? "duplicate_key" : "yaml_syntax";
      const several = error.code === "MULTIPLE_DOCS";
      const message = several
        ? "the file holds several documents, and wave reads one"
        : error.message;
      report("error", code, error.pos[0], message);
    }
    for (const warning of document.warnings) {
      report("warning", "yaml_syntax", warning.pos[0], warning.message);
    }
    contents = document.contents;
  } catch (error) {
    // The parser descends with the nesting of the text.
    if (!(error instanceof RangeError)) throw error;
    return broken(file, "too_deep", `values are nested more than ${MAX_DEPTH} deep`);
  }
  const reader = new Reader(positionAt, report);
  const data = reader.read(contents);
  return {
    file,
    data: diagnostics.some((diagnostic) => diagnostic.severity === "error") ? undefined : data,
    diagnostics,
    at: (path) => reader.position(path, reader.values),
    keyAt: (path) => reader.position(path, reader.keys),
    within: (path, wanted, nth) => {
      const start = reader.position(path, reader.values);
      let offset = (lines.lineStarts[start.line - 1] ?? 0) + start.column - 1;
      for (let count = 0; count <= nth && offset >= 0; count++) {
        offset = text.indexOf(wanted, count === 0 ? offset : offset + 1);
      }
      return offset < 0 ? start : positionAt(offset);
    },
  };
}

type Report = (
  severity: Diagnostic["severity"],
  code: string,
  at: number,
  message: string,
) => void;

class Reader {
  readonly values = new Map<string, Position>();
  readonly keys = new Map<string, Position>();
  readonly #positionAt: (offset: number) => Position;
  readonly #report: Report;
  readonly #anchors = new Map<string, Node>();
  #count = 0;
  #stopped = false;

  constructor(positionAt: (offset: number) => Position, report: Report) {
    this.#positionAt = positionAt;
    this.#report = report;
  }

  read(node: Node | null): unknown {
    return this.#value(node, [], node?.range?.[0] ?? 0);
  }

  position(path: Path, table: ReadonlyMap<string, Position>): Position {
    for (let length = path.length; length > 0; length--) {
      const key = JSON.stringify(path.slice(0, length));
      const position = (length === path.length ? table.get(key) : undefined) ??
        this.values.get(key);
      if (position !== undefined) return position;
    }
    return this.values.get("[]") ?? { line: 1, column: 1 };
  }

  /** Reports once, and takes no more values: a bomb would be read for minutes. */
  #stop(code: string, at: number, message: string): undefined {
    if (!this.#stopped) this.#report("error", code, at, message);
    this.#stopped = true;
    return undefined;
  }

  #value(node: unknown, path: Path, at: number): unknown {
    if (this.#stopped) return undefined;
    if (path.length > MAX_DEPTH) {
      return this.#stop("too_deep", at, `values are nested more than ${MAX_DEPTH} deep`);
    }
    if (++this.#count > MAX_VALUES) {
      return this.#stop(
        "too_many_values",
        at,
        `the file holds more than ${MAX_VALUES} values, aliases included`,
      );
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) {
        const start = node.range?.[0] ?? at;
        return this.#stop("yaml_syntax", start, `no anchor ${quote(node.source)} ends before it`);
      }
      this.values.set(JSON.stringify(path), this.#positionAt(node.range?.[0] ?? at));
      return this.#value(target, path, node.range?.[0] ?? at);
    }
    const key = JSON.stringify(path);
    if (isScalar(node) || isMap(node) || isSeq(node)) {
      const start = node.range?.[0] ?? at;
      if (!this.values.has(key)) this.values.set(key, this.#positionAt(start));
      const value = isScalar(node)
        ? node.value
        : isSeq(node)
        ? node.items.map((item, index) => this.#value(item, [...path, index], start))
        : this.#map(node.items, path, start);
      // Set behind the value, so that an anchor within itself is not found.
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
      return value;
    }
    return null;
  }

  #map(
    items: readonly { key: unknown; value: unknown }[],
    path: Path,
    start: number,
  ): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null);
    const merged: Record<string, unknown>[] = [];
    for (const { key, value } of items) {
      const at = (isScalar(key) ? key.range?.[0] : undefined) ?? start;
      if (!isScalar(key)) {
        this.#report("error", "yaml_syntax", at, "a key must be a plain text");
        continue;
      }
      const name = String(key.value);
      if (name === "<<") {
        merged.push(...this.#merge(value, path, at));
        continue;
      }
      this.keys.set(JSON.stringify([...path, name]), this.#positionAt(at));
      result[name] = this.#value(value, [...path, name], at);
    }
    for (const base of merged) {
      for (const [name, value] of Object.entries(base)) {
        if (!Object.hasOwn(result, name)) result[name] = value;
      }
    }
    return result;
  }

  /** The maps that `<<` brings in; keys of the map itself and of earlier ones win. */
  #merge(value: unknown, path: Path, at: number): Record<string, unknown>[] {
    const bases = isSeq(value) ? value.items : [value];
    return bases.flatMap((base) => {
      const data = this.#value(base, path, at);
      if (typeof data === "object" && data !== null && !Array.isArray(data)) {
        return [Object.assign(Object.create(null), data)];
      }
      if (!this.#stopped) this.#report("error", "yaml_syntax", at, "<< takes a map");
      return [];
    });
  }
}

/** How a wrong value is called in a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return `the text ${quote(value)}`;
  return typeof value === "bigint" || typeof value === "number"
    ? `the number ${value}`
    : `${value}`;
}
