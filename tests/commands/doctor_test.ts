import assert from "node:assert/strict";
import { exists } from "../../event/files.ts";
import { project } from "../cli.ts";
import { callProgram } from "../program.ts";

const ECHO = "steps: [{ id: say, type: command, script: echo hi }]\n";

Deno.test("doctor warns of an index that lags or is gone, and fails for one that misleads", async () => {
  await using place = await project({ ".wave/pipelines/echo.yaml": ECHO });
  const call = (...args: string[]) => callProgram(args, { cwd: place.root });
  const told = async () => {
    const { code, stdout } = await call("doctor", "-q");
    return [code, stdout];
  };
  const repair = async (done: RegExp) => {
    const { code, stdout } = await call("doctor", "--repair");
    assert.equal(code, 0, stdout);
    assert.match(stdout, done);
    assert.deepEqual(await told(), [0, ""]);
  };
  const id = (await call("run", "echo", "-q")).stdout.trim();
  const wave = `${place.root}/.wave`;
  // The mark of a run that could not write to its index.
  await place.write(`.wave/unindexed-${id}`, "");
  assert.deepEqual(await told(), [
    0,
    `warn  database  ${id} is not up to date in state.db; readers use its trace, and ` +
    "the next run or wave doctor --repair brings it up to date\n",
  ]);
  await repair(/^rebuilt state\.db/);
  for (const suffix of ["", "-wal", "-shm"]) {
    if (exists(`${wave}/state.db${suffix}`)) await Deno.remove(`${wave}/state.db${suffix}`);
  }
  assert.deepEqual(await told(), [
    0,
    "warn  database  missing; readers use the traces, and " +
    "the next run or wave doctor --repair makes it from them\n",
  ]);
  await repair(/^rebuilt state\.db/);
  // A trace from elsewhere, of which nothing has told the index: commands do not show that run.
  const trace = await Deno.readTextFile(`${wave}/traces/trace-${id}.log`);
  await place.write(".wave/traces/trace-other.log", trace.replaceAll(id, "other"));
  assert.deepEqual(await told(), [
    1,
    "fail  database  other is not in state.db as its trace has it; " +
    "wave doctor --repair makes it anew from the traces\n",
  ]);
  await repair(/^rebuilt state\.db/);
  await Deno.writeTextFile(`${wave}/state.db`, "no database, but it is long enough\n".repeat(9));
  assert.deepEqual(await told(), [
    1,
    "fail  database  not a database; wave doctor --repair makes it anew from the traces\n",
  ]);
  await repair(/^rebuilt state\.db/);
});
