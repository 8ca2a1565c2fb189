import { deepStrictEqual } from "node:assert/strict";
import { renderTable } from "../../../commands/cliffy/render_table.ts";

Deno.test("renderTable() puts columns side by side, colours and wide characters included", () => {
  deepStrictEqual(renderTable([]), "");
  // Cliffy may close a colour once more.
  const table = renderTable([["Run", "Step", "T"], ["a", "\x1b[31mfailed\x1b[0m", "1"], [
    "日本",
    "x",
    "",
  ]]);
  deepStrictEqual(
    table.replaceAll("\x1b[39m", ""),
    "Run   Step    T\na     \x1b[31mfailed\x1b[0m  1\n日本  x\n",
  );
});

Deno.test("renderTable() makes long tables as it makes short ones", () => {
  const rows = Array.from({ length: 1001 }, (_, n) => [`run-${n ** 2}`, "x".repeat(n % 7), "end"]);
  const lines = renderTable(rows).trimEnd().split("\n");
  deepStrictEqual(lines.length, rows.length);
  const expected = rows.map(([run = "", x = "", end = ""]) =>
    `${run.padEnd("run-1000000".length)}  ${x.padEnd(6)}  ${end}`
  );
  deepStrictEqual(lines, expected);
});

Deno.test("renderTable() is no larger than its cells, however long one of them is", () => {
  const rows = Array.from({ length: 3000 }, (_, n) => [`step-${n}`, "-", "run"]);
  const table = renderTable([...rows, ["last", "日本 step-1234, ".repeat(2000), "run"]]);
  deepStrictEqual(table.length < 2_000_000, true, `${table.length} characters`);
  deepStrictEqual(table.split("\n").at(-2)?.endsWith("…  run"), true);
});

Deno.test("renderTable() cuts cells of more than 400 columns only", () => {
  const table = (cell: string) => renderTable([[cell, "x"]]).slice(0, -"  x\n".length);
  for (const cell of ["x".repeat(400), "本".repeat(200), `\x1b[31m${"x".repeat(400)}\x1b[39m`]) {
    deepStrictEqual(table(cell), cell);
  }
  deepStrictEqual(table("x".repeat(401)), `${"x".repeat(399)}…`);
  deepStrictEqual(table("本".repeat(201)), `${"本".repeat(199)}…`);
});
