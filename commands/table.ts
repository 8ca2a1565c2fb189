/** Tables for people. The hot path loads this only to print text, so that JSON starts faster. */
import { Table } from "@cliffy/table";

/**
 * Columns side by side, without lines; each row ends without spaces. Cells must be safe for a terminal
 * already and hold no newline; they may hold colours.
 */
export function renderTable(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const text = Table.from(rows.map((row) => [...row])).padding(2).toString();
  return text.split("\n").map((line) => line.trimEnd()).join("\n").replace(/\n*$/, "\n");
}
