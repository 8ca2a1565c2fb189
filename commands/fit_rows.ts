import { columnsOf, fitLine } from "./fit_line.ts";

/** Spaces between two columns of a table. */
const GAP = 2;
/** No column is made narrower than this. */
const LEAST = 8;

type Rows = readonly (readonly string[])[];

/** For each column how wide its widest cell is. */
function widthsOf(rows: Rows): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell));
    });
  }
  return widths;
}

const tableWidth = (widths: readonly number[]) =>
  widths.reduce((sum, each) => sum + each + GAP, -GAP);

/** `rows` without those of the `expendable` columns for which there is no room even with short cells. */
function withoutExpendable(rows: Rows, width: number, expendable: readonly number[]): Rows {
  const least = widthsOf(rows).map((each) => Math.min(each, LEAST));
  const left = new Set(least.keys());
  for (const column of expendable) {
    if (tableWidth([...left].map((each) => least[each] ?? 0)) <= width) break;
    left.delete(column);
  }
  return rows.map((row) => row.filter((_, column) => left.has(column)));
}

/**
 * `rows` with the cells of their widest columns shortened, so that the table takes `width` columns.
 *
 * @param expendable columns that go, in this order, where shortening is not enough.
 */
export function fitRows(
  all: Rows,
  width: number,
  expendable: readonly number[] = [],
): string[][] {
  const rows = withoutExpendable(all, width, expendable);
  const widths = widthsOf(rows);
  let excess = tableWidth(widths) - width;
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
