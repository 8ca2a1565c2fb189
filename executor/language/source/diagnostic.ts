/** A problem in a manifest or a pipeline, and how it reads. */

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

/** The candidate with the fewest edits, at most a third of the word's length (and one at least). */
export function closest(word: string, candidates: Iterable<string>): string | null {
  // Long words are no slips of the pen, and the distance takes quadratic time.
  if (word.length > 64) return null;
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

/** Edits (insert, delete, replace, swap of neighbours) that make `a` into `b`. */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let edits = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (older[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
