import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeLine, encodeEvent } from "../../event/codec.ts";
import { fold, foldArtifacts } from "../../state/records/fold.ts";
import { snapshotOf } from "../../state/records/snapshot.ts";
import { decodeBytes } from "../../state/trace/trace_entries.ts";
import { anyRun, eventOf, planned, started } from "../events.ts";

Deno.test("decodeLine() gives back what encodeEvent() wrote", () => {
  fc.assert(fc.property(anyRun(), fc.string({ unit: "binary" }), (events, message) => {
    for (const event of events) {
      const said = { ...event, message };
      assert.deepEqual(decodeLine(encodeEvent(said)), said);
    }
  }));
});

Deno.test("encodeEvent() writes keys in a fixed order on one line", () => {
  const event = eventOf(started([planned("a")], "two\nlines"), 1);
  const reversed = Object.fromEntries(Object.entries(event).reverse());
  assert.equal(encodeEvent({ ...event, ...reversed }), encodeEvent(event));
  assert.match(encodeEvent(event), /^\{"schema_version":1,"seq":1,"timestamp":"[^\n]*$/);
});

Deno.test("encodeEvent() leaves nothing that a terminal obeys", () => {
  const input = "\u001b[2J \u009b31m \u007f \u202e \u2028 \u2066";
  const line = encodeEvent(eventOf(started([], input), 1));
  assert.doesNotMatch(line, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
  const event = decodeLine(line);
  assert(event?.state === "started");
  assert.equal(event.data.input, input);
});

/** Values to put in place of any part of an event. */
const anyJunk = fc.oneof(
  fc.constantFrom(null, true, -1, 0.5, 1e300, "", "x", [], {}, [null], "2026-99-99T99:99:99.999Z"),
  fc.jsonValue(),
);

/** An event of which one part at any depth is replaced or taken away. */
const anyDamaged = fc.tuple(anyRun(), fc.infiniteStream(fc.nat()), fc.option(anyJunk)).map(
  ([events, numbers, junk]) => {
    const pick = (n: number) => numbers.next().value % n;
    const whole: unknown = structuredClone(events[pick(events.length)]);
    for (let at = whole; typeof at === "object" && at !== null;) {
      const keys = Object.keys(at);
      const key = keys[pick(Math.max(1, keys.length))];
      if (key === undefined) break;
      const holder = at as Record<string, unknown>;
      const inner = holder[key];
      if (typeof inner !== "object" || inner === null || pick(3) === 0) {
        if (junk === null) delete holder[key];
        else holder[key] = junk;
        break;
      }
      at = inner;
    }
    return { events, line: JSON.stringify(whole) };
  },
);

Deno.test("decodeLine() lets nothing pass on which fold() could throw", () => {
  fc.assert(
    fc.property(anyDamaged, ({ events, line }) => {
      const event = decodeLine(line);
      if (event === null) return;
      const [first] = events;
      assert(first);
      fold(null, event);
      const record = fold(fold(null, first), { ...event, seq: 1e6, run_id: first.run_id });
      assert(record);
      assert(decodeLine(encodeEvent(event)));
      const snapshot = snapshotOf(record, foldArtifacts([], event).length, "failed");
      const end = eventOf({ step_id: null, state: "failed", data: { snapshot } }, 1e6 + 1);
      assert.equal(decodeLine(encodeEvent(end))?.state, "failed");
    }),
    { numRuns: 2000 },
  );
});

Deno.test("decodeBytes() gives null for whatever is no event", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => decodeBytes(bytes) === null));
  fc.assert(fc.property(fc.json(), (line) => decodeLine(line) === null));
  const line = encodeEvent(eventOf(started([]), 1));
  const bytes = new TextEncoder().encode(line);
  for (let cut = 0; cut < bytes.length; cut++) assert.equal(decodeBytes(bytes.slice(0, cut)), null);
  assert.equal(decodeLine(`\ufeff${line}`), null);
});
