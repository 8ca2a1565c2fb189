import assert from "node:assert/strict";
import fc from "fast-check";
import { endsRun, type EventDraft, type RunEvent } from "../../../event/event.ts";
import { fold, foldArtifacts } from "../../../state/records/fold.ts";
import type { RunRecord } from "../../../state/records/records.ts";
import { anyRun, eventOf, OWNER, planned, started, tokens } from "../../events.ts";

const foldAll = (events: readonly RunEvent[]) => events.reduce(fold, null as RunRecord | null);

Deno.test("fold() needs only the first and the last event of a run that has ended", () => {
  fc.assert(fc.property(anyRun(), (events) => {
    for (const [index, event] of events.entries()) {
      if (!endsRun(event)) continue;
      const [first] = events;
      assert(first);
      assert.deepEqual(fold(fold(null, first), event), foldAll(events.slice(0, index + 1)));
    }
  }));
});

Deno.test("fold() gives the same when output is passed over, save the time of the last event", () => {
  fc.assert(fc.property(anyRun(), (events) => {
    const last = events.at(-1);
    const kept = events.filter((event) => event.state !== "output" || event === last);
    assert.deepEqual(foldAll(kept), foldAll(events));
  }));
});

Deno.test("fold() ignores what it has seen, and other runs", () => {
  fc.assert(fc.property(anyRun(), anyRun("other-1"), fc.nat(), (events, others, at) => {
    const cut = at % events.length;
    const again = [...events.slice(0, cut + 1), ...events.slice(0, cut), ...events.slice(cut)];
    assert.deepEqual(foldAll(again), foldAll(events));
    assert.deepEqual(foldAll([...events, ...others]), foldAll(events));
  }));
});

Deno.test("fold() adds up what the attempts and steps used", () => {
  fc.assert(fc.property(anyRun(), (events) => {
    const record = foldAll(events);
    assert(record);
    const total = record.steps.reduce((sum, step) => sum + step.tokens.total, 0);
    assert.equal(record.tokens.total, total);
    for (const step of record.steps) {
      if (step.status !== "running") assert.deepEqual(step.tokensBefore, step.tokens);
    }
  }));
});

Deno.test("fold() tells the current steps and tokens while a run is running", () => {
  const events: EventDraft[] = [
    started([planned("a"), planned("b")]),
    { step_id: "a", attempt: 1, state: "running", data: { nonce: "n1", workspace: "w/a" } },
    { step_id: "b", attempt: 1, state: "running", data: { nonce: "n2", workspace: "w/b" } },
    { step_id: "a", attempt: 1, state: "tool", tokens_used: 15, data: { tokens: tokens(10, 5) } },
    { step_id: "a", attempt: 1, state: "tool", tokens_used: 30, data: { tokens: tokens(20, 10) } },
    { step_id: "a", attempt: 1, state: "retrying", tokens_used: 40, data: { delay_ms: 5 } },
    { step_id: "a", attempt: 2, state: "running", data: { nonce: "n3", workspace: "w/a.2" } },
    { step_id: "a", attempt: 2, state: "tool", tokens_used: 7, data: { tool: "Read" } },
    { step_id: "b", attempt: 1, state: "completed", data: { tokens: tokens(1, 1) } },
  ];
  const record = foldAll(events.map((draft, index) => eventOf(draft, index + 1)));
  assert(record);
  assert.equal(record.status, "running");
  assert.deepEqual(record.owner, OWNER);
  assert.deepEqual(record.currentSteps, ["a"]);
  assert.equal(record.tokens.total, 49);
  const [a, b] = record.steps;
  assert.equal(a?.attempt, 2);
  assert.equal(a?.nonce, "n3");
  assert.equal(a?.workspace, "w/a.2");
  assert.equal(b?.nonce, null);
});

Deno.test("foldArtifacts() keeps the newest of a step and name", () => {
  const artifact = { name: "report", type: null, path: "p", size_bytes: 1, sha256: "00" };
  const modified_at = "2026-02-02T14:30:22.000Z";
  const draft = { step_id: "a", state: "artifact" } as const;
  const list = [1, 2]
    .map((size_bytes) => ({ artifact: { ...artifact, size_bytes, modified_at } }))
    .map((data, index) => eventOf({ ...draft, data }, index + 2))
    .reduce(foldArtifacts, []);
  assert.deepEqual(list.map((one) => [one.stepId, one.name, one.sizeBytes]), [["a", "report", 2]]);
});
