import assert from "node:assert/strict";
import { formatRunId, isName, isRunIdShape, thisProcess } from "../../event/identity.ts";

Deno.test("isName() takes the names of the contract", () => {
  for (const name of ["a", "debug", "Fix-1.2_x", "a".repeat(64)]) assert(isName(name), name);
  for (const name of ["", "-a", ".a", "a b", "a/b", "a..b", "é", "a".repeat(65), "a\n"]) {
    assert(!isName(name), name);
  }
});

Deno.test("formatRunId() tells pipeline and local time", () => {
  const at = new Date(2026, 1, 2, 3, 4, 5).getTime();
  assert.equal(formatRunId("debug", at), "debug-20260202-030405");
});

Deno.test("isRunIdShape() refuses what could leave its folder", () => {
  const long = ["x".repeat(201), "ä".repeat(101)];
  const bad = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "a..b",
    "a\u0000",
    "a\u001b[",
    "\u009b",
    ...long,
  ];
  for (const id of bad) assert(!isRunIdShape(id), JSON.stringify(id));
  const good = ["debug-20260202-143022-2", "has space", "@x", "x".repeat(200), "ä".repeat(100)];
  for (const id of good) assert(isRunIdShape(id), id);
});

Deno.test("thisProcess() names this process", () => {
  assert.deepEqual(thisProcess("7"), { host: Deno.hostname(), pid: Deno.pid, process_start: "7" });
});
