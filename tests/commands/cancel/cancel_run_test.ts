import assert from "node:assert/strict";
import { cancelRun } from "../../../commands/cancel/cancel_run.ts";
import type { Records } from "../../../commands/execution/open_records.ts";
import { openFinder } from "../../../executor/processes/open_finder.ts";
import type { RecordingOptions } from "../../../state/recording/open_recording.ts";
import { openReader } from "../../../state/open_reader.ts";
import { readCancelRequest } from "../../../state/live/cancel_request.ts";
import { wavePaths } from "../../../state/records/wave_paths.ts";
import { project } from "../../cli.ts";
import { holdOwner, seedRuns } from "../../seed.ts";

const NOW = Date.UTC(2026, 1, 2, 14);

function recordsWithoutDatabase(): Records {
  const finder = openFinder();
  return {
    finder,
    graceMs: 5000,
    owner: { host: Deno.hostname(), pid: Deno.pid, process_start: null },
    store: null,
    recording: (): RecordingOptions => {
      throw new Error("nothing is recorded here");
    },
    [Symbol.asyncDispose]: () => finder[Symbol.asyncDispose](),
  };
}

Deno.test("cancelRun() tells what became of a run that ended while it was asked to", async () => {
  await using place = await project();
  await using records = recordsWithoutDatabase();
  await seedRuns(place.root, [
    { id: "demo-1", status: "cancelled", startedAt: NOW - 9000 },
    { id: "demo-2", status: "completed", startedAt: NOW - 9000 },
  ]);
  using reader = openReader(place.root, { now: () => NOW });
  for (const [id, outcome] of [["demo-1", "stopped"], ["demo-2", "over"]] as const) {
    const now = reader.run(id);
    assert(now !== null);
    const before = { ...now, status: "running", liveness: "alive" } as const;
    const result = await cancelRun(wavePaths(place.root), before, {
      force: true,
      ownerGone: false,
      wait: false,
      timeoutMs: 1000,
      ownerActsWithinMs: 1000,
      signal: new AbortController().signal,
      by: { user: "ann", pid: 12 },
      now: () => NOW,
      waiting() {},
      look: (run) => reader.run(run),
      records: () => Promise.resolve(records),
    });
    assert.deepEqual([result.outcome, result.status], [outcome, now.status]);
    // Nobody else would use the request up, and the run's resume would take it for its own.
    assert.equal(readCancelRequest(wavePaths(place.root), id), null);
  }
});

Deno.test("cancelRun() ends no process that nothing proves to be the owner", async () => {
  await using place = await project();
  await using records = recordsWithoutDatabase();
  await seedRuns(place.root, [{ id: "demo-1", status: "running", startedAt: NOW - 9000 }]);
  await using _lock = await holdOwner(place.root, "demo-1");
  using reader = openReader(place.root, { now: () => NOW });
  const now = reader.run("demo-1");
  assert(now !== null);
  const bystander = new Deno.Command("sleep", { args: ["600"] }).spawn();
  try {
    for (
      const [host, process_start, code] of [
        [Deno.hostname(), "1@0", "owner_not_proven"],
        [Deno.hostname(), null, "owner_not_proven"],
        ["elsewhere", await records.finder.processStart(bystander.pid), "owner_elsewhere"],
      ] as const
    ) {
      const owner = { host, pid: bystander.pid, process_start };
      const run = { ...now, liveness: "alive", record: { ...now.record, owner } } as const;
      const cancelled = cancelRun(wavePaths(place.root), run, {
        force: true,
        ownerGone: false,
        wait: false,
        timeoutMs: 1,
        ownerActsWithinMs: 1,
        signal: new AbortController().signal,
        by: { user: "ann", pid: 12 },
        now: () => NOW,
        waiting() {},
        look: () => run,
        records: () => Promise.resolve(records),
      });
      await assert.rejects(cancelled, { code });
    }
  } finally {
    bystander.kill("SIGTERM");
  }
  assert.equal((await bystander.status).signal, "SIGTERM");
});
