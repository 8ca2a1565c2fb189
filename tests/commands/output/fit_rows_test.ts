import { deepStrictEqual } from "node:assert/strict";
import { fitRows } from "../../../commands/output/fit_rows.ts";

Deno.test("fitRows() shortens the widest columns only as far as it must", () => {
  const rows = [["Run", "Status"], ["x".repeat(30), "completed"]];
  deepStrictEqual(fitRows(rows, 80), rows);
  deepStrictEqual(fitRows(rows, 25), [["Run", "Status"], [`${"x".repeat(13)}…`, "completed"]]);
  deepStrictEqual(fitRows(rows, 17), [["Run", "Status"], [`${"x".repeat(7)}…`, "complet…"]]);
  deepStrictEqual(fitRows(rows, 5), [["Run", "Status"], [`${"x".repeat(7)}…`, "complet…"]]);
});

Deno.test("fitRows() leaves out expendable columns where short cells are not enough", () => {
  const rows = [["Run", "Pipeline", "Status"], ["run-of-today", "pipeline", "running"]];
  const fitted = (width: number) => fitRows(rows, width, { expendable: [1, 2] })[1];
  deepStrictEqual(fitted(31), ["run-of-today", "pipeline", "running"]);
  deepStrictEqual(fitted(27), ["run-of-…", "pipeline", "running"]);
  deepStrictEqual(fitted(26), ["run-of-today", "running"]);
  deepStrictEqual(fitted(17), ["run-of-…", "running"]);
  deepStrictEqual(fitted(16), ["run-of-today"]);
});

Deno.test("fitRows() shortens kept columns last, and not at all where it need not fit", () => {
  const rows = [["Run", "Pipeline", "Status"], ["run-of-today", "a-long-pipeline", "running"]];
  const options = { expendable: [1], kept: [0, 2] };
  const fitted = (width: number) => fitRows(rows, width, options)[1];
  deepStrictEqual(fitted(37), ["run-of-today", "a-long-pipeli…", "running"]);
  deepStrictEqual(fitted(31), ["run-of-today", "a-long-…", "running"]);
  deepStrictEqual(fitted(30), ["run-of-today", "running"]);
  deepStrictEqual(fitted(20), ["run-of-tod…", "running"]);
  deepStrictEqual(fitRows(rows, 20, { ...options, mustFit: false })[1], [
    "run-of-today",
    "running",
  ]);
});
