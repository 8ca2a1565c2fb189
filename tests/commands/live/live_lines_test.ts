/** The live view, by its lines. */
import { deepStrictEqual, equal, ok } from "node:assert/strict";
import { liveLines, type LiveRun, runsLines } from "../../../commands/live/live_lines.ts";
import { foldLive, NOTHING_LIVE } from "../../../commands/live/live_state.ts";
import { columnsOf } from "../../../commands/output/fit_line.ts";
import type { EventDraft } from "../../../event/event.ts";
import { eventOf, planned, START, started } from "../../events.ts";
import { begun, ended, retrying, wrote } from "../causes/stories.ts";

const stateOf = (drafts: readonly EventDraft[]) =>
  drafts.map((draft, index) => eventOf(draft, index + 1)).reduce(foldLive, NOTHING_LIVE);

const SIZE = { width: 80, height: 24, now: START + 75_000, color: false };
const used = { input: 1000, output: 200, total: 1200, cost_usd: 0.12 };

Deno.test("liveLines() shows a line a step, with the last line that a running one printed", () => {
  const state = stateOf([
    started(["lint", "build", "test", "ship"].map((id) => planned(id))),
    begun("lint"),
    begun("build"),
    begun("test"),
    wrote("build", "stdout", "compiling a.c\ncompiling b.c\n\n"),
    wrote("build", "stdout", '{"type":"assistant"}\n'),
    { ...ended("lint", "completed"), data: { tokens: used } } as EventDraft,
    retrying("test", "exit code 1: no server\nmore"),
  ]);
  deepStrictEqual(liveLines(state, SIZE), [
    "demo-20260202-143022  1m 14s · 1 of 4 steps · 1.2k tokens, $0.12",
    "  lint   completed  1s       1.2k $0.12  ",
    "  build  running    1m 14s   compiling b.c",
    "  test   retrying   1m 14s   exit code 1: no server",
    "  ship   pending             ",
  ]);
  const expected = { least: 80_000, median: 100_000, most: 200_000 };
  equal(
    liveLines(state, { ...SIZE, width: 120 }, expected)[0],
    "demo-20260202-143022  1m 14s · 1 of 4 steps · 1.2k tokens, $0.12 · about 25s left (5s to 2m 5s)",
  );
});

Deno.test("liveLines() shows of 300 steps on 24 rows what happens, and counts the others", () => {
  const ids = Array.from({ length: 300 }, (_, index) => `step-${index}`);
  const drafts = ids.slice(0, 40).flatMap((id) => [begun(id), ended(id, "completed")]);
  const failed = [begun("step-99"), ended("step-99", "failed", "exit code 1")];
  const running = ids.slice(40, 44).map((id) => begun(id));
  const lines = liveLines(
    stateOf([started(ids.map((id) => planned(id))), ...drafts, ...failed, ...running]),
    SIZE,
  );
  equal(lines.length, 23);
  deepStrictEqual(
    lines.filter((line) => /running|failed/.test(line)).map((line) => line.trim().split(/ +/)[0]),
    ["step-40", "step-41", "step-42", "step-43", "step-99"],
  );
  equal(lines.at(-1), "  … and 239 pending, 40 completed");
});

Deno.test("liveLines() is never wider than the terminal, nor higher", () => {
  const steps = ["短い名前", "a".repeat(60), "b"].map((id) => planned(id));
  const state = stateOf([
    started(steps),
    ...steps.map(({ id }) => begun(id)),
    wrote("短い名前", "stdout", "進行中です ✅ ".repeat(30)),
    wrote("b", "stdout", "\x1b[31mred\x1b[0m\r\x07".repeat(30)),
  ]);
  for (const width of [1, 20, 40, 80, 140]) {
    for (const height of [1, 3, 4, 24]) {
      for (const color of [false, true]) {
        const lines = liveLines(state, { ...SIZE, width, height, color });
        ok(lines.length < height, `${lines.length} lines on ${height} rows`);
        for (const line of lines) ok(columnsOf(line) <= width, `${width}: ${line}`);
      }
    }
  }
});

Deno.test("liveLines() shows nothing before the run has begun", () => {
  deepStrictEqual(liveLines(NOTHING_LIVE, SIZE), []);
});

/** A run of so many steps, all of them running, as somebody who watches sees it. */
function watched(id: string, steps: number, more: Partial<LiveRun> = {}): LiveRun {
  const ids = Array.from({ length: steps }, (_, index) => `s${index}`);
  const { record, lastLines } = stateOf([
    started(ids.map((each) => planned(each))),
    ...ids.map((each) => begun(each)),
    ...ids.map((each) => wrote(each, "stdout", `${each} of ${id}\n`)),
  ]);
  if (record === null) throw new Error("it has begun");
  return {
    record: { ...record, id },
    steps: record.steps.map((step) => ({
      ...{ record: step, status: step.status, errorMessage: null, completedAt: null },
      elapsedMs: 3000,
    })),
    ...{ elapsedMs: 5000, standing: null, isOver: false, lastLines },
    ...more,
  };
}

const OVER = { standing: "completed", isOver: true };

Deno.test("runsLines() shows what runs with its steps, and a line of what is over", () => {
  deepStrictEqual(
    runsLines([
      watched("a", 2),
      watched("b", 1, { standing: "running (waiting)" }),
      watched("c", 3, OVER),
    ], SIZE),
    [
      "a  5s · 0 of 2 steps",
      "  s0  running    3s       s0 of a",
      "  s1  running    3s       s1 of a",
      "b  running (waiting) · 5s · 0 of 1 steps",
      "  s0  running    3s       s0 of b",
      "c  completed · 5s · 0 of 3 steps",
    ],
  );
});

Deno.test("runsLines() shows the steps of the only run there is, also when it is over", () => {
  deepStrictEqual(runsLines([watched("a", 1, OVER)], SIZE), [
    "a  completed · 5s · 0 of 1 steps",
    "  s0  running    3s       s0 of a",
  ]);
});

Deno.test("runsLines() lets runs share the rows: none gets more than it needs, or than its part", () => {
  const counted = (heights: readonly number[], height: number, over = 0) => {
    const runs = [
      ...Array.from({ length: over }, (_, index) => watched(`over${index}`, 2, OVER)),
      ...heights.map((steps, index) => watched(`run${index}`, steps)),
    ];
    const lines = runsLines(runs, { ...SIZE, height });
    const heads = lines.flatMap((line, index) => /^(run|over|…)/.test(line) ? [index] : []);
    return heads.map((at, index) => {
      const name = lines[at]?.split(" ")[0];
      return `${name} ${(heads[index + 1] ?? lines.length) - at - 1}`;
    });
  };
  deepStrictEqual(counted([2, 50, 50], 24), ["run0 2", "run1 9", "run2 9"]);
  deepStrictEqual(counted([1, 1], 24, 1), ["over0 0", "run0 1", "run1 1"]);
  deepStrictEqual(counted([9, 9], 4), ["run0 0", "run1 1"]);
  deepStrictEqual(counted([9, 9], 3, 3), ["run0 0", "… 0"]);
  deepStrictEqual(counted([9, 9], 4, 3), ["run0 0", "run1 0", "… 0"]);
  deepStrictEqual(counted([9, 9], 2), ["… 0"]);
  deepStrictEqual(counted([9, 9], 1), []);
  deepStrictEqual(counted([], 24), []);
});

Deno.test("runsLines() is never wider than the terminal, nor higher", () => {
  for (const count of [1, 2, 5, 40]) {
    const runs = Array.from(
      { length: count },
      (_, index) => watched(`進行中-${index}`, index, index % 3 === 1 ? OVER : {}),
    );
    for (const width of [1, 20, 80]) {
      for (const height of [1, 2, 3, 4, 24]) {
        for (const color of [false, true]) {
          const lines = runsLines(runs, { ...SIZE, width, height, color });
          ok(lines.length < height, `${lines.length} lines on ${height} rows`);
          for (const line of lines) ok(columnsOf(line) <= width, `${width}: ${line}`);
        }
      }
    }
  }
});
