/** A span of a distributed trace, before it is written in some form. Times are milliseconds since the epoch. */

/** A number of a kind that may have a fraction: its type does not change with its value. */
export interface Fraction {
  readonly double: number;
}

/** A bare number is a whole one. */
export type AttributeValue = string | number | boolean | Fraction;

/** By their names in the semantic conventions; undefined of what is not known. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export interface SpanEvent {
  readonly name: string;
  readonly at: number;
  readonly attributes: Attributes;
}

export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Null of the first one of its trace. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: "server" | "internal";
  readonly start: number;
  /** Never before `start`. */
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** Why it failed; null of every other one. */
  readonly error: string | null;
}

/** The least time that holds all of these; of none the other one. */
export function around(
  spans: readonly Pick<TraceSpan, "start" | "end">[],
  { start, end }: Pick<TraceSpan, "start" | "end">,
): Pick<TraceSpan, "start" | "end"> {
  const from = spans.reduce((least, span) => Math.min(least, span.start), start);
  const to = spans.reduce((most, span) => Math.max(most, span.end), Math.max(start, end));
  return { start: from, end: to };
}
