import assert from "node:assert/strict";
import fc from "fast-check";
import { runSpans } from "../../../commands/export/run_spans.ts";
import type { TraceSpan } from "../../../commands/export/trace_span.ts";
import type { EventDraft, RunEvent } from "../../../event/event.ts";
import { anyRun, eventOf, planned, START, started, tokens } from "../../events.ts";

/** What holds of the spans of every run. */
function assertSound(spans: readonly TraceSpan[]): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  assert.equal(byId.size, spans.length, "each has an id of its own");
  for (const [index, span] of spans.entries()) {
    const { traceId, spanId, parentSpanId, name, start, end } = span;
    assert.match(traceId, /^(?!0+$)[0-9a-f]{32}$/);
    assert.match(spanId, /^(?!0+$)[0-9a-f]{16}$/);
    assert.equal(traceId, spans[0]?.traceId, "all are of one trace");
    assert.ok(Number.isFinite(start) && start <= end, `${name}: ${start} to ${end}`);
    if (index === 0) {
      assert.equal(parentSpanId, null);
      continue;
    }
    const parent = byId.get(parentSpanId ?? "");
    assert.ok(parent !== undefined, `${name} has its parent`);
    assert.ok(parent.start <= start && end <= parent.end, `${name} lies within ${parent.name}`);
  }
}

Deno.test("runSpans() of any run are one tree, each span within its parent, always the same", async () => {
  const jumps = fc.infiniteStream(fc.integer({ min: -5_000, max: 5_000 }));
  await fc.assert(fc.asyncProperty(anyRun(), jumps, async (events, jump) => {
    const { spans } = await runSpans(events);
    assertSound(spans);
    assert.deepEqual((await runSpans(events)).spans, spans);
    // Nobody saw the end of a run that is cut anywhere.
    const cut = events.slice(0, 1 + events.length / 2);
    assertSound((await runSpans(cut)).spans);
    // The clock may jump; order is told by the events alone.
    const jumping = events.map((event) => {
      const ms = Date.parse(event.timestamp) + Number(jump.next().value);
      return { ...event, timestamp: new Date(ms).toISOString() };
    });
    assertSound((await runSpans(jumping)).spans);
  }));
});

/** The event at so many milliseconds after the start of all. */
function at(ms: number, seq: number, draft: EventDraft): RunEvent {
  return { ...eventOf(draft, seq), timestamp: new Date(START + ms).toISOString() };
}

function story(...told: (readonly [ms: number, draft: EventDraft])[]): RunEvent[] {
  const all = [[0, started([planned("plan"), planned("fix")])] as const, ...told];
  return all.map(([ms, draft], index) => at(ms, index + 1, draft));
}

const OF = { step_id: "plan", persona: "planner", attempt: 1 };
const running: EventDraft = {
  ...OF,
  state: "running",
  data: { nonce: "1".repeat(32), workspace: "w", model: "opus" },
};

const shown = ({ name, start, end, error }: TraceSpan) => [name, start - START, end - START, error];

Deno.test("runSpans() has a retry, a tool and what an agent used in the words of the conventions", async () => {
  const { spans } = await runSpans(story(
    [10, running],
    [20, { ...OF, state: "tool", data: { tool: "Read", result: "ok" } }],
    [30, { ...OF, state: "tool", data: { tool: "Bash", result: "exit code 1" } }],
    [40, { ...OF, state: "retrying", message: "exit code 3", data: { delay_ms: 5 } }],
    [50, { ...running, attempt: 2 }],
    [60, { ...OF, attempt: 2, state: "artifact", data: { artifact: ARTIFACT } }],
    [70, {
      ...{ ...OF, attempt: 2, state: "completed" },
      data: { tokens: { ...tokens(10, 5), cost_usd: 0.25 }, agent_version: "2.1" },
    }],
    [80, {
      ...{ step_id: "fix", state: "skipped", message: "not needed" },
      data: { tokens: tokens(0, 0) },
    }],
  ));
  assert.deepEqual(spans.map(shown), [
    ["RUN demo", 0, 80, "its process is gone"],
    ["plan", 10, 70, null],
    ["invoke_agent planner", 10, 40, "exit code 3"],
    ["execute_tool Read", 20, 20, null],
    ["execute_tool Bash", 30, 30, "exit code 1"],
    ["invoke_agent planner", 50, 70, null],
    ["fix", 80, 80, null],
  ]);
  const known = (span: TraceSpan | undefined) =>
    Object.fromEntries(Object.entries(span?.attributes ?? {}).filter(([, value]) => value != null));
  assert.deepEqual(known(spans[5]), {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.agent.name": "planner",
    "gen_ai.agent.version": "2.1",
    "gen_ai.request.model": "opus",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 5,
    "wave.cost_usd": { double: 0.25 },
    "wave.attempt": 2,
  });
  assert.deepEqual(known(spans[4]), {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "Bash",
    "error.type": "_OTHER",
  });
  assert.deepEqual(known(spans[6]), {
    "cicd.pipeline.task.name": "fix",
    "cicd.pipeline.task.run.id": "demo-20260202-143022/fix",
    "cicd.pipeline.task.run.result": "skip",
    "wave.attempts": 0,
  });
  assert.deepEqual(
    spans[5]?.events.map(({ name, attributes }) => [
      ...[name, attributes["wave.artifact"]],
    ]),
    [["wave.artifact", "report"]],
  );
});

const ARTIFACT = {
  ...{ name: "report", type: null, path: "r.md", size_bytes: 1, sha256: "ab".repeat(32) },
  modified_at: new Date(START).toISOString(),
};
const RESUME: EventDraft = {
  step_id: null,
  state: "running",
  data: { owner: { host: "h", pid: 1, process_start: null }, steps: [], rerun: ["plan"] },
};

Deno.test("runSpans() ends what a kill interrupted at the last known time, as an error", async () => {
  const killed = [
    [10, running],
    [20, { ...OF, state: "tool", data: { tool: "Read", result: "ok" } }],
  ] as const;
  const result = ({ attributes }: TraceSpan) =>
    attributes["cicd.pipeline.result"] ?? attributes["cicd.pipeline.task.run.result"] ??
      attributes["error.type"];
  const untold = await runSpans(story(...killed));
  assert.deepEqual(untold.spans.map((span) => [...shown(span).slice(0, 3), result(span)]), [
    ["RUN demo", 0, 20, "error"],
    ["plan", 10, 20, "error"],
    ["invoke_agent planner", 10, 20, "interrupted"],
    ["execute_tool Read", 20, 20, undefined],
  ]);
  // A resume writes the ends down later, with their times; it may also find none.
  const ended_at = new Date(START + 20).toISOString();
  const late: readonly [number, EventDraft] = [500, {
    ...{ ...OF, state: "failed", message: "interrupted" },
    data: { tokens: tokens(1, 1), ended_at },
  }];
  const rest = [
    [510, RESUME],
    [520, { ...running, attempt: 2 }],
    [530, { ...OF, attempt: 2, state: "completed", data: { tokens: tokens(1, 1) } }],
  ] as const;
  for (const ends of [[], [late]]) {
    const { spans } = await runSpans(story(...killed, ...ends, ...rest));
    assertSound(spans);
    assert.deepEqual(spans.slice(1).map((span) => [...shown(span).slice(0, 3), result(span)]), [
      ["plan", 10, 530, "success"],
      ["invoke_agent planner", 10, 20, "interrupted"],
      ["execute_tool Read", 20, 20, undefined],
      ["invoke_agent planner", 520, 530, undefined],
    ]);
    assert.ok(spans[0]?.events.some(({ name }) => name === "wave.resumed"));
  }
});

Deno.test("runSpans() of an attempt that begins again without an end are two, the first interrupted", async () => {
  const { spans } = await runSpans(story([10, running], [20, VALIDATING], [30, running]));
  assertSound(spans);
  assert.deepEqual(spans.slice(2).map(shown), [
    ["invoke_agent planner", 10, 20, "interrupted"],
    ["invoke_agent planner", 30, 30, "interrupted"],
  ]);
});

const VALIDATING: EventDraft = { ...OF, state: "validating", data: { contract: "schema" } };
