import assert from "node:assert/strict";
import type { EventDraft, RunEvent, Tokens } from "../../../event/event.ts";
import { NO_TOKENS } from "../../../event/tokens.ts";
import { tokensWithCut, usedByCut } from "../../../state/records/cut_attempt.ts";
import { fold } from "../../../state/records/fold.ts";
import type { RunRecord, StepRecord } from "../../../state/records/records.ts";
import { tokensOfStep } from "../../../state/records/step_use.ts";
import { eventOf, planned, started, tokens } from "../../events.ts";

function recordAfter(drafts: readonly EventDraft[]): RunRecord {
  const record = drafts.map((draft, index) => eventOf(draft, index + 1))
    .reduce(fold, null as RunRecord | null);
  assert(record);
  return record;
}

const running = (attempt: number): EventDraft => ({
  ...{ step_id: "a", attempt, state: "running" },
  data: { nonce: "n", workspace: "w" },
});
const told = (used: Tokens): EventDraft => ({
  ...{ step_id: "a", attempt: 1, state: "tool" },
  data: { tokens: used },
});
const retrying: EventDraft = {
  ...{ step_id: "a", attempt: 1, state: "retrying", message: "broke" },
  data: { delay_ms: 1 },
};
const priced = { ...tokens(100, 10), cost_usd: 0.5 };
const more = { at_least: true, cost_at_least: true } as const;

/** The step as it is when its run's process is gone. */
const CASES: Readonly<Record<string, [events: EventDraft[], expected: Tokens]>> = {
  "before its agent told anything": [[running(1)], { ...NO_TOKENS, at_least: true }],
  "after it told some": [[running(1), told(priced)], { ...priced, ...more }],
  "after it told tokens without a price": [
    [running(1), told(tokens(100, 10))],
    { ...tokens(100, 10), at_least: true },
  ],
  "in a second attempt": [
    [running(1), told(priced), retrying, running(2)],
    { ...priced, ...more },
  ],
  "between two attempts: all was told": [[running(1), told(priced), retrying], priced],
  "of an agent that costs nothing": [
    [running(1), told({ ...priced, cost_usd: 0 })],
    { ...priced, cost_usd: 0, at_least: true },
  ],
};

for (const [title, [events, expected]] of Object.entries(CASES)) {
  Deno.test(`an attempt that was cut short ${title} is shown as it is recorded later`, () => {
    const before = recordAfter([started([planned("a")]), ...events]);
    const [step] = before.steps;
    assert(step);
    assert.deepEqual(tokensWithCut(step), expected);
    const end: RunEvent = eventOf(
      {
        ...{ step_id: "a", attempt: step.attempt, state: "failed", message: "interrupted" },
        data: { tokens: usedByCut(step) },
      },
      events.length + 2,
    );
    const settled = fold(before, end);
    assert.deepEqual(settled?.steps[0]?.tokens, expected);
    assert.deepEqual(settled?.tokens, expected);
  });
}

Deno.test("a step that was cut short while runs within it worked used at least what they told", () => {
  const use = { attempts: 1, inner: priced };
  const told: EventDraft = {
    ...{ step_id: "a", attempt: 1, state: "tool" },
    data: { tokens: NO_TOKENS, use },
  };
  const record = recordAfter([started([{ ...planned("a"), persona: null }]), running(1), told]);
  const [step] = record.steps;
  assert(step);
  const tokens = tokensWithCut(step);
  assert.deepEqual(tokens, { ...NO_TOKENS, at_least: true });
  assert.deepEqual(tokensOfStep({ ...step, tokens }), { ...priced, ...more });
});

Deno.test("a script that was cut short used no more than nothing", () => {
  const record = recordAfter([started([{ ...planned("a"), persona: null }]), running(1)]);
  const [step] = record.steps;
  assert(step);
  assert.deepEqual(tokensWithCut(step satisfies StepRecord), NO_TOKENS);
});
