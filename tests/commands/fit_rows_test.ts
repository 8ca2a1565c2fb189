import { deepStrictEqual } from "node:assert/strict";
import { fitRows } from "../../commands/fit_rows.ts";

Deno.test("fitRows() shortens the widest columns only as far as it must", () => {
  const rows = [["Run", "Status"], ["x".repeat(30), "completed"]];
  deepStrictEqual(fitRows(rows, 80), rows);
  deepStrictEqual(fitRows(rows, 25), [["Run", "Status"], [`${"x".repeat(13)}…`, "completed"]]);
  deepStrictEqual(fitRows(rows, 5), [["Run", "Status"], [`${"x".repeat(7)}…`, "complet…"]]);
});
