import assert from "node:assert/strict";
import type { EventDraft, RunEvent } from "../../event/event.ts";
import { createRecorder, MAX_OUTPUT_BYTES } from "../../event/recorder.ts";
import { createRedactor } from "../../event/redaction/redact.ts";
import { type TraceFile, TraceWriter } from "../../event/trace_writer.ts";
import { FakeTraceFile } from "../trace_file.ts";

function recorderOn(file: TraceFile, lastSeq = 0) {
  const events: RunEvent[] = [];
  const record = createRecorder({
    ...{ runId: "demo-1", pipeline: "demo", lastSeq, now: () => 0 },
    trace: new TraceWriter(file, "trace-demo-1.log", 0),
    redactor: createRedactor({ API_KEY: "hunter2hunter2" }),
    listener: (event) => events.push(event),
  });
  return { record, events };
}

const warning = (message: string): EventDraft => ({ step_id: null, state: "warning", message });
const output = (message: string, bytes?: string): EventDraft => ({
  step_id: "a",
  state: "output",
  message,
  data: { stream: "stdout", ...(bytes === undefined ? {} : { bytes }) },
});

Deno.test("createRecorder() fills in what a draft leaves out", () => {
  const file = new FakeTraceFile();
  const { record, events } = recorderOn(file, 7);
  record(warning("careful"));
  assert.deepEqual(events, [{
    schema_version: 1,
    seq: 8,
    timestamp: "1970-01-01T00:00:00.000Z",
    run_id: "demo-1",
    pipeline_id: "demo",
    step_id: null,
    state: "warning",
    level: "warn",
    persona: null,
    message: "careful",
    tokens_used: 0,
    duration_ms: null,
    attempt: null,
  }]);
  assert.equal(file.text, `${JSON.stringify(events[0])}\n`);
});

Deno.test("createRecorder() carries long output in several events, and breaks no character", () => {
  for (const message of ["x", "é", "日本", "🌊", "\ud800"].map((one) => one.repeat(90_000))) {
    const { record, events } = recorderOn(new FakeTraceFile());
    record(output(message));
    assert.equal(events.map((event) => event.message).join(""), message);
    const encoder = new TextEncoder();
    for (const [index, event] of events.entries()) {
      assert(event.state === "output");
      assert(encoder.encode(event.message).length <= MAX_OUTPUT_BYTES);
      assert.equal(event.data.continued ?? false, index > 0);
    }
  }
});

Deno.test("createRecorder() cuts a message whose bytes are carried too", () => {
  const { record, events } = recorderOn(new FakeTraceFile());
  record(output("é".repeat(90_000), "AP8="));
  assert.deepEqual(events.map(({ message }) => message), ["é".repeat(MAX_OUTPUT_BYTES / 2)]);
});

Deno.test("createRecorder() redacts messages, details, and bytes that are no text", () => {
  const file = new FakeTraceFile();
  const { record } = recorderOn(file);
  const bytes = btoa("\u00ff hunter2hunter2 \u00fe");
  record(output("? hunter2hunter2 ?", bytes));
  const data = { nested: [{ why: "hunter2hunter2" }] };
  record({ step_id: null, state: "warning", message: "hunter2hunter2", data });
  const [first] = file.text.split("\n");
  assert.doesNotMatch(file.text, /hunter2/);
  assert.equal(atob(JSON.parse(first ?? "").data.bytes), "\u00ff [redacted] \u00fe");
});

Deno.test("createRecorder() says of an input whether it held a secret", () => {
  for (
    const [input, recorded, redacted] of [["plain", "plain", false], [
      "say hunter2hunter2",
      "say [redacted]",
      true,
    ]] as const
  ) {
    const { record, events } = recorderOn(new FakeTraceFile());
    const owner = { host: "h", pid: 2, process_start: null };
    const data = { input, input_redacted: false, owner, steps: [], mock: false };
    record({ step_id: null, state: "started", data });
    const [event] = events;
    assert(event?.state === "started");
    assert.deepEqual([event.data.input, event.data.input_redacted], [recorded, redacted]);
  }
});

Deno.test("createRecorder() uses the number of a line again that could not be written", () => {
  for (const room of [0, 10]) {
    const file = new FakeTraceFile();
    const { record, events } = recorderOn(file);
    record(warning("one"));
    file.room = room;
    assert.throws(() => record(warning("two")), {
      code: "trace_write_failed",
      message: /^Cannot write to the trace "trace-demo-1.log": /,
    });
    file.room = Infinity;
    record(warning("three"));
    assert.deepEqual(events.map((event) => [event.seq, event.message]), [[1, "one"], [2, "three"]]);
    assert.equal(file.text, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }
});

Deno.test("createRecorder() renames nothing that wave goes by, whatever words variables hold", () => {
  const file = new FakeTraceFile();
  const record = createRecorder({
    ...{ runId: "demo-1", pipeline: "demo", lastSeq: 0, now: () => 0 },
    trace: new TraceWriter(file, "trace-demo-1.log", 0),
    redactor: createRedactor({ PRIMARY_KEY: "contract", OTHER_KEY: "test_suite" }),
    listener: () => {},
  });
  const data = { contract: "test_suite", why: "the contract" };
  record({ step_id: "a", state: "contract_failed", message: "a contract", data });
  const event = JSON.parse(file.text);
  assert.deepEqual(event.data, { contract: "test_suite", why: "the [redacted]" });
  assert.equal(event.message, "a [redacted]");
});
