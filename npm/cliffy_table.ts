/** Stand-in for the part of @cliffy/table that commands/render_table.ts uses, over cli-table3. */
import CliTable from "cli-table3";

// Cells side by side without any lines.
const BARE = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"].flatMap((side) => [
    [side, ""],
    [`${side}-mid`, ""],
    [`${side}-left`, ""],
    [`${side}-right`, ""],
  ]),
);

export class Table {
  readonly #rows: string[][];
  #padding = 1;

  private constructor(rows: string[][]) {
    this.#rows = rows;
  }
  static from(rows: string[][]): Table {
    return new Table(rows);
  }
  padding(columns: number): this {
    this.#padding = columns;
    return this;
  }
  toString(): string {
    const table = new CliTable({
      chars: { ...BARE, middle: " ".repeat(this.#padding), "mid-mid": "" },
      style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    });
    table.push(...this.#rows);
    return table.toString();
  }
}
