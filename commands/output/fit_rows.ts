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

export interface FitOptions {
  /** Columns that go, in this order, where short cells are not enough. */
  readonly expendable?: readonly number[];
  /** Columns whose cells are shortened only when nothing else is left. */
  readonly kept?: readonly number[];
  /** False: kept columns stay whole, and rows may become too wide. True unless told. */
  readonly mustFit?: boolean;
}

/** What columns of these widths take together. */
function tableWidth(widths: readonly number[], columns: readonly number[]): number {
  return columns.reduce((sum, column) => sum + (widths[column] ?? 0) + GAP, -GAP);
}

/** The columns for which there is room, be it with short cells. */
function columnsLeft(
  widths: readonly number[],
  width: number,
  { expendable = [], kept = [] }: FitOptions,
): readonly number[] {
  const least = widths.map((each, column) => kept.includes(column) ? each : Math.min(each, LEAST));
  let left: readonly number[] = [...least.keys()];
  for (const column of expendable) {
    if (tableWidth(least, left) <= width) break;
    left = left.filter((other) => other !== column);
  }
  return left;
}

/** Makes the widest of `columns` narrower, by `excess` together if they are not short before. */
function narrow(widths: number[], columns: readonly number[], excess: number): void {
  while (excess > 0) {
    const of = columns.map((column) => widths[column] ?? 0);
    const widest = Math.max(0, ...of);
    if (widest <= LEAST) return;
    const place = of.indexOf(widest);
    const second = Math.max(LEAST, ...of.toSpliced(place, 1));
    const cut = Math.max(1, Math.min(excess, widest - second));
    widths[columns[place] ?? 0] = widest - cut;
    excess -= cut;
  }
}

/** `rows` with the cells of their widest columns shortened, so that the table takes `width` columns. */
export function fitRows(rows: Rows, width: number, options: FitOptions = {}): string[][] {
  const { kept = [], mustFit = true } = options;
  const widths = widthsOf(rows);
  const left = columnsLeft(widths, width, options);
  narrow(widths, left.filter((column) => !kept.includes(column)), tableWidth(widths, left) - width);
  if (mustFit) narrow(widths, left, tableWidth(widths, left) - width);
  return rows.map((row) =>
    left.flatMap((column) => {
      const cell = row[column];
      const limit = widths[column] ?? 0;
      if (cell === undefined) return [];
      return columnsOf(cell) <= limit ? cell : `${fitLine(cell, limit - 1)}…`;
    })
  );
}
