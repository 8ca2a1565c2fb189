/** A project on a file system without file locks (contract, section 5). */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { takesPreload } from "../start_program.ts";

const FAULT = `Deno.FsFile.prototype.tryLockSync = () => {
  throw Object.assign(new Error("No locks available (os error 37)"), { code: "ENOLCK" });
};`;

Deno.test("without file locks a run does not start, which is told at once, and readers use the traces", async () => {
  if (!takesPreload()) return;
  await using place = await project({
    ".wave/pipelines/p.yaml": "steps: [{ id: a, type: command, script: 'true' }]",
  });
  assert.equal((await place.wave(["run", "p"])).code, 0);
  await place.write("fault.ts", FAULT);
  const preload = `${place.root}/fault.ts`;
  const run = await place.wave(["run", "p"], { preload });
  assert.equal(run.code, 1);
  assert.match(
    run.stderr,
    /^error: Cannot lock ".*": .*file system.* has no file locks \(flock\)$/m,
  );
  assert.doesNotMatch(run.stderr, /os error|internal error/);
  const status = await place.wave(["status", "--all"], { preload });
  assert.equal(status.code, 0);
  assert.match(status.stdout, /completed/);
  assert.equal(
    status.stderr,
    "warning: state.db: its file system has no file locks; using .wave/traces\n",
  );
});
