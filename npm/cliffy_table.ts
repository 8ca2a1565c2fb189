/** Stand-in for the part of @cliffy/table that commands/cliffy/render_table.ts uses, over text-table. */
import textTable from "text-table";
import { columnsOf } from "../commands/output/fit_line.ts";

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
    return textTable(this.#rows, { hsep: " ".repeat(this.#padding), stringLength: columnsOf });
  }
}
