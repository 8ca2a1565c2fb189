/** Spans as OTLP in JSON, one `TracesData` a line: what OpenTelemetry's file exporter writes and its receiver reads. */
import { VERSION } from "../cli/version.ts";
import type { Attributes, AttributeValue, TraceSpan } from "./trace_span.ts";

/** The version of the semantic conventions that the attributes are of. */
export const SEMANTIC_CONVENTIONS = "1.41.0";
/** So many on a line: readers hold a line in memory. */
const SPANS_A_LINE = 500;
const KINDS = { internal: 1, server: 2 } as const;
const ERROR = 2;

function valueOf(value: AttributeValue) {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return { intValue: String(value) };
  return { doubleValue: value.double };
}

function listOf(attributes: Attributes) {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueOf(value) }]
  );
}

/** 64-bit numbers are strings in the JSON of protocol buffers. */
const nanoseconds = (ms: number) => `${BigInt(Math.round(ms)) * 1_000_000n}`;

function spanJson(span: TraceSpan) {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId },
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanoseconds(span.start),
    endTimeUnixNano: nanoseconds(span.end),
    attributes: listOf(span.attributes),
    events: span.events.map(({ name, at, attributes }) => ({
      ...{ timeUnixNano: nanoseconds(at), name, attributes: listOf(attributes) },
    })),
    status: span.error === null ? {} : { code: ERROR, message: span.error },
  };
}

/** The spans of one run. `resource` says what they all are of. */
export function otlpLines(spans: readonly TraceSpan[], resource: Attributes): string {
  const schemaUrl = `https://opentelemetry.io/schemas/${SEMANTIC_CONVENTIONS}`;
  const scope = { name: "wave", version: VERSION };
  const attributes = listOf({
    "service.name": "wave",
    "service.version": VERSION,
    ...resource,
  });
  const lines: string[] = [];
  for (let from = 0; from < spans.length; from += SPANS_A_LINE) {
    const some = spans.slice(from, from + SPANS_A_LINE).map(spanJson);
    const scopeSpans = [{ scope, spans: some, schemaUrl }];
    const data = { resourceSpans: [{ resource: { attributes }, scopeSpans, schemaUrl }] };
    lines.push(`${JSON.stringify(data)}\n`);
  }
  return lines.join("");
}
