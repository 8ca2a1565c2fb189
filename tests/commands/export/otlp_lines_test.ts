import assert from "node:assert/strict";
import { otlpLines } from "../../../commands/export/otlp_lines.ts";
import type { TraceSpan } from "../../../commands/export/trace_span.ts";

const SPAN: TraceSpan = {
  ...{ traceId: "a".repeat(32), spanId: "b".repeat(16), parentSpanId: null, name: "RUN a" },
  ...{ kind: "server", start: 1_790_000_000_123, end: 1_790_000_000_124 },
  attributes: {
    text: "é\n",
    whole: 3,
    part: { double: 0.5 },
    zero: { double: 0 },
    yes: true,
    unknown: undefined,
  },
  events: [{ name: "wave.warning", at: 1_790_000_000_123, attributes: {} }],
  error: "no",
};

Deno.test("otlpLines() writes numbers, times and attributes as the protocol's JSON has them", () => {
  const [line = "", ...others] = otlpLines([SPAN], { "host.name": "here" }).split("\n");
  assert.deepEqual(others, [""]);
  const { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] } = JSON.parse(line);
  assert.deepEqual(resource.attributes.at(-1), {
    key: "host.name",
    value: { stringValue: "here" },
  });
  assert.equal(scope.name, "wave");
  assert.deepEqual(spans, [{
    ...{ traceId: "a".repeat(32), spanId: "b".repeat(16), name: "RUN a", kind: 2 },
    startTimeUnixNano: "1790000000123000000",
    endTimeUnixNano: "1790000000124000000",
    attributes: [
      { key: "text", value: { stringValue: "é\n" } },
      { key: "whole", value: { intValue: "3" } },
      { key: "part", value: { doubleValue: 0.5 } },
      { key: "zero", value: { doubleValue: 0 } },
      { key: "yes", value: { boolValue: true } },
    ],
    events: [{ timeUnixNano: "1790000000123000000", name: "wave.warning", attributes: [] }],
    status: { code: 2, message: "no" },
  }]);
  assert.equal(otlpLines([], {}), "");
});

Deno.test("otlpLines() begins another line when one would be long", () => {
  const lines = otlpLines(Array.from({ length: 1001 }, () => SPAN), {}).trimEnd().split("\n");
  const counts = lines.map((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans.length);
  assert.deepEqual(counts, [500, 500, 1]);
});
