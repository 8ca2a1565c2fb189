/** Tables for people. Loaded where text is printed, so that JSON starts faster. */
import { Table } from "@cliffy/table";
import { columnsOf, fitLine } from "../output/fit_line.ts";

/** Long tables are made in parts: the time that a table takes may grow with the square of its rows. */
const PART_ROWS = 200;

/**
 * Longer cells are cut: every row is padded to the widest cell of each column, so that one of 30,000
 * columns among 3,000 rows would make 90 MB, mostly blanks. JSON has them whole.
 */
const MAX_COLUMNS = 400;

function cut(cell: string): string {
  // A character takes at most two columns.
  if (cell.length * 2 <= MAX_COLUMNS) return cell;
  const short = fitLine(cell, MAX_COLUMNS - 1);
  return columnsOf(cell) <= MAX_COLUMNS ? cell : `${short}…`;
}

/** For each column its widest cell. */
function widestRow(rows: readonly (readonly string[])[]): string[] {
  const widest: string[] = [];
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      const width = columnsOf(cell);
      if (width > (widths[column] ?? -1)) [widest[column], widths[column]] = [cell, width];
    });
  }
  return widest;
}

function lines(rows: readonly (readonly string[])[]): string[] {
  const text = Table.from(rows.map((row) => [...row])).padding(2).toString();
  return text.replace(/\n*$/, "").split("\n").map((line) => line.trimEnd());
}

/**
 * Columns side by side, without lines; each row ends without spaces. Cells must be safe for a terminal
 * already and hold no newline; they may hold colours. Cells of more than 400 columns end in `…`.
 */
export function renderTable(whole: readonly (readonly string[])[]): string {
  if (whole.length === 0) return "";
  const rows = whole.map((row) => row.map(cut));
  if (rows.length <= PART_ROWS) return `${lines(rows).join("\n")}\n`;
  const widest = widestRow(rows);
  let text = "";
  for (let start = 0; start < rows.length; start += PART_ROWS) {
    // The widest cells make the columns of all parts alike; their own row is left out.
    const part = lines([widest, ...rows.slice(start, start + PART_ROWS)]).slice(1);
    text += `${part.join("\n")}\n`;
  }
  return text;
}
