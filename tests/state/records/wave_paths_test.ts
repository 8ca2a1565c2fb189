import assert from "node:assert/strict";
import {
  ensurePrivateDirs,
  runIdOfMark,
  runIdOfTrace,
  wavePaths,
} from "../../../state/records/wave_paths.ts";

Deno.test("wavePaths() makes no path from what is no run id", () => {
  const paths = wavePaths("/project");
  assert.equal(paths.trace("demo-1"), "/project/.wave/traces/trace-demo-1.log");
  const perRun = ["trace", "owner", "cancel", "unindexed", "workspace", "trashed"] as const;
  for (const name of perRun) {
    for (const id of ["", ".", "..", "../../etc", "a/b", "a\u0000b"]) {
      assert.throws(() => paths[name](id), { code: "invalid_run_id", exitCode: 2 });
    }
  }
});

Deno.test("runIdOfTrace() and runIdOfMark() know their files by name", () => {
  const paths = wavePaths("");
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  assert.equal(runIdOfTrace(name(paths.trace("demo-1"))), "demo-1");
  assert.equal(runIdOfMark(name(paths.unindexed("demo-1"))), "demo-1");
  for (const other of ["owner-demo-1", "trace-.log", "trace-..log", "trace-x", "state.db"]) {
    assert.equal(runIdOfTrace(other), null, other);
    assert.equal(runIdOfMark(other), null, other);
  }
});

Deno.test("ensurePrivateDirs() closes folders that others could enter", () => {
  const root = Deno.makeTempDirSync();
  const paths = wavePaths(root);
  Deno.mkdirSync(paths.traces, { recursive: true, mode: 0o755 });
  ensurePrivateDirs(paths);
  ensurePrivateDirs(paths);
  for (const path of [paths.traces, paths.workspaces, paths.trash]) {
    assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o700);
  }
  Deno.removeSync(root, { recursive: true });
});
