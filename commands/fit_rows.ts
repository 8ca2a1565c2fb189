import { columnsOf, fitLine } from "./fit_line.ts";

/** Spaces between two columns of a table. */
const GAP = 2;
/** No column is made narrower than this. */
const LEAST = 8;

/** `rows` with the cells of their widest columns shortened, so that the table takes `width` columns. */
export function fitRows(rows: readonly (readonly string[])[], width: number): string[][] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell));
    });
  }
  let excess = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= LEAST) break;
    const column = widths.indexOf(widest);
    const second = Math.max(LEAST, ...widths.filter((_, other) => other !== column));
    const cut = Math.max(1, Math.min(excess, widest - second));
    widths[column] = widest - cut;
    excess -= cut;
  }
  return rows.map((row) =>
    row.map((cell, column) => {
      const limit = widths[column] ?? 0;
      return columnsOf(cell) <= limit ? cell : `${fitLine(cell, limit - 1)}…`;
    })
  );
}
