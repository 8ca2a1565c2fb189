import assert from "node:assert/strict";
import fc from "fast-check";
import { type CleanFilter, selectForClean } from "../../../commands/clean/clean_selection.ts";
import type { Liveness, ObservedRun, RunRecord } from "../../../state/records/records.ts";

interface Plain {
  pipeline: string;
  liveness: Liveness;
  startedAt: number;
  endedAt: number;
  matches: boolean;
}

const NOW = 100;

function observed(plain: Plain, index: number): ObservedRun {
  const record: RunRecord = {
    id: `run-${index}`,
    pipeline: plain.pipeline,
    input: "",
    inputRedacted: false,
    mock: false,
    options: {},
    parent: null,
    owner: { host: "h", pid: 1, process_start: null },
    startedAt: plain.startedAt,
    lastEventAt: plain.endedAt,
    lastSeq: 1,
    tokens: { input: 0, output: 0, total: 0 },
    steps: [],
    currentSteps: [],
    warnings: 0,
    idleMs: 0,
    pauses: [],
    status: "running",
  };
  const ended = plain.liveness === "finished" || plain.liveness === "interrupted";
  return {
    record,
    liveness: plain.liveness,
    status: ended ? "failed" : "running",
    errorMessage: null,
    pauses: [],
    cancelling: false,
    completedAt: ended ? plain.endedAt : null,
    elapsedMs: 0,
    wallMs: 0,
    steps: [],
  };
}

/** The same rules written down plainly: one list after the other, nothing shared with the source. */
function reference(runs: readonly Plain[], filter: CleanFilter): number[] {
  const ended = (run: Plain) => run.liveness === "finished" || run.liveness === "interrupted";
  const kept = new Set<Plain>();
  for (const pipeline of new Set(runs.map((run) => run.pipeline))) {
    const finished = runs.filter((run) => run.pipeline === pipeline && ended(run));
    for (const run of finished.slice(0, filter.keepLast ?? 0)) kept.add(run);
  }
  const left: number[] = [];
  runs.forEach((run, index) => {
    if (!ended(run) || kept.has(run) || !run.matches) return;
    if (filter.olderThan !== undefined && run.endedAt > NOW - filter.olderThan) return;
    left.push(index);
  });
  const first = filter.offset ?? 0;
  return left.filter((_, place) =>
    place >= first && (filter.limit === undefined || place < first + filter.limit)
  );
}

const plainRun = fc.record({
  pipeline: fc.constantFrom("a", "b", "c"),
  liveness: fc.constantFrom<Liveness>("finished", "interrupted", "alive", "stalled", "unknown"),
  startedAt: fc.integer({ min: 0, max: NOW }),
  endedAt: fc.integer({ min: 0, max: NOW }),
  matches: fc.boolean(),
});
const optional = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
const anyFilter = fc.record({
  olderThan: fc.option(fc.integer({ min: 0, max: NOW }), { nil: undefined }),
  keepLast: optional,
  offset: optional,
  limit: optional,
});

Deno.test("selectForClean() agrees with a plain filter for every combination", () => {
  fc.assert(
    fc.property(fc.array(plainRun, { maxLength: 20 }), anyFilter, (plains, filter) => {
      const newestFirst = [...plains].sort((a, b) => b.startedAt - a.startedAt);
      const runs = newestFirst.map(observed);
      const matching = new Set(
        newestFirst.flatMap((run, index) => (run.matches ? [`run-${index}`] : [])),
      );
      assert.deepEqual(
        selectForClean(runs, matching, filter, NOW).map((run) => run.record.id),
        reference(newestFirst, filter).map((index) => `run-${index}`),
      );
    }),
    { numRuns: 500 },
  );
});

Deno.test("selectForClean() keeps the newest of each pipeline, whatever else is asked", () => {
  const plains = ["a", "b", "a", "b", "a"].map((pipeline, index): Plain => ({
    pipeline,
    liveness: "finished",
    startedAt: 50 - index,
    endedAt: 50 - index,
    matches: pipeline === "a",
  }));
  const runs = plains.map(observed);
  const matching = new Set(["run-0", "run-2", "run-4"]);
  const ids = selectForClean(runs, matching, { keepLast: 2 }, NOW).map((run) => run.record.id);
  assert.deepEqual(ids, ["run-4"]);
});

Deno.test("selectForClean() takes a run that ended exactly so long ago for old enough", () => {
  const runs = [NOW - 49, NOW - 50, NOW - 51].map((endedAt) => ({
    ...{ pipeline: "a", startedAt: 0, matches: true, endedAt },
    liveness: "finished" as const,
  })).map(observed);
  const matching = new Set(["run-0", "run-1", "run-2"]);
  const ids = (filter: CleanFilter) =>
    selectForClean(runs, matching, filter, NOW).map((run) => run.record.id);
  assert.deepEqual(ids({ olderThan: 50 }), ["run-1", "run-2"]);
  assert.deepEqual(ids({ olderThan: 0 }), ["run-0", "run-1", "run-2"]);
  assert.deepEqual(ids({ keepLast: 1 }), ["run-1", "run-2"]);
  assert.deepEqual(ids({ keepLast: 3 }), []);
  assert.deepEqual(ids({ offset: 1, limit: 1 }), ["run-1"]);
});

Deno.test("selectForClean() never takes what may be at work", () => {
  const kinds = ["alive", "stalled", "unknown", "interrupted", "finished"] as const;
  const runs = kinds.map((liveness) => ({
    ...{ pipeline: "a", startedAt: 0, endedAt: 0, matches: true, liveness },
  })).map(observed);
  const all = new Set(runs.map(({ record }) => record.id));
  assert.deepEqual(
    selectForClean(runs, all, {}, NOW).map(({ liveness }) => liveness),
    ["interrupted", "finished"],
  );
});
