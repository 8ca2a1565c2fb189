/** Reads a YAML file into plain data, and remembers where each value stands. */
import { type Document, parseDocument } from "yaml";
import { type Diagnostic, quote } from "./diagnostic.ts";
import type { Position } from "../model/source_text.ts";
import { LineIndex } from "./line_index.ts";
import { explained } from "./yaml_errors.ts";
import { MAX_DEPTH, YamlReader } from "./yaml_reader.ts";

export type Path = readonly (string | number)[];

/** Larger files are refused unread. */
export const MAX_BYTES = 1024 * 1024;
/** One slip may make errors of all the rest. */
const MAX_SYNTAX_ERRORS = 10;

export interface Source {
  /** Relative to the project root. */
  readonly file: string;
  /** Plain data; undefined when the file could not be read at all. */
  readonly data: unknown;
  /** The same, each number and boolean as the text that the file has, such as `1.10`. */
  written(path: Path): unknown;
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
    return parseSource(
      file,
      new TextDecoder("utf-8", { fatal: true }).decode(readAll(path, info.size)),
    );
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

/** All of a file of about `size` bytes; at most one byte more than the limit, should it grow meanwhile. */
function readAll(path: string, size: number): Uint8Array {
  using file = Deno.openSync(path);
  // Clearing room for the largest file takes longer than reading a usual one.
  let bytes = new Uint8Array(size + 1);
  let length = 0;
  while (length < MAX_BYTES + 1) {
    if (length === bytes.length) {
      const larger = new Uint8Array(MAX_BYTES + 1);
      larger.set(bytes);
      bytes = larger;
    }
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
    written: () => undefined,
    at: () => start,
    keyAt: () => start,
    within: () => start,
  };
}

/** Reads YAML text. */
export function parseSource(file: string, text: string): Source {
  if (text.length > MAX_BYTES) return broken(file, "file_too_large", "at most 1 MiB is read");
  const document = parsed(text);
  if (document === null) {
    return broken(file, "too_deep", `values are nested more than ${MAX_DEPTH} deep`);
  }
  const lines = new LineIndex(text);
  const positionAt = (offset: number) => lines.positionAt(offset);
  const diagnostics = syntaxDiagnostics(document, file, lines);
  const isYaml = diagnostics.every(({ severity }) => severity !== "error");
  const reader = new YamlReader(positionAt, (severity, code, at, message) => {
    // What is made of wrong YAML is nothing that anybody wrote.
    if (isYaml) {
      diagnostics.push({ severity, code, file, ...positionAt(at), message, suggestion: null });
    }
  }, { asWritten: false });
  const data = reader.read(document.contents);
  const readable = diagnostics.every(({ severity }) => severity !== "error");
  let texts: { readonly all: unknown } | null = null;
  return {
    file,
    data: readable ? data : undefined,
    diagnostics,
    written: (path) => {
      if (!readable) return undefined;
      texts ??= {
        all: new YamlReader(positionAt, () => {}, { asWritten: true }).read(document.contents),
      };
      return valueAt(texts.all, path);
    },
    at: (path) => reader.position(path, reader.values),
    keyAt: (path) => reader.position(path, reader.keys),
    within: (path, wanted, nth) => {
      const start = reader.position(path, reader.values);
      let offset = lines.offsetOf(start);
      for (let count = 0; count <= nth && offset >= 0; count++) {
        offset = text.indexOf(wanted, count === 0 ? offset : offset + 1);
      }
      return offset < 0 ? start : positionAt(offset);
    },
  };
}

/** Null when it is nested too deep: the parser descends with the text. */
function parsed(text: string): Document.Parsed | null {
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      version: "1.2",
      // The parser compares each key with each; the reader looks them up.
      uniqueKeys: false,
    });
    return document.errors.some(({ message }) => message.includes("call stack")) ? null : document;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** One for each place: what the parser says of it next only follows from the first. */
function syntaxDiagnostics(
  { errors, warnings }: Document.Parsed,
  file: string,
  lines: LineIndex,
): Diagnostic[] {
  const first = errors.filter(({ pos: [at] }, index) =>
    errors.findIndex(({ pos }) => pos[0] === at) === index
  );
  return [
    ...first.slice(0, MAX_SYNTAX_ERRORS).map((error): Diagnostic => ({
      ...{ severity: "error", file, ...lines.positionAt(error.pos[0]), ...explained(error) },
    })),
    ...warnings.map(({ pos, message }): Diagnostic => ({
      ...{ severity: "warning", code: "yaml_syntax", file, ...lines.positionAt(pos[0]) },
      ...{ message, suggestion: null },
    })),
  ];
}

/** Own properties alone. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, part) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, part)
        ? Reflect.get(here, part)
        : undefined,
    data,
  );
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
