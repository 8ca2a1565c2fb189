/**
 * How runs and attempts are called in distributed traces (W3C Trace Context, level 1). Ids are computed
 * from what the run's own trace has, so that whoever exports it later finds those that its steps were given.
 */

/** A span as its children see it. */
export interface SpanContext {
  /** 32 hexadecimal digits, not all 0. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all 0. */
  readonly spanId: string;
  /** Two hexadecimal digits: `01` when it is sampled. */
  readonly flags: string;
}

/** The distributed trace that a run belongs to. */
export interface RunTrace extends Pick<SpanContext, "traceId" | "flags"> {
  /** What the run was called from; null of the first span of its trace. */
  readonly parentSpanId: string | null;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = "01";

/** The span that a `TRACEPARENT` names; null for what names none. */
export function parseTraceparent(text: string | undefined): SpanContext | null {
  const [, version, traceId = "", spanId = "", flags = "", more] = TRACEPARENT.exec(text ?? "") ??
    [];
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) {
    return null;
  }
  return /^0+$/.test(traceId) || /^0+$/.test(spanId) ? null : { traceId, spanId, flags };
}

/** As programs get it in the variable `TRACEPARENT`. */
export function formatTraceparent({ traceId, spanId, flags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${flags}`;
}

async function digest(parts: readonly (string | number)[], digits: number): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return hash.toHex().slice(0, digits);
}

/** @param startedAt of the run, RFC 3339: ids of runs are unique in a project alone. */
export async function traceOfRun(
  runId: string,
  startedAt: string,
  traceparent: string | undefined,
): Promise<RunTrace> {
  const around = parseTraceparent(traceparent);
  if (around === null) {
    const traceId = await digest(["trace", runId, startedAt], 32);
    return { traceId, flags: SAMPLED, parentSpanId: null };
  }
  return { traceId: around.traceId, flags: around.flags, parentSpanId: around.spanId };
}

/** Of the span of a run, of a step in it, or of an attempt of that. */
export async function spanIdOf(runId: string, ...of: readonly (string | number)[]) {
  return await digest(["span", runId, ...of], 16);
}
