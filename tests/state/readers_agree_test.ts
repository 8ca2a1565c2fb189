import assert from "node:assert/strict";
import fc from "fast-check";
import type { RunEvent } from "../../event/event.ts";
import { openReader } from "../../state/open_reader.ts";
import type { RunQuery, RunReader } from "../../state/records/run_reader.ts";
import { summaryOfRun } from "../../state/records/records.ts";
import { openForWriting } from "../../state/sqlite/write_connection.ts";
import { runEvents } from "../../bench/generate.ts";
import { anyRun } from "../events.ts";
import { project, writeTrace } from "./projects.ts";

const NOW = Date.UTC(2026, 1, 3);
const DAY = Date.UTC(2026, 1, 2);

/** A run of some pipeline, some time of a day, a few of them at the same moment. */
const dated: fc.Arbitrary<readonly RunEvent[]> = fc.tuple(
  fc.constantFrom("debug", "deploy", "hello-world"),
  fc.nat(20),
  fc.nat(3),
).chain(([pipeline, hour, twin]) =>
  fc.tuple(anyRun(`${pipeline}-${hour}-${twin}`), fc.boolean()).map(([told, here]) => {
    const events = here ? told.map(ownedHere) : told;
    const shift = DAY + hour * 3_600_000 - Date.parse(events[0]?.timestamp ?? "");
    return events.map((event) => ({
      ...event,
      pipeline_id: pipeline,
      timestamp: new Date(Date.parse(event.timestamp) + shift).toISOString(),
    }));
  })
);

/** Runs of another host may be alive; those of this one are known to be interrupted. */
function ownedHere(event: RunEvent): RunEvent {
  const text = JSON.stringify(event);
  return JSON.parse(text.replaceAll('"host":"here"', `"host":${JSON.stringify(Deno.hostname())}`));
}

const statuses = fc.uniqueArray(
  fc.constantFrom("pending", "running", "completed", "failed", "cancelled" as const),
);
const anyQuery: fc.Arbitrary<RunQuery> = fc.record({
  ids: fc.array(
    fc.tuple(fc.constantFrom("debug", "deploy", "nobody"), fc.nat(20), fc.nat(3))
      .map((parts) => parts.join("-")),
  ),
  statuses,
  pipeline: fc.constantFrom("*", "de*", "debug", "[!d]*", "x*", "?ebug"),
  since: fc.nat(24).map((hour) => DAY + hour * 3_600_000),
  until: fc.nat(24).map((hour) => DAY + hour * 3_600_000),
  limit: fc.nat(5),
  offset: fc.nat(3),
}, { requiredKeys: [] });

/** Everything that a reader can be asked. */
function answers(reader: RunReader, queries: readonly RunQuery[]) {
  const ids = reader.idsWithPrefix("", 1000);
  return {
    ids,
    some: ["d", "debug-1", "nobody", "debug-1-1"].map((prefix) => reader.idsWithPrefix(prefix, 2)),
    runs: ids.map((id) => reader.run(id)),
    artifacts: ids.map((id) => reader.artifacts(id)),
    queries: queries.map((query) => reader.runs(query)),
    summaries: queries.map(({ limit: _, offset: __, ...query }) => reader.summaries(query)),
  };
}

Deno.test("both readers give the same answers, however far the database has come", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(dated, { selector: (events) => events[0]?.run_id, maxLength: 6 }),
      fc.array(anyQuery, { maxLength: 8 }),
      fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
      (runs, queries, cuts) => {
        using home = project();
        // The database sees only the beginning of some runs and nothing of others: those are marked.
        runs.forEach((events, index) => {
          const seen = (cuts[index] ?? 0) % (events.length + 1);
          if (seen > 0) writeTrace(home.paths, events.slice(0, seen));
          if (seen < events.length) Deno.writeTextFileSync(home.paths.unindexed(id(events)), "");
        });
        openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
        // Traces without a start are no runs, in either place.
        Deno.writeTextFileSync(home.paths.trace("debug-0-9"), "");
        Deno.writeTextFileSync(home.paths.unindexed("debug-0-9"), "");
        for (const events of runs) writeTrace(home.paths, events, '{"torn');

        using sqlite = openReader(home.root, { now: () => NOW });
        using traces = openReader(home.root, { now: () => NOW, forceTraces: true });
        assert.deepEqual(answers(sqlite, queries), answers(traces, queries));
        for (const { limit: _, offset: __, ...query } of queries) {
          assert.deepEqual(sqlite.summaries(query), sqlite.runs(query).runs.map(summaryOfRun));
        }
        assert.deepEqual(sqlite.provenance, { source: "state.db", reason: null });
        assert.deepEqual(traces.provenance, { source: "traces", reason: null });
      },
    ),
    { numRuns: 150 },
  );
});

function id(events: readonly RunEvent[]): string {
  return events[0]?.run_id ?? "";
}

Deno.test("summaries() passes over no run where one group of rows ends and the next begins", () => {
  using home = project();
  // Equal starts, so that only the ids say where a group goes on.
  const runs = Array.from({ length: 1_001 }, (_, number) => {
    const [first] = runEvents(0, 0);
    const [last] = runEvents(0, 0).slice(-1);
    const run_id = `debug-20260101-${`${number}`.padStart(6, "0")}`;
    return [first, last].flatMap((event) => event === undefined ? [] : [{ ...event, run_id }]);
  });
  for (const events of runs) writeTrace(home.paths, events);
  openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
  using reader = openReader(home.root, { now: () => NOW });
  const ids = reader.summaries({}).map(({ record }) => record.id);
  assert.deepEqual(ids, runs.map(id).reverse());
  assert.equal(reader.provenance.source, "state.db");
});
