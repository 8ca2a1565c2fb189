import { deepStrictEqual } from "node:assert/strict";
import { fitRows } from "../../commands/fit_rows.ts";

Deno.test("fitRows() shortens the widest columns only as far as it must", () => {
  const rows = [["Run", "Status"], ["x".repeat(30), "completed"]];
  deepStrictEqual(fitRows(rows, 80), rows);
  deepStrictEqual(fitRows(rows, 25), [["Run", "Status"], [`${"x".repeat(13)}…`, "completed"]]);
  deepStrictEqual(fitRows(rows, 17), [["Run", "Status"], [`${"x".repeat(7)}…`, "complet…"]]);
  deepStrictEqual(fitRows(rows, 5), [["Run", "Status"], [`${"x".repeat(7)}…`, "complet…"]]);
});

Deno.test("fitRows() leaves out expendable columns where short cells are not enough", () => {
  const rows = [["Run", "Pipeline", "Status"], ["run-of-today", "pipeline", "running"]];
  const fitted = (width: number) => fitRows(rows, width, [1, 2])[1];
  deepStrictEqual(fitted(31), ["run-of-today", "pipeline", "running"]);
  deepStrictEqual(fitted(27), ["run-of-…", "pipeline", "running"]);
  deepStrictEqual(fitted(26), ["run-of-today", "running"]);
  deepStrictEqual(fitted(17), ["run-of-…", "running"]);
  deepStrictEqual(fitted(16), ["run-of-today"]);
});
