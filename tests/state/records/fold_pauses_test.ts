import assert from "node:assert/strict";
import type { EventDraft, RunEvent } from "../../../event/event.ts";
import { fold } from "../../../state/records/fold.ts";
import type { RunRecord } from "../../../state/records/records.ts";
import { snapshotOf } from "../../../state/records/snapshot.ts";
import { eventOf, OWNER, planned, started } from "../../events.ts";

const UNTIL = "2026-02-02T14:10:00.000Z";
const LATER = "2026-02-02T15:00:00.000Z";
const paused = (adapter: string, until: string): EventDraft => ({
  step_id: null,
  state: "paused",
  data: { adapter, until, reason: `${adapter} usage limit` },
});
const unpaused = (adapter: string): EventDraft => ({
  step_id: null,
  state: "unpaused",
  data: { adapter },
});
const record = (adapter: string, until: string) => ({
  adapter,
  until: Date.parse(until),
  reason: `${adapter} usage limit`,
});

function folded(...drafts: readonly EventDraft[]): RunRecord {
  const events = [started([planned("a")]), ...drafts]
    .map((draft, index): RunEvent => eventOf(draft, index + 1));
  const last = events.reduce(fold, null as RunRecord | null);
  assert(last);
  return last;
}

Deno.test("fold() keeps of each adapter the newest pause, until it is over", () => {
  const claude = paused("claude", UNTIL);
  const cases: [EventDraft[], RunRecord["pauses"]][] = [
    [[], []],
    [[claude], [record("claude", UNTIL)]],
    [[claude, claude], [record("claude", UNTIL)]],
    [[claude, paused("claude", LATER)], [record("claude", LATER)]],
    [[claude, paused("codex", LATER)], [record("claude", UNTIL), record("codex", LATER)]],
    [[claude, unpaused("codex")], [record("claude", UNTIL)]],
    [[claude, unpaused("claude")], []],
  ];
  for (const [drafts, pauses] of cases) assert.deepEqual(folded(...drafts).pauses, pauses);
});

Deno.test("fold() knows a pause beyond the end of its run and in its resume", () => {
  const pause = paused("claude", UNTIL);
  const snapshot = snapshotOf(folded(pause), 0, "failed");
  const end: EventDraft = { step_id: null, state: "failed", data: { snapshot } };
  const steps = [planned("a")];
  const resume: EventDraft = {
    step_id: null,
    state: "running",
    data: { owner: OWNER, steps, rerun: ["a"] },
  };
  assert.deepEqual(folded(pause, end).pauses, [record("claude", UNTIL)]);
  assert.deepEqual(folded(end).pauses, [record("claude", UNTIL)], "from the snapshot alone");
  assert.deepEqual(folded(pause, end, resume).pauses, [record("claude", UNTIL)]);
  assert.deepEqual(folded(pause, resume).pauses, [record("claude", UNTIL)], "after a kill");
});
