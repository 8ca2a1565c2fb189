import assert from "node:assert/strict";
import { SameFailures, sameReason } from "../../../executor/run/same_failures.ts";

Deno.test("sameReason() leaves out what differs from one attempt to the next", () => {
  const same: [string, string][] = [
    ["failed at 2026-11-25T10:00:01Z", "failed at 2026-11-25T11:30:59.123Z"],
    ["12:00:01 no such file", "12:00:02.5 no such file"],
    ["took 12 ms", "took 3.5 s"],
    ["run 0b54fa1c-99aa-4e0e-9f6a-2d62cf3f2b6d", "run 7c1d2e3f-0011-4e0e-9f6a-2d62cf3f2b6e"],
    ["request req_011CSHo failed", "request req_77xYz failed"],
    ["commit 1a2b3c4d5e is gone", "commit 99aabbccdd is gone"],
    ["no /p/.wave/workspaces/r/a/x.md", "no /p/.wave/workspaces/r/a.2/x.md"],
    ["a  b\n", "a b"],
  ];
  for (const [one, other] of same) assert.equal(sameReason(one), sameReason(other));
  const different: [string, string][] = [
    ["3 tests failed", "2 tests failed"],
    ["exit code 1", "exit code 2"],
    ["no a.md", "no b.md"],
    ["a defaced facade", "a decade"],
  ];
  for (const [one, other] of different) assert.notEqual(sameReason(one), sameReason(other));
});

Deno.test("SameFailures counts the failures of each step that follow each other", () => {
  const same = new SameFailures();
  const told = (id: string, ...reasons: string[]) => reasons.map((each) => same.add(id, each));
  assert.deepEqual(told("a", "x", "x", "y", "x", "x", "x"), [1, 2, 1, 1, 2, 3]);
  assert.deepEqual(told("b", "x"), [1]);
  same.forget(["a"]);
  assert.deepEqual([...told("a", "x"), ...told("b", "x")], [1, 2]);
});
