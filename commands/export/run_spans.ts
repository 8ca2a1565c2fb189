/** The spans of a run: of itself, its steps, their attempts, and the tools that agents called. */
import { endsRun, type RunEvent, type ToolCalled } from "../../event/event.ts";
import { type RunTrace, spanIdOf, traceOfRun } from "../../event/span_context.ts";
import { type AttemptPeriod, type RunPeriod, runPeriods, type StepPeriod } from "./run_periods.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";
import { around, type SpanEvent, type TraceSpan } from "./trace_span.ts";
import {
  agentAttributes,
  errorTypeOf,
  noteOf,
  programAttributes,
  resultOf,
  runUsage,
  toolAttributes,
} from "./span_attributes.ts";

export interface RunSpans {
  /** The run's own first, each behind its parent. */
  readonly spans: readonly TraceSpan[];
  /** Ids of the runs that its steps ran, whose spans are not among these. */
  readonly inner: readonly string[];
}

interface Scope {
  readonly trace: RunTrace;
  readonly runId: string;
  readonly pipeline: string;
}

/**
 * Pure: the same events make the same spans.
 *
 * @param events of one run, oldest first, its start among them.
 */
export async function runSpans(events: readonly RunEvent[]): Promise<RunSpans> {
  const [first] = events;
  if (first?.state !== "started") throw new Error("a run begins with its start");
  const { run_id: runId, pipeline_id: pipeline, timestamp, data } = first;
  const trace = await traceOfRun(runId, timestamp, data.traceparent);
  const scope = { trace, runId, pipeline };
  const period = runPeriods(events);
  const runSpanId = await spanIdOf(runId);
  const steps = await Promise.all(
    [...period.steps.values()].map((step) => stepSpans(scope, step, runSpanId)),
  );
  const ends = events.filter(endsRun);
  const snapshot = ends.at(-1)?.data.snapshot;
  const isError = period.ended === "failed" || period.ended === "interrupted";
  const run: TraceSpan = {
    ...spanOf(scope, runSpanId, trace.parentSpanId),
    ...around(steps.flat(), period),
    name: `RUN ${pipeline}`,
    kind: "server",
    attributes: {
      "cicd.pipeline.name": pipeline,
      "cicd.pipeline.run.id": runId,
      "cicd.pipeline.action.name": "RUN",
      "cicd.pipeline.result": resultOf(period),
      "error.type": errorTypeOf(period),
      "wave.mock": data.mock ? true : undefined,
      ...snapshot === undefined ? {} : runUsage(tokensOfRun(snapshot)),
    },
    events: notesOf(period),
    error: isError ? period.message : null,
  };
  return { spans: [run, ...steps.flat()], inner: [...period.inner] };
}

function spanOf({ trace }: Scope, spanId: string, parentSpanId: string | null) {
  return { traceId: trace.traceId, spanId, parentSpanId };
}

function notesOf({ notes }: Pick<RunPeriod, "notes">): SpanEvent[] {
  return notes.map(noteOf);
}

async function stepSpans(scope: Scope, step: StepPeriod, runSpanId: string): Promise<TraceSpan[]> {
  const { id, ended, message } = step;
  const spanId = await spanIdOf(scope.runId, id);
  const attempts = await Promise.all(
    step.attempts.map((attempt) => attemptSpans(scope, step, attempt, spanId)),
  );
  const isError = ended === "failed" || ended === "interrupted" || ended === null;
  const own: TraceSpan = {
    ...spanOf(scope, spanId, runSpanId),
    // A step without attempts was over at once; else its attempts say when it was worked on.
    ...around(attempts.flat(), attempts.flat()[0] ?? step),
    name: id,
    kind: "internal",
    attributes: {
      "cicd.pipeline.task.name": id,
      "cicd.pipeline.task.run.id": `${scope.runId}/${id}`,
      "cicd.pipeline.task.run.result": resultOf(step),
      "error.type": errorTypeOf(step),
      "wave.attempts": step.attempts.length,
    },
    events: notesOf(step),
    error: isError ? message : null,
  };
  return [own, ...attempts.flat()];
}

async function attemptSpans(
  scope: Scope,
  step: StepPeriod,
  attempt: AttemptPeriod,
  stepSpanId: string,
): Promise<TraceSpan[]> {
  const { attempt: number, repeated, persona, ended, message, endEvent } = attempt;
  const of = repeated === 0 ? [number] : [number, repeated];
  const spanId = await spanIdOf(scope.runId, step.id, ...of);
  const tools = attempt.tools.map((tool, index) => toolSpan(scope, tool, spanId, index));
  const isError = ended === "failed" || ended === "retrying" || ended === "interrupted";
  const told = persona !== null ? agentAttributes(attempt) : programAttributes(attempt);
  const exitCode = endEvent?.step_id !== null && endEvent?.state === "failed"
    ? endEvent.data.exit_code ?? null
    : null;
  const own: TraceSpan = {
    ...spanOf(scope, spanId, stepSpanId),
    ...around(tools, attempt),
    name: persona === null ? `${step.id} attempt` : `invoke_agent ${persona}`,
    kind: "internal",
    attributes: {
      ...told,
      "wave.attempt": number,
      "error.type": errorTypeOf({ ended, message, exitCode }),
    },
    events: notesOf(attempt),
    error: isError ? message : null,
  };
  return [own, ...tools];
}

/** The trace tells when a tool was done, not when it began: its span has no length. */
function toolSpan(scope: Scope, event: ToolCalled, parent: string, index: number): TraceSpan {
  const { tool = "", result = "" } = event.data;
  const at = Date.parse(event.timestamp);
  return {
    ...spanOf(scope, nthChild(parent, index), parent),
    ...{ name: `execute_tool ${tool}`, kind: "internal", start: at, end: at },
    attributes: toolAttributes(tool, result),
    events: [],
    error: result === "ok" ? null : result,
  };
}

/** An id of its own for each child of a span, without the cost of a hash for each call of a tool. */
function nthChild(spanId: string, index: number): string {
  const id = BigInt.asUintN(64, BigInt(`0x${spanId}`) + BigInt(index + 1));
  return (id === 0n ? "1" : id.toString(16)).padStart(16, "0");
}
