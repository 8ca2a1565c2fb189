import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeLine, encodeEvent } from "../../../event/codec.ts";
import type { RunEvent } from "../../../event/event.ts";
import { matches, offsetAfter, readLog } from "../../../state/trace/read_log.ts";
import type { LogQuery } from "../../../state/records/run_reader.ts";
import { openTrace } from "../../../state/trace/trace_scan.ts";
import { anyRun, eventOf, START, started } from "../../events.ts";

const anyQuery: fc.Arbitrary<LogQuery> = fc.record({
  step: fc.constantFrom("plan", "fix", "nowhere", 'quo"te'),
  persona: fc.constantFrom("plan-persona", "nobody"),
  level: fc.constantFrom("debug", "info", "warn", "error"),
  since: fc.nat(9000).map((ms) => START + ms),
  until: fc.nat(9000).map((ms) => START + ms),
  grep: fc.constantFrom(/it/, /^text$/g, /fix/),
  after: fc.nat(40),
}, { requiredKeys: [] }) as fc.Arbitrary<LogQuery>;
const anyWindow = fc.record({
  last: fc.oneof(fc.constant("all" as const), fc.integer({ min: 1, max: 30 })),
  offset: fc.nat(30),
});

/** What a filter comes to, said as plainly as can be. */
function reference(events: readonly RunEvent[], query: LogQuery): RunEvent[] {
  const levels = ["debug", "info", "warn", "error"];
  return events.filter((event) => {
    const at = Date.parse(event.timestamp);
    const text = event.state === "started" ? event.data.input : event.message;
    return event.seq > (query.after ?? 0) &&
      (query.step === undefined || query.step === event.step_id) &&
      (query.persona === undefined || query.persona === event.persona) &&
      levels.indexOf(event.level) >= levels.indexOf(query.level ?? "debug") &&
      at >= (query.since ?? 0) && at <= (query.until ?? Infinity) &&
      (query.grep === undefined || new RegExp(query.grep.source).test(text));
  });
}

Deno.test("readLog() gives what a plain filter gives, of torn and foreign traces, too", () => {
  const path = Deno.makeTempFileSync();
  const anyLayout = fc.constantFrom("ours", "foreign", "damaged");
  fc.assert(
    fc.property(anyRun(), anyQuery, anyWindow, anyLayout, (run, query, window, layout) => {
      const events = run.map((event) =>
        event.step_id === null ? event : { ...event, persona: `${event.step_id}-persona` }
      );
      const lines = events.flatMap((event) =>
        layout === "foreign"
          ? JSON.stringify(event, null, 1).replaceAll("\n", " ")
          : layout === "damaged"
          ? [encodeEvent(event), encodeEvent(event), '{"seq":', ""]
          : encodeEvent(event)
      );
      Deno.writeTextFileSync(path, `${lines.join("\n")}\n{"torn`);
      const page = readLog(path, query, window);
      assert(page);
      const all = reference(events, query);
      const end = Math.max(0, all.length - window.offset);
      const wanted = all.slice(window.last === "all" ? 0 : Math.max(0, end - window.last), end);
      const entries = [...page.entries];
      assert.deepEqual(entries.map((entry) => entry.event), wanted);
      assert.deepEqual(entries.map((entry) => decodeLine(entry.line)), wanted);
      assert.equal(page.total, all.length);
      assert.equal(page.truncated, wanted.length < all.length);
    }),
    { numRuns: 500 },
  );
  Deno.removeSync(path);
});

Deno.test("readLog() prints nothing of a foreign line that a terminal obeys", () => {
  const path = Deno.makeTempFileSync();
  const event = eventOf({ step_id: null, state: "warning", message: "\u009b31m \u202e" }, 1);
  Deno.writeTextFileSync(path, `${JSON.stringify(event)}\n`);
  const [entry] = readLog(path, {}, { last: "all" })?.entries ?? [];
  assert.equal(entry?.line, encodeEvent(event));
  Deno.removeSync(path);
});

Deno.test("readLog() tells a missing trace from an empty one", () => {
  const path = Deno.makeTempFileSync();
  assert.deepEqual([...readLog(path, {}, { last: 100 })?.entries ?? ["none"]], []);
  Deno.removeSync(path);
  assert.equal(readLog(path, {}, { last: 100 }), null);
});

Deno.test("offsetAfter() finds where the entries after a number begin", () => {
  const path = Deno.makeTempFileSync();
  const lines = [1, 2, 3].map((seq) =>
    `${encodeEvent(eventOf({ step_id: null, state: "warning" }, seq))}\n`
  );
  Deno.writeTextFileSync(path, `${lines.join("")}torn`);
  const size = lines[0]?.length ?? 0;
  {
    using file = openTrace(path);
    assert(file);
    assert.deepEqual([0, 1, 2, 3, 9].map((seq) => offsetAfter(file, seq) / size), [0, 1, 2, 3, 3]);
  }
  Deno.removeSync(path);
});

Deno.test("matches() has no memory of the text before", () => {
  const event = eventOf({ step_id: null, state: "warning", message: "xx" }, 1);
  const grep = /x/g;
  assert.deepEqual([1, 2, 3].map(() => matches(event, { grep })), [true, true, true]);
});

Deno.test("readLog() reads many long entries again rather than keeping them", () => {
  const path = Deno.makeTempFileSync();
  const lines = Array.from({ length: 100 }, (_, index) => {
    const message = `${index % 2} ${"é".repeat(50_000)}`;
    const data = { stream: "stdout" } as const;
    return encodeEvent(eventOf({ step_id: "a", state: "output", message, data }, index + 1));
  });
  Deno.writeTextFileSync(path, lines.map((line) => `${line}\n`).join(""));
  for (const last of ["all", 7, 45] as const) {
    const page = readLog(path, { grep: /^1/ }, { last, offset: 3 });
    const seqs = [...page?.entries ?? []].map(({ event }) => event.seq);
    const wanted = Array.from({ length: 47 }, (_, index) => 2 * (index + 1));
    assert.deepEqual(seqs, last === "all" ? wanted : wanted.slice(-last));
    assert.equal(page?.total, 50);
  }
  Deno.removeSync(path);
});

Deno.test("matches() takes the moments and the level that it is given for included", () => {
  const event = eventOf({ step_id: "a", state: "warning", persona: "p", message: "found it" }, 4);
  const at = Date.parse(event.timestamp);
  const cases: [LogQuery, boolean][] = [
    [{}, true],
    [{ since: at }, true],
    [{ since: at + 1 }, false],
    [{ until: at }, true],
    [{ until: at - 1 }, false],
    [{ after: 3 }, true],
    [{ after: 4 }, false],
    [{ level: "debug" }, true],
    [{ level: "info" }, true],
    [{ level: "warn" }, true],
    [{ level: "error" }, false],
    [{ step: "a" }, true],
    [{ step: "b" }, false],
    [{ persona: "p" }, true],
    [{ persona: "q" }, false],
    [{ grep: /found/ }, true],
    [{ grep: /lost/ }, false],
    [{ since: at, step: "b" }, false],
  ];
  for (const [query, passes] of cases) {
    assert.equal(matches(event, query), passes, JSON.stringify(query));
  }
  const start = eventOf(started([], "look here"), 1);
  assert.equal(matches(start, { grep: /look/ }), true);
});
