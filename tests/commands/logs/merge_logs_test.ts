import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeByTime, type MergeSource } from "../../../commands/logs/merge_logs.ts";
import type { RunEvent } from "../../../event/event.ts";

const entry = (run: number, seq: number, at: number): { event: RunEvent } => ({
  event: {
    schema_version: 1,
    seq,
    timestamp: new Date(at).toISOString(),
    run_id: `run-${run}`,
    pipeline_id: "p",
    step_id: null,
    state: "warning",
    level: "warn",
    persona: null,
    message: "",
    tokens_used: 0,
    duration_ms: null,
    attempt: null,
  },
});

Deno.test("mergeByTime() yields every entry once, in order, and opens no run before its time", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.nat(50), { minLength: 1, maxLength: 8 }), { maxLength: 6 }),
      (runs) => {
        /** When each open run ends. */
        const open = new Map<number, number>();
        const sources = runs.map((offsets, run): MergeSource<{ event: RunEvent }> => {
          const times = [...offsets].sort((a, b) => a - b);
          const startedAt = times[0] ?? 0;
          return {
            startedAt,
            *open() {
              for (const end of open.values()) assert.ok(end >= startedAt, "opened too early");
              open.set(run, times.at(-1) ?? 0);
              for (const [i, at] of times.entries()) yield entry(run, i + 1, at);
              open.delete(run);
            },
          };
        });
        const merged: RunEvent[] = [];
        for (const next of mergeByTime(sources)) merged.push(next.event);
        assert.equal(merged.length, runs.flat().length);
        assert.deepEqual(
          merged.map(({ timestamp }) => timestamp),
          merged.map(({ timestamp }) => timestamp).sort(),
        );
        assert.equal(new Set(merged.map((e) => `${e.run_id}/${e.seq}`)).size, merged.length);
        assert.equal(open.size, 0);
      },
    ),
  );
});

Deno.test("mergeByTime() keeps a run's own order where its clock jumped", () => {
  const source = (events: { event: RunEvent }[]): MergeSource<{ event: RunEvent }> => ({
    startedAt: 0,
    open: () => events,
  });
  const merged = mergeByTime([
    source([entry(1, 1, 10), entry(1, 2, 5), entry(1, 3, 20)]),
    source([entry(2, 1, 7), entry(2, 2, 15)]),
  ]);
  const order = [...merged].map(({ event }) => `${event.run_id}/${event.seq}`);
  assert.deepEqual(order, ["run-2/1", "run-1/1", "run-1/2", "run-2/2", "run-1/3"]);
});

Deno.test("mergeByTime() closes what it opened when its reader has enough", () => {
  let closed = 0;
  const source = (run: number): MergeSource<{ event: RunEvent }> => ({
    startedAt: run,
    *open() {
      try {
        for (let i = 1; i < 10; i++) yield entry(run, i, run + i);
      } finally {
        closed++;
      }
    },
  });
  for (const next of mergeByTime([source(1), source(2)])) if (next.event.seq > 3) break;
  assert.equal(closed, 2);
});
