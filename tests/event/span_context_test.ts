import assert from "node:assert/strict";
import {
  formatTraceparent,
  parseTraceparent,
  spanIdOf,
  traceOfRun,
} from "../../event/span_context.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

Deno.test("parseTraceparent() takes what W3C Trace Context allows, and nothing else", () => {
  const context = { traceId: TRACE, spanId: SPAN, flags: "01" };
  const cases: [text: string | undefined, expected: unknown][] = [
    [`00-${TRACE}-${SPAN}-01`, context],
    [`00-${TRACE}-${SPAN}-00`, { ...context, flags: "00" }],
    // A later version may say more.
    [`cc-${TRACE}-${SPAN}-01-what`, context],
    [`00-${TRACE}-${SPAN}-01-what`, null],
    [`ff-${TRACE}-${SPAN}-01`, null],
    [`00-${"0".repeat(32)}-${SPAN}-01`, null],
    [`00-${TRACE}-${"0".repeat(16)}-01`, null],
    [`00-${TRACE.toUpperCase()}-${SPAN}-01`, null],
    [`00-${TRACE}-${SPAN}`, null],
    [` 00-${TRACE}-${SPAN}-01`, null],
    ["", null],
    [undefined, null],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parseTraceparent(text), expected, text);
  assert.equal(formatTraceparent(context), `00-${TRACE}-${SPAN}-01`);
});

Deno.test("traceOfRun() and spanIdOf() give the same ids for the same run, at any time, on any machine", async () => {
  const start = "2026-02-02T14:30:22.000Z";
  assert.deepEqual(await traceOfRun("a-1", start, undefined), {
    ...{ traceId: "36b471f4f67c3dc9b93051765e1a08a1", flags: "01", parentSpanId: null },
  });
  assert.deepEqual(await traceOfRun("a-1", start, `00-${TRACE}-${SPAN}-00`), {
    ...{ traceId: TRACE, flags: "00", parentSpanId: SPAN },
  });
  const other = await traceOfRun("a-1", "2026-02-02T14:30:22.001Z", "no");
  assert.notEqual(other.traceId, "36b471f4f67c3dc9b93051765e1a08a1");
  assert.equal(await spanIdOf("a-1", "plan", 2), "f21ae0262dd10f62");
  const ids = [
    await spanIdOf("a-1"),
    await spanIdOf("a-1", "plan"),
    await spanIdOf("a-1", "plan", 1),
    await spanIdOf("a-1", "plan", 2),
    await spanIdOf("a-1", "plan,1"),
    await spanIdOf("a-2"),
  ];
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[0-9a-f]{16}$/);
});
