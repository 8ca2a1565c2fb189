import assert from "node:assert/strict";
import { latestRun, runsAround } from "../../state/nested_runs.ts";
import { observe } from "../../state/live/liveness.ts";
import { fold } from "../../state/records/fold.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { eventOf, START, started } from "../events.ts";
import { type Project, project } from "./projects.ts";

/** The run `id` within the run `parent`. */
function run({ paths }: Project, id: string, parent: string | null): ObservedRun {
  const start = started([]);
  assert(start.state === "started");
  const data = parent === null
    ? start.data
    : { ...start.data, parent: { run_id: parent, step_id: "sub" } };
  const record = fold(null, eventOf({ ...start, data }, 1, id));
  assert(record);
  return observe(paths, record, START);
}

/** A reader of runs, the newest first. */
function readerOf(runs: readonly ObservedRun[]) {
  return {
    run: (id: string) => runs.find(({ record }) => record.id === id) ?? null,
    idsWithPrefix: (_: string, limit: number) =>
      runs.slice(0, limit).map(({ record }) => record.id),
  };
}

Deno.test("runsAround() goes from the inside out, as far as runs are there", () => {
  using made = project();
  const [inner, middle, outer] = [
    run(made, "inner", "middle"),
    run(made, "middle", "outer"),
    run(made, "outer", null),
  ];
  const ids = (reader: ReturnType<typeof readerOf>, from: ObservedRun) =>
    [...runsAround(reader, from)].map(({ record }) => record.id);
  assert.deepEqual(ids(readerOf([inner, middle, outer]), inner), ["middle", "outer"]);
  assert.deepEqual(ids(readerOf([inner, middle, outer]), outer), []);
  assert.deepEqual(ids(readerOf([inner, outer]), inner), []);
});

Deno.test("runsAround() ends where runs name each other in a circle", () => {
  using made = project();
  const [a, b] = [run(made, "a", "b"), run(made, "b", "a")];
  assert.equal([...runsAround(readerOf([a, b]), a)].length, 100);
});

Deno.test("runsAround() reaches the outermost of a hundred", () => {
  using made = project();
  const runs = Array.from(
    { length: 101 },
    (_, depth) => run(made, `run-${depth}`, depth === 100 ? null : `run-${depth + 1}`),
  );
  assert.equal(latestRun(readerOf(runs))?.record.id, "run-100");
});

Deno.test("latestRun() is the one that somebody started, or none", () => {
  using made = project();
  const [inner, outer, older] = [
    run(made, "inner", "outer"),
    run(made, "outer", null),
    run(made, "older", null),
  ];
  assert.equal(latestRun(readerOf([inner, outer, older]))?.record.id, "outer");
  assert.equal(latestRun(readerOf([older, inner, outer]))?.record.id, "older");
  assert.equal(latestRun(readerOf([])), null);
});
