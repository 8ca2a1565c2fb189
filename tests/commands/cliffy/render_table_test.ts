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
