/** A problem in a manifest or a pipeline, and how it reads. */
import { closest } from "../../../event/closest.ts";

export interface Diagnostic {
  /** A file with errors is not run; warnings are told and nothing else. */
  readonly severity: "error" | "warning";
  /** Stable, in snake case. */
  readonly code: string;
  /** Relative to the project root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  readonly message: string;
  /** What to write instead, or null. */
  readonly suggestion: string | null;
}

/** By file, then by place; errors before warnings at the same place. */
export function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) =>
    compare(a.file, b.file) || a.line - b.line || a.column - b.column ||
    compare(a.severity, b.severity) || compare(a.code, b.code) || compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `file:line:column: error: message (suggestion)`, one line, safe for a terminal. */
export function render(diagnostic: Diagnostic): string {
  const { file, line, column, severity, message, suggestion } = diagnostic;
  const tail = suggestion === null ? "" : ` (${suggestion})`;
  return printable(`${file}:${line}:${column}: ${severity}: ${message}${tail}`);
}

/** Text from a file in quotes, shortened, without anything that could steer a terminal. */
export function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return printable(JSON.stringify(short));
}

/** Control and direction characters as `\u…`. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `did you mean "…"?` with the candidate nearest to a word, or null when none is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const near = closest(word, candidates);
  return near === null ? null : `did you mean ${quote(near)}?`;
}
