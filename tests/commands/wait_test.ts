import assert from "node:assert/strict";
import type { Runs } from "../../commands/runs/open_runs.ts";
import { runsNow } from "../../commands/wait/wait_for_runs.ts";
import { openReader } from "../../state/open_reader.ts";
import { wavePaths } from "../../state/records/wave_paths.ts";
import { project } from "../cli.ts";
import { seedRuns } from "../seed.ts";

Deno.test("runsNow() tells of the others where one was removed meanwhile", async () => {
  await using place = await project();
  const startedAt = Date.UTC(2026, 1, 2);
  await seedRuns(place.root, [{ id: "a-1", startedAt }, { id: "b-1", startedAt }]);
  const reopen = (): Runs => {
    const reader = openReader(place.root, { now: Date.now });
    return {
      ...{ root: place.root, reader, reopen, resolve: (words) => words, warn() {} },
      [Symbol.dispose]: () => reader[Symbol.dispose](),
    };
  };
  const ids = ["a-1", "b-1"];
  assert.deepEqual(runsNow({ reopen }, ids).errors.json, {});
  await Deno.remove(wavePaths(place.root).trace("a-1"));
  const { now, errors } = runsNow({ reopen }, ids);
  assert.deepEqual(now.map(({ record }) => record.id), ["b-1"]);
  assert.deepEqual([errors.exit, errors.json], [3, {
    errors: [{
      run_id: "a-1",
      code: "run_not_found",
      message: 'Cannot wait for "a-1": it was removed',
    }],
  }]);
  assert.throws(() => runsNow({ reopen }, ["a-1"]), { code: "run_not_found" });
});
