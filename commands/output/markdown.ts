/** Text and tables of GitHub's Markdown, which GitLab and others read, too. */
import { safeLine } from "./safe_text.ts";

/** What Markdown or HTML would take for anything but text. */
const SPECIAL = /[\\`*_{}[\]()<>#+!|~&$]/g;

/** Untrusted text as text and nothing else, on one line. */
export function markdownText(text: string): string {
  return safeLine(text).replace(
    SPECIAL,
    (character) => character === "<" ? "&lt;" : character === "&" ? "&amp;" : `\\${character}`,
  );
}

/** A table of untrusted cells, its head first; nothing without rows. Columns named in `right` are numbers. */
export function markdownTable(
  [head, ...rows]: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  if (head === undefined) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const rule = head.map((name) => right.includes(name) ? "---:" : "---");
  return [head.map(markdownText), rule, ...rows.map((row) => row.map(markdownText))]
    .map(line).join("");
}
