/**
 * What every kind of event makes of a record, written down by hand: the tests of `fold_test.ts` and
 * of the readers compare two users of one fold, and would not see a mistake of the fold itself.
 */
import assert from "node:assert/strict";
import type { EventDraft, RunEvent, RunSnapshot } from "../../../event/event.ts";
import { fold, foldArtifacts } from "../../../state/records/fold.ts";
import type { RunRecord, StepRecord } from "../../../state/records/records.ts";
import { eventOf, OWNER, planned, START, started, tokens } from "../../events.ts";

const RUN = "demo-20260202-143022";
/** When the event `seq` happened, see `eventOf` of the tests. */
const at = (seq: number) => START + seq * 250;
const iso = (ms: number) => new Date(ms).toISOString();
const NONE = tokens(0, 0);

function foldAll(drafts: readonly EventDraft[]): RunRecord {
  const record = drafts.map((draft, index) => eventOf(draft, index + 1))
    .reduce(fold, null as RunRecord | null);
  assert(record);
  return record;
}

/** The step `a` after the last of `drafts`, which follow the start and its first attempt's beginning. */
function stepAfter(...drafts: readonly EventDraft[]): StepRecord {
  const [step] = foldAll([started([planned("a")]), RUNNING, ...drafts]).steps;
  assert(step);
  return step;
}

const RUNNING = {
  step_id: "a",
  attempt: 1,
  state: "running",
  data: { nonce: "n1", workspace: "w/a" },
} as const satisfies EventDraft;

const FACTS = {
  id: "a",
  persona: "a-persona",
  dependencies: [],
  digest: "digest-a",
  attempt: 0,
  startedAt: null,
  tokens: NONE,
  tokensBefore: NONE,
  workspace: null,
  nonce: null,
  process: null,
  ...{ warnings: 0, gate: null, visits: 0, edge: null },
} as const;

/** The step `a` in its first attempt. */
const AT_WORK = {
  ...FACTS,
  attempt: 1,
  startedAt: at(2),
  workspace: "w/a",
  nonce: "n1",
  visits: 1,
  status: "running",
} as const;

const BEGUN = {
  id: RUN,
  pipeline: "demo",
  input: "fix bug",
  inputRedacted: false,
  mock: false,
  options: {},
  parent: null,
  owner: OWNER,
  startedAt: at(1),
  lastEventAt: at(1),
  lastSeq: 1,
  tokens: NONE,
  steps: [{ ...FACTS, status: "pending" }],
  currentSteps: [],
  warnings: 0,
  idleMs: 0,
  pauses: [],
  status: "running",
} as const;

Deno.test("fold() of the start", () => {
  assert.deepEqual(foldAll([started([planned("a")])]), BEGUN);
  const within = started([]);
  assert(within.state === "started");
  const data = { ...within.data, mock: true, input_redacted: true };
  const parent = { run_id: "outer-1", step_id: "sub" };
  assert.deepEqual(foldAll([{ ...within, data: { ...data, parent } }]), {
    ...BEGUN,
    ...{ steps: [], mock: true, inputRedacted: true },
    parent: { runId: "outer-1", stepId: "sub" },
  });
});

Deno.test("fold() begins with the start and with nothing else", () => {
  assert.equal(fold(null, eventOf(RUNNING, 2)), null);
  const record = fold(null, eventOf(started([planned("a")]), 5));
  assert.equal(record?.lastSeq, 5);
  // Seen before, of another run, or the start again: the same object comes back.
  for (const event of [eventOf(RUNNING, 4), eventOf(RUNNING, 5), eventOf(RUNNING, 6, "other-1")]) {
    assert.equal(fold(record, event), record);
  }
  assert.equal(fold(record, eventOf(RUNNING, 6))?.lastSeq, 6);
  assert.equal(fold(record, eventOf(RUNNING, 9))?.lastSeq, 9);
});

Deno.test("fold() of what changes only the time and the number of the last event", () => {
  const artifact = { name: "n", type: null, path: "p", size_bytes: 1, sha256: "00" };
  const drafts: EventDraft[] = [
    { step_id: null, state: "cancelling", data: { force: true } },
    { step_id: "a", state: "output", message: "text", data: { stream: "stdout" } },
    { step_id: "a", state: "output", tokens_used: 9, data: { stream: "stdout" } },
    { step_id: "a", state: "validating", data: { contract: "c" } },
    { step_id: "a", state: "contract_passed", data: { contract: "c" } },
    { step_id: "a", state: "contract_failed", data: { contract: "c" } },
    {
      step_id: "a",
      state: "artifact",
      data: { artifact: { ...artifact, modified_at: iso(START) } },
    },
    { step_id: "a", state: "tool", data: { tool: "Read" } },
    { step_id: "stranger", state: "running", data: { nonce: "n", workspace: "w" } },
  ];
  const before = foldAll([started([planned("a")]), RUNNING]);
  for (const draft of drafts) {
    assert.deepEqual(
      fold(before, eventOf(draft, 3)),
      { ...before, lastSeq: 3, lastEventAt: at(3) },
      `${draft.step_id} ${draft.state}`,
    );
  }
});

Deno.test("fold() of a step that begins", () => {
  assert.deepEqual(foldAll([started([planned("a"), planned("b")]), RUNNING]), {
    ...BEGUN,
    ...{ lastSeq: 2, lastEventAt: at(2), currentSteps: ["a"] },
    steps: [
      AT_WORK,
      {
        ...FACTS,
        ...{ id: "b", persona: "b-persona", digest: "digest-b", status: "pending" },
      },
    ],
  });
  // Without its number an attempt is the next one.
  assert.equal(stepAfter().attempt, 1);
  assert.equal(stepAfter({ ...RUNNING, attempt: null }).attempt, 2);
  assert.equal(stepAfter({ ...RUNNING, attempt: 7 }).attempt, 7);
});

Deno.test("fold() of a step's process", () => {
  const process = { pid: 7, process_start: "99" };
  const spawned: EventDraft = { step_id: "a", attempt: 1, state: "tool", data: { process } };
  const at_work = { ...AT_WORK, process: { pid: 7, processStart: "99" } };
  assert.deepEqual(stepAfter(spawned), at_work);
  const next = { ...RUNNING, attempt: 2, data: { nonce: "n2", workspace: "w/a.2" } };
  assert.deepEqual(stepAfter(spawned, next), {
    ...AT_WORK,
    ...{ attempt: 2, nonce: "n2", workspace: "w/a.2", process: null },
  });
});

const tool = (
  used: number,
  exactly?: readonly [number, number],
  step_id = "a",
): EventDraft => ({
  step_id,
  attempt: 1,
  state: "tool",
  tokens_used: used,
  data: exactly === undefined ? { tool: "Read" } : { tokens: tokens(...exactly) },
});
const retrying = (used: number): EventDraft => ({
  ...{ step_id: "a", attempt: 1, state: "retrying", tokens_used: used, message: "no" },
  data: { delay_ms: 5 },
});
const again = { ...RUNNING, attempt: 2 };

Deno.test("fold() counts the tokens of an attempt once, however often they are told", () => {
  const cases: [string, EventDraft[], { input: number; output: number; total: number }][] = [
    ["exactly", [tool(15, [10, 5])], tokens(10, 5)],
    ["told again", [tool(15, [10, 5]), tool(15, [10, 5])], tokens(10, 5)],
    ["told anew", [tool(15, [10, 5]), tool(30, [20, 10])], tokens(20, 10)],
    ["exactly less", [tool(30, [20, 10]), tool(15, [10, 5])], tokens(10, 5)],
    ["the total alone", [tool(7)], { input: 0, output: 0, total: 7 }],
    ["a total that is known", [tool(15, [10, 5]), tool(15)], tokens(10, 5)],
    ["a greater total", [tool(15, [10, 5]), tool(16)], { input: 10, output: 5, total: 16 }],
    ["a smaller total", [tool(15, [10, 5]), tool(14)], tokens(10, 5)],
    ["with the retry", [retrying(9)], { input: 0, output: 0, total: 9 }],
    ["late, after the attempt", [retrying(9), tool(9)], { input: 0, output: 0, total: 9 }],
    ["of two attempts", [tool(15, [10, 5]), retrying(15), again, tool(3, [2, 1])], tokens(12, 6)],
    ["of two attempts without a retry", [tool(15, [10, 5]), again, tool(3, [2, 1])], tokens(12, 6)],
    [
      "of two attempts, the total alone",
      [tool(15, [10, 5]), retrying(15), again, tool(4)],
      { input: 10, output: 5, total: 19 },
    ],
  ];
  for (const [name, drafts, sum] of cases) {
    const record = foldAll([started([planned("a"), planned("b")]), RUNNING, ...drafts]);
    assert.deepEqual(record.steps[0]?.tokens, sum, name);
    assert.deepEqual(record.tokens, sum, `${name}, of the run`);
  }
});

Deno.test("fold() adds the tokens of all steps", () => {
  const other: EventDraft[] = [
    { ...RUNNING, step_id: "b" },
    tool(3, [2, 1], "b"),
  ];
  const steps = started([planned("a"), planned("b")]);
  const record = foldAll([steps, RUNNING, tool(15, [10, 5]), ...other]);
  assert.deepEqual(record.tokens, tokens(12, 6));
});

Deno.test("fold() of an attempt that is tried again", () => {
  const nine = { input: 0, output: 0, total: 9 };
  assert.deepEqual(stepAfter(retrying(9)), {
    ...AT_WORK,
    ...{ tokens: nine, tokensBefore: nine, status: "retrying", errorMessage: "no" },
  });
  assert.deepEqual(foldAll([started([planned("a")]), RUNNING, retrying(9)]).currentSteps, ["a"]);
  // It began when its first attempt did, and its error is over.
  assert.deepEqual(stepAfter(retrying(9), again), {
    ...AT_WORK,
    ...{ attempt: 2, tokens: nine, tokensBefore: nine },
  });
});

Deno.test("fold() of a step that ends", () => {
  const used = tokens(8, 1);
  const over = {
    ...AT_WORK,
    ...{ tokens: used, tokensBefore: used, nonce: null, process: null, completedAt: at(3) },
  };
  const end = { step_id: "a", attempt: 1, message: "why", data: { tokens: used } } as const;
  assert.deepEqual(stepAfter({ ...end, state: "completed" }), { ...over, status: "completed" });
  for (const status of ["failed", "skipped", "cancelled"] as const) {
    assert.deepEqual(stepAfter({ ...end, state: status }), {
      ...over,
      status,
      errorMessage: "why",
    });
  }
  const { currentSteps } = foldAll([
    started([planned("a")]),
    RUNNING,
    { ...end, state: "completed" },
  ]);
  assert.deepEqual(currentSteps, []);
});

Deno.test("fold() of an edge, and of one that leads back", () => {
  const end = (step_id: string, state: "completed" | "failed"): EventDraft => ({
    ...{ step_id, attempt: 1, state, message: "why", data: { tokens: NONE } },
  });
  const edge = (step_id: string, edge: string, again?: readonly string[]): EventDraft => ({
    ...{
      step_id,
      state: "tool",
      data: { tool: "edge", edge, ...again === undefined ? {} : { again } },
    },
  });
  const seen = (...events: EventDraft[]) =>
    foldAll([started([planned("a"), planned("b")]), RUNNING, ...events])
      .steps.map(({ status, visits, edge }) => [status, visits, edge]);
  const on = [end("a", "failed"), edge("a", "b"), { ...RUNNING, step_id: "b" }];
  assert.deepEqual(seen(...on), [["failed", 1, "b"], ["running", 1, null]]);
  const back = [...on, end("b", "completed"), edge("b", "a", ["a", "b"])];
  assert.deepEqual(seen(...back), [["pending", 1, null], ["pending", 1, null]]);
  const twice = { ...RUNNING, data: { nonce: "n", workspace: "w", visit: 2 } };
  assert.deepEqual(seen(...back, twice), [["running", 2, null], ["pending", 1, null]]);
  // What runs again in a resume goes on with a start that did not lead to its end.
  const data = {
    owner: { host: "h", pid: 1, process_start: null },
    steps: [planned("a")],
    rerun: ["a"],
  };
  const resume: EventDraft = { step_id: null, state: "running", data };
  assert.deepEqual(seen(...back, twice, resume), [["pending", 1, null]]);
  assert.deepEqual(seen(...back, resume), [["pending", 1, null]]);
});

Deno.test("fold() of a step that ended before it was recorded, or was done by another run", () => {
  const data = { tokens: NONE, ended_at: iso(START + 60), workspace: "w/reused" };
  const step = stepAfter({ step_id: "a", state: "completed", data });
  assert(step.status === "completed");
  assert.equal(step.completedAt, START + 60);
  assert.equal(step.workspace, "w/reused");
  // The attempt that it ends is the one that was running.
  assert.equal(step.attempt, 1);
});

const SNAPSHOT: RunSnapshot = {
  tokens: tokens(100, 10),
  current_steps: ["where it stopped"],
  artifacts: 3,
  owner: { host: "there", pid: 1, process_start: null },
  steps: [],
};
const SNAPPED = {
  ...{ id: "a", persona: "a-persona", dependencies: [], digest: "digest-a", attempt: 2 },
  ...{ started_at: iso(at(2)), completed_at: null, tokens: tokens(5, 1), error_message: null },
  workspace: "w/a",
};

Deno.test("fold() of a run that ends takes everything from the snapshot", () => {
  const end = { step_id: null, message: "why", data: { snapshot: SNAPSHOT } } as const;
  const over = {
    ...BEGUN,
    ...{ lastSeq: 3, lastEventAt: at(3), completedAt: at(3), steps: [] },
    ...{ owner: SNAPSHOT.owner, tokens: SNAPSHOT.tokens, currentSteps: ["where it stopped"] },
  };
  const before = [started([planned("a")]), RUNNING];
  assert.deepEqual(foldAll([...before, { ...end, state: "completed" }]), {
    ...over,
    status: "completed",
  });
  assert.deepEqual(foldAll([...before, { ...end, state: "cancelled" }]), {
    ...over,
    ...{ status: "cancelled", errorMessage: "why" },
  });
  assert.deepEqual(foldAll([...before, { ...end, state: "failed" }]), {
    ...over,
    ...{ status: "failed", errorMessage: "why" },
  });
  const data = { snapshot: SNAPSHOT, interrupted: true, ended_at: iso(START + 60) };
  const late = foldAll([...before, { ...end, state: "failed", data }]);
  assert.deepEqual(late, {
    ...over,
    ...{ status: "failed", errorMessage: "why", completedAt: START + 60 },
  });
});

Deno.test("fold() of a run that ends, of each status of a step", () => {
  const facts = {
    ...FACTS,
    ...{ attempt: 2, startedAt: at(2), tokens: tokens(5, 1), tokensBefore: tokens(5, 1) },
    workspace: "w/a",
    visits: 1,
  };
  const ended = { completed_at: iso(START + 70), error_message: "no" };
  const cases: [RunSnapshot["steps"][number], StepRecord][] = [
    [{ ...SNAPPED, status: "pending", started_at: null }, {
      ...facts,
      ...{ startedAt: null, status: "pending" },
    }],
    [{ ...SNAPPED, status: "running" }, { ...facts, status: "running" }],
    [{ ...SNAPPED, status: "retrying", error_message: "no" }, {
      ...facts,
      ...{ status: "retrying", errorMessage: "no" },
    }],
    [{ ...SNAPPED, ...ended, status: "completed" }, {
      ...facts,
      ...{ status: "completed", completedAt: START + 70 },
    }],
    [{ ...SNAPPED, ...ended, status: "cancelled" }, {
      ...facts,
      ...{ status: "cancelled", completedAt: START + 70, errorMessage: "no" },
    }],
    [{ ...SNAPPED, ...ended, status: "failed" }, {
      ...facts,
      ...{ status: "failed", completedAt: START + 70, errorMessage: "no" },
    }],
    // Without a time of its own it ended with its run.
    [{ ...SNAPPED, status: "skipped" }, {
      ...facts,
      ...{ status: "skipped", completedAt: at(2), errorMessage: "" },
    }],
  ];
  for (const [snapped, step] of cases) {
    const data = { snapshot: { ...SNAPSHOT, steps: [snapped] } };
    const { steps } = foldAll([
      started([planned("a")]),
      { step_id: null, state: "failed", message: "why", data },
    ]);
    assert.deepEqual(steps, [step], snapped.status);
  }
});

Deno.test("fold() counts warnings, those of steps among them", () => {
  const warn = (step_id: string | null): EventDraft => ({
    step_id,
    state: "warning",
    message: "w",
  });
  const record = foldAll([
    ...[started([planned("a"), planned("b")]), warn(null), RUNNING, warn("a"), warn("a")],
    // Of a step that the plan does not have.
    ...[warn("b"), warn("nobody's")],
  ]);
  assert.equal(record.warnings, 5);
  assert.deepEqual(record.steps.map(({ warnings }) => warnings), [2, 1]);
  const data = { owner: record.owner, steps: [planned("a"), planned("b")], rerun: ["a"] };
  const again = fold(record, eventOf({ step_id: null, state: "running", data }, 8));
  // What `a` tolerated is over.
  assert.deepEqual([again?.warnings, again?.steps.map(({ warnings }) => warnings)], [3, [0, 1]]);
});

Deno.test("fold() tells apart the time in which nobody worked on a run", () => {
  const idle = (events: EventDraft[]) => foldAll(events).idleMs;
  const data = { owner: { host: "h", pid: 1, process_start: null }, steps: [], rerun: [] };
  const resume: EventDraft = { step_id: null, state: "running", data };
  const end = (snapshot: RunSnapshot): EventDraft => ({
    ...{ step_id: null, state: "failed", message: "why" },
    data: { snapshot },
  });
  assert.equal(idle([started([])]), 0);
  // Interrupted: from its last event on.
  assert.equal(idle([started([]), resume]), at(2) - at(1));
  assert.equal(idle([started([]), end(SNAPSHOT), resume]), at(3) - at(2));
  assert.equal(idle([started([]), end({ ...SNAPSHOT, idle_ms: 50 })]), 50);
  assert.equal(idle([started([]), end({ ...SNAPSHOT, idle_ms: 50 }), resume]), 50 + at(3) - at(2));
  // It had ended before that was written down.
  const late = { snapshot: SNAPSHOT, interrupted: true, ended_at: iso(at(1)) };
  assert.equal(
    idle([started([]), { ...end(SNAPSHOT), data: late } as EventDraft, resume]),
    at(3) - at(1),
  );
});

Deno.test("fold() of a resume", () => {
  const owner = { host: "there", pid: 2, process_start: "8" };
  const used = tokens(8, 1);
  const failed: EventDraft = {
    ...{ step_id: "b", attempt: 1, state: "failed", message: "no" },
    data: { tokens: used },
  };
  const kept: EventDraft = { ...failed, step_id: "a", state: "completed" };
  const end: EventDraft = {
    ...{ step_id: null, state: "failed", message: "step b failed" },
    data: {
      snapshot: {
        ...SNAPSHOT,
        steps: [
          { ...SNAPPED, ...{ status: "completed", completed_at: iso(at(5)), tokens: used } },
          { ...SNAPPED, id: "b", ...{ status: "failed", error_message: "no", tokens: used } },
          { ...SNAPPED, id: "gone", status: "pending" },
        ],
      },
    },
  };
  const resumed: EventDraft = {
    ...{ step_id: null, state: "running" },
    data: { owner, steps: [planned("new"), planned("b", ["a"]), planned("a")], rerun: ["b"] },
  };
  const record = foldAll([started([planned("a"), planned("b")]), kept, failed, end, resumed]);
  assert.deepEqual(record, {
    ...BEGUN,
    ...{ lastSeq: 5, lastEventAt: at(5), owner, tokens: tokens(16, 2), idleMs: at(5) - at(4) },
    // What was spent stays spent.
    gone: { attempts: 0, inner: tokens(5, 1) },
    steps: [
      {
        ...FACTS,
        ...{ id: "new", persona: "new-persona", digest: "digest-new" },
        status: "pending",
      },
      {
        ...FACTS,
        ...{ id: "b", persona: "b-persona", digest: "digest-b", dependencies: ["a"] },
        // What it used counts on, and the next attempt is the next in number.
        ...{ attempt: 2, tokens: used, tokensBefore: used, workspace: "w/a", status: "pending" },
      },
      {
        ...FACTS,
        ...{ attempt: 2, startedAt: at(2), tokens: used, tokensBefore: used, workspace: "w/a" },
        ...{ visits: 1, status: "completed", completedAt: at(5) },
      },
    ],
  });
  assert.equal("completedAt" in record, false);
});

Deno.test("foldArtifacts() keeps the newest, where the first one stood", () => {
  const wrote = (seq: number, step_id: string, name: string, size_bytes: number): RunEvent => {
    const path = `w/${step_id}/${name}`;
    const facts = { name, type: null, path, size_bytes, sha256: "00", modified_at: iso(START) };
    return eventOf({ step_id, state: "artifact", data: { artifact: facts } }, seq);
  };
  const completed = (seq: number, step_id: string, artifacts?: string[]): RunEvent => {
    const data = { tokens: NONE, ...artifacts === undefined ? {} : { artifacts } };
    return eventOf({ step_id, state: "completed", data }, seq);
  };
  const all = [wrote(1, "a", "x", 1), wrote(2, "a", "y", 2), wrote(3, "b", "x", 3)];
  const names = (...events: RunEvent[]) =>
    [...all, ...events].reduce(foldArtifacts, [])
      .map(({ stepId, name, sizeBytes }) => `${stepId}/${name}:${sizeBytes}`);
  assert.deepEqual(names(), ["a/x:1", "a/y:2", "b/x:3"]);
  assert.deepEqual(names(wrote(4, "a", "x", 4)), ["a/x:4", "a/y:2", "b/x:3"]);
  assert.deepEqual(names(completed(4, "a")), ["a/x:1", "a/y:2", "b/x:3"]);
  assert.deepEqual(names(completed(4, "a", ["y"])), ["a/y:2", "b/x:3"]);
  assert.deepEqual(names(completed(4, "a", [])), ["b/x:3"]);
  assert.deepEqual(all.slice(0, 1).reduce(foldArtifacts, []), [{
    ...{ runId: RUN, stepId: "a", name: "x", type: null, path: "w/a/x", sizeBytes: 1 },
    ...{ sha256: "00", createdAt: at(1), modifiedAt: START },
  }]);
});

Deno.test("fold() keeps how a gate was answered until the step starts again", () => {
  const tool = (data: Record<string, unknown>): EventDraft => ({
    step_id: "a",
    state: "tool",
    data: { tool: "gate", ...data },
  });
  const gate = { choice: "yes", text: null, by: "ann" };
  assert.equal(stepAfter(tool({ choices: [], default: null })).gate, null);
  assert.deepEqual(stepAfter(tool(gate)).gate, gate);
  assert.deepEqual(stepAfter(tool({ choice: "no", text: "later" })).gate, {
    ...{ choice: "no", text: "later", by: null },
  });
  assert.equal(stepAfter(tool(gate), { ...RUNNING, attempt: 2 }).gate, null);
});

Deno.test("fold() takes the options of a resume, and keeps those before without any", () => {
  const begun = started([]);
  assert(begun.state === "started");
  const first = { ...begun, data: { ...begun.data, options: { model: "opus" } } };
  const resume = (more: object): EventDraft => ({
    step_id: null,
    state: "running",
    data: { owner: OWNER, steps: [], rerun: [], ...more },
  });
  assert.deepEqual(foldAll([first, resume({})]).options, { model: "opus" });
  assert.deepEqual(foldAll([first, resume({ options: { adapter: "codex" } })]).options, {
    adapter: "codex",
  });
  assert.deepEqual([foldAll([first]).mock, foldAll([first, resume({ mock: true })]).mock], [
    false,
    true,
  ]);
});
