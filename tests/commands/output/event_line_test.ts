import assert from "node:assert/strict";
import { dayLines, eventLine } from "../../../commands/output/event_line.ts";
import type { RunEvent } from "../../../event/event.ts";

const AT = new Date(2026, 1, 2, 14, 30, 22);
const base = {
  schema_version: 1,
  seq: 1,
  timestamp: AT.toISOString(),
  run_id: "debug-20260202-143022",
  pipeline_id: "debug",
  level: "info",
  persona: null,
  message: "",
  tokens_used: 0,
  duration_ms: null,
  attempt: null,
} as const;
const tokens = { input: 0, output: 0, total: 0 };
const options = {
  safe: (text: string) => text,
  tokens: (count: number) => `${Math.round(count / 1000)}k`,
};

const started: RunEvent = {
  ...base,
  step_id: null,
  state: "started",
  data: {
    input: "fix bug",
    input_redacted: false,
    owner: { host: "h", pid: 1, process_start: null },
    steps: [1, 2, 3].map((n) => ({ id: `s${n}`, persona: null, dependencies: [], digest: null })),
    mock: false,
  },
};
const completed: RunEvent = {
  ...base,
  timestamp: new Date(2026, 1, 2, 14, 32, 45).toISOString(),
  step_id: "investigate",
  persona: "investigator",
  state: "completed",
  message: "found it",
  tokens_used: 45_000,
  duration_ms: 143_200,
  attempt: 1,
  data: { tokens },
};
const output = (message: string): RunEvent => ({
  ...base,
  level: "debug",
  step_id: "plan",
  state: "output",
  message,
  data: { stream: "stdout" },
});

const checked = { ...base, step_id: "plan", data: { contract: "test_suite" } };

Deno.test("eventLine() renders each kind of event as the contract shows it", () => {
  const used = { input: 45_000, output: 0, total: 45_000 };
  const ended = { ...base, step_id: "plan", state: "completed", tokens_used: 45_000 } as const;
  const cases: [RunEvent, string][] = [
    [
      { ...ended, data: { tokens: { ...used, cost_usd: 0.12 } } },
      "[14:30:22] completed  plan 45k tokens, $0.12",
    ],
    [{ ...ended, data: { tokens: used } }, "[14:30:22] completed  plan 45k tokens, cost unknown"],
    [started, '[14:30:22] started    debug input="fix bug" steps=3'],
    [completed, "[14:32:45] completed  investigate (investigator) 143.2s 45k tokens found it"],
    [
      {
        ...base,
        step_id: "plan",
        persona: "planner",
        state: "running",
        attempt: 2,
        data: { nonce: "n", workspace: "w" },
      },
      "[14:30:22] running    plan (planner) attempt 2",
    ],
    [
      { ...base, step_id: "plan", state: "retrying", message: "exit 1", data: { delay_ms: 1500 } },
      "[14:30:22] retrying   plan in 1.5s exit 1",
    ],
    [
      {
        ...base,
        step_id: "plan",
        state: "retrying",
        message: "exit 1",
        data: { delay_ms: 5_400_000 },
      },
      "[14:30:22] retrying   plan in 1h 30m exit 1",
    ],
    [output("one\ntwo\n"), `[14:30:22] output     plan one\n${" ".repeat(22)}two`],
    [
      { ...base, step_id: null, state: "cancelling", data: { force: true } },
      "[14:30:22] cancelling debug by force",
    ],
    [
      { ...base, step_id: null, state: "cancelling", message: "ending", data: { force: true } },
      "[14:30:22] cancelling debug ending",
    ],
    [
      { ...checked, state: "validating", message: "test_suite" },
      "[14:30:22] validating plan test_suite",
    ],
    [
      { ...checked, state: "contract_passed", message: "test_suite" },
      "[14:30:22] contract   plan test_suite passed",
    ],
    [
      { ...checked, state: "contract_failed", message: "test_suite: make: exit code 2\nno" },
      `[14:30:22] contract   plan test_suite failed: make: exit code 2\n${" ".repeat(22)}no`,
    ],
  ];
  for (const [event, line] of cases) assert.equal(eventLine(event, options), line);
});

Deno.test("eventLine() tells of a run that was resumed later how long was worked, and the whole time", () => {
  const end = (idle_ms: number): RunEvent => ({
    ...base,
    step_id: null,
    state: "completed",
    duration_ms: 7_202_500,
    data: {
      snapshot: {
        ...{ tokens, current_steps: [], artifacts: 0, warnings: 0, idle_ms, steps: [] },
        owner: { host: "h", pid: 1, process_start: null },
      },
    },
  });
  assert.match(eventLine(end(0), options), /debug 7202\.5s$/);
  assert.match(eventLine(end(999), options), /debug 7202\.5s$/);
  assert.match(eventLine(end(7_200_000), options), /debug 2\.5s \(7202\.5s in all\)$/);
});

Deno.test("eventLine() passes all text of others through safe()", () => {
  const line = eventLine(output("\x1b[2Jgone"), {
    ...options,
    safe: (text) => text.replaceAll("\x1b", "?"),
    color: true,
  });
  assert.equal(line, "\x1b[2m[14:30:22] output     plan ?[2Jgone\x1b[0m");
});

Deno.test("eventLine() names the run when several are mixed", () => {
  assert.equal(
    eventLine(completed, { ...options, withRun: true }).slice(0, 43),
    "[14:32:45] debug-20260202-143022 completed ",
  );
});

Deno.test("dayLines() names a day once, and today not at all", () => {
  const at = (day: number) => ({
    ...completed,
    timestamp: new Date(2026, 1, day, 9).toISOString(),
  });
  const line = dayLines(AT.getTime());
  assert.deepEqual([2, 2, 3, 3, 5].map((day) => line(at(day))), [
    null,
    null,
    "--- 2026-02-03 ---",
    null,
    "--- 2026-02-05 ---",
  ]);
});
