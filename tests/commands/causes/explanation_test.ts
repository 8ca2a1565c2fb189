/** Which cause is told of which events, a case each. */
import { deepStrictEqual, equal } from "node:assert/strict";
import type { CauseKind } from "../../../commands/causes/cause_kind.ts";
import { explain } from "../../../commands/causes/explanation.ts";
import type { EventDraft, PlannedStep } from "../../../event/event.ts";
import { started } from "../../events.ts";
import { begun, ended, retrying, storyOf, type Told, warned, wrote } from "./stories.ts";

const step = (id: string, dependencies: string[] = [], persona: string | null = null) =>
  ({ id, persona, dependencies, digest: `digest-${id}` }) satisfies PlannedStep;

const SCRIPTS = started([step("build"), step("test", ["build"]), step("ship", ["test"])]);
const AGENT = started([step("plan", [], "planner"), step("do", ["plan"])]);
const RUN = "demo-20260202-143022";

const skipped = (id: string, of: string): EventDraft =>
  ended(id, "skipped", `depends on ${of}, which did not complete`);

interface Case {
  readonly kind: CauseKind;
  readonly told: readonly Told[];
  readonly sentence: string;
  readonly evidence: readonly string[];
  /** The ids of what failed or was skipped as a consequence, and of what failed by itself. */
  readonly consequences?: readonly string[];
  readonly others?: readonly string[];
  readonly attempts?: number;
}

const CASES: Readonly<Record<string, Case>> = {
  "a script that fails": {
    kind: "script",
    told: [
      SCRIPTS,
      begun("build"),
      wrote("build", "stdout", "compiling\n"),
      wrote("build", "stderr", "main.c:3: no such name\n"),
      ended("build", "failed", "exit code 2"),
      skipped("test", "build"),
      ended("ship", "skipped", "depends on test, which was skipped"),
      { end: "failed", why: "step build failed: exit code 2" },
    ],
    sentence: "step build failed: exit code 2",
    evidence: ["stderr main.c:3: no such name", "log exit code 2"],
    consequences: ["test", "ship"],
    attempts: 1,
  },
  "without anything on stderr the end of stdout shows it": {
    kind: "script",
    told: [
      SCRIPTS,
      begun("build"),
      wrote("build", "stdout", "1\n2\n3\n4\n5\n6\n7\n"),
      ended("build", "failed", "exit code 1"),
      { end: "failed", why: "step build failed: exit code 1" },
    ],
    sentence: "step build failed: exit code 1",
    evidence: [...["2", "3", "4", "5", "6", "7"].map((n) => `stdout ${n}`), "log exit code 1"],
    consequences: ["test", "ship"],
  },
  "an artifact that is not there": {
    kind: "missing_artifact",
    told: [
      SCRIPTS,
      begun("build"),
      ended("build", "failed", "declared artifact is missing: plan (plan.txt)"),
      { end: "failed", why: "step build failed: declared artifact is missing: plan (plan.txt)" },
    ],
    sentence: "step build failed: declared artifact is missing: plan (plan.txt)",
    evidence: ["log declared artifact is missing: plan (plan.txt)"],
    consequences: ["test", "ship"],
  },
  "a contract with its reason": {
    kind: "contract",
    told: [
      AGENT,
      begun("plan"),
      {
        ...{ step_id: "plan", attempt: 1, state: "contract_failed" },
        message: "json_schema: /steps must be an array",
        data: { contract: "json_schema" },
      },
      ended("plan", "failed", "contract json_schema failed: /steps must be an array"),
      { end: "failed", why: "step plan failed: contract json_schema failed: /steps …" },
    ],
    sentence: "step plan failed: contract json_schema failed: /steps must be an array",
    evidence: [
      "log json_schema: /steps must be an array",
      "log contract json_schema failed: /steps must be an array",
    ],
    consequences: ["do"],
  },
  "a step's time limit": {
    kind: "time_limit",
    told: [
      SCRIPTS,
      begun("build"),
      wrote("build", "stderr", "waiting for the lock\n"),
      ended("build", "failed", "time limit of 6s reached"),
      { end: "failed", why: "step build failed: time limit of 6s reached" },
    ],
    sentence: "step build failed: time limit of 6s reached",
    evidence: ["stderr waiting for the lock", "log time limit of 6s reached"],
    consequences: ["test", "ship"],
  },
  "the run's time limit": {
    kind: "time_limit",
    told: [
      SCRIPTS,
      begun("build"),
      wrote("build", "stdout", "still at it\n"),
      ended("build", "cancelled", "the run's time limit of 2s is reached"),
      { end: "failed", why: "the run's time limit of 2s is reached" },
    ],
    sentence: `${RUN} failed: the run's time limit of 2s is reached`,
    evidence: ["stdout still at it", "log the run's time limit of 2s is reached"],
    consequences: ["build", "test", "ship"],
  },
  "silence": {
    kind: "silence",
    told: [
      AGENT,
      begun("plan"),
      ended("plan", "failed", "no output for 600s"),
      { end: "failed", why: "step plan failed: no output for 600s" },
    ],
    sentence: "step plan failed: no output for 600s",
    evidence: ["log no output for 600s"],
    consequences: ["do"],
  },
  "a budget": {
    kind: "budget",
    told: [
      AGENT,
      begun("plan"),
      ended("plan", "failed", "budget of $1.00 reached: $1.20 used"),
      { end: "failed", why: "step plan failed: budget of $1.00 reached: $1.20 used" },
    ],
    sentence: "step plan failed: budget of $1.00 reached: $1.20 used",
    evidence: ["log budget of $1.00 reached: $1.20 used"],
    consequences: ["do"],
  },
  "a service that has had enough, three times": {
    kind: "usage_limit",
    told: [
      AGENT,
      ...[1, 2].flatMap((n) => [begun("plan", n), retrying("plan", "API error 429", n)]),
      begun("plan", 3),
      ended("plan", "failed", "API error 429", 3),
      { end: "failed", why: "step plan failed: API error 429" },
    ],
    sentence: "step plan failed: API error 429",
    evidence: ["log API error 429"],
    consequences: ["do"],
    attempts: 3,
  },
  "a tool that was refused": {
    kind: "refused_tool",
    told: [
      AGENT,
      begun("plan"),
      warned("plan", "Bash was refused: the persona denies Bash(rm *)"),
      ended("plan", "failed", "declared artifact is missing: plan (plan.md)"),
      { end: "failed", why: "step plan failed: declared artifact is missing: plan (plan.md)" },
    ],
    sentence: "step plan failed: declared artifact is missing: plan (plan.md)",
    evidence: [
      "log Bash was refused: the persona denies Bash(rm *)",
      "log declared artifact is missing: plan (plan.md)",
    ],
    consequences: ["do"],
  },
  "somebody cancelled it": {
    kind: "cancelled",
    told: [
      SCRIPTS,
      begun("build"),
      { step_id: null, state: "cancelling", message: "ending all", data: { force: true } },
      ended("build", "cancelled", "the run was cancelled"),
      { end: "cancelled", why: "cancelled by SIGINT" },
    ],
    sentence: `${RUN} was cancelled by SIGINT`,
    evidence: ["log ending all", "log cancelled by SIGINT"],
    consequences: ["build", "test", "ship"],
  },
  "its process was killed": {
    kind: "interrupted",
    told: [SCRIPTS, begun("build"), wrote("build", "stdout", "half of it\n")],
    sentence: `${RUN} failed: interrupted at build: its process (pid 4711) is gone`,
    evidence: ["stdout half of it"],
    consequences: ["build", "test", "ship"],
  },
  "a failure that was tolerated, and that another step then met": {
    kind: "script",
    told: [
      SCRIPTS,
      begun("build"),
      ended("build", "failed", "exit code 9"),
      begun("test"),
      ended("test", "failed", "artifact bin of build does not exist"),
      { end: "failed", why: "step test failed: artifact bin of build does not exist" },
    ],
    sentence: "step build failed: exit code 9",
    evidence: ["log exit code 9"],
    consequences: ["test", "ship"],
  },
  "two that have nothing to do with each other": {
    kind: "script",
    told: [
      started([step("lint"), step("test"), step("ship", ["lint", "test"])]),
      begun("lint"),
      begun("test"),
      ended("test", "failed", "exit code 1"),
      ended("lint", "failed", "exit code 2"),
      skipped("ship", "test"),
      { end: "failed", why: "step test failed: exit code 1" },
    ],
    sentence: "step test failed: exit code 1",
    evidence: ["log exit code 1"],
    consequences: ["ship"],
    others: ["lint"],
  },
  "steps that were skipped for reasons of their own": {
    kind: "script",
    told: [
      started([
        ...["build", "lint", "urgent", "fork", "left", "mend"].map((id) => step(id)),
        step("test", ["build"]),
        step("use", ["urgent", "build"]),
        step("on", ["use"]),
        step("way", ["fork"]),
        step("behind", ["way"]),
        step("late", ["fork", "build"]),
        step("round", ["build"]),
        step("inner"),
      ]),
      ended("left", "skipped", "not chosen"),
      ...["lint", "fork"].flatMap((id) => [begun(id), ended(id, "completed")]),
      begun("urgent"),
      ended("urgent", "skipped", "its condition was not met"),
      ended("use", "skipped", "needs list of urgent, whose condition was not met"),
      ended(
        "on",
        "skipped",
        "needs it of use, which was skipped: the condition of urgent was not met",
      ),
      ended("way", "skipped", "no edge led to it"),
      ended("behind", "skipped", "depends on way, which was skipped"),
      begun("build"),
      ended("build", "failed", "exit code 2"),
      skipped("test", "build"),
      ended("late", "skipped", "not started: step build failed"),
      skipped("round", "build"),
      ended("inner", "skipped", "depends on round, which was skipped"),
      ended("mend", "skipped", "not needed"),
      { end: "failed", why: "step build failed: exit code 2" },
    ],
    sentence: "step build failed: exit code 2",
    evidence: ["log exit code 2"],
    consequences: ["test", "late", "round", "inner"],
  },
  "what another failure kept from running, and one that was passed over": {
    kind: "script",
    told: [
      started([
        ...["build", "lint", "flaky"].map((id) => step(id)),
        step("tidy", ["lint"]),
        step("polish", ["tidy"]),
        step("show", ["flaky"]),
        step("ship", ["build", "lint"]),
      ]),
      ended("flaky", "skipped", "exit code 7"),
      skipped("show", "flaky"),
      begun("build"),
      ended("build", "failed", "exit code 2"),
      ended("lint", "failed", "exit code 3"),
      skipped("ship", "build"),
      skipped("tidy", "lint"),
      ended("polish", "skipped", "depends on tidy, which was skipped"),
      { end: "failed", why: "step build failed: exit code 2; step lint failed: exit code 3" },
    ],
    sentence: "step build failed: exit code 2",
    evidence: ["log exit code 2"],
    consequences: ["ship"],
    others: ["lint", "flaky"],
  },
  "of a cancelled run, what the cancel kept from running": {
    kind: "cancelled",
    told: [
      started([step("build"), step("when"), step("test", ["build"]), step("ship"), step("mend")]),
      ended("when", "skipped", "its condition was not met"),
      begun("build"),
      { step_id: null, state: "cancelling", message: "ending all", data: { force: true } },
      ended("build", "cancelled", "the run was cancelled"),
      skipped("test", "build"),
      ended("ship", "skipped", "not started: cancelled by SIGINT"),
      ended("mend", "skipped", "not needed"),
      { end: "cancelled", why: "cancelled by SIGINT" },
    ],
    sentence: `${RUN} was cancelled by SIGINT`,
    evidence: ["log ending all", "log cancelled by SIGINT"],
    consequences: ["build", "test", "ship"],
  },
};

for (const [title, wanted] of Object.entries(CASES)) {
  Deno.test(`explain() names the first cause: ${title}`, () => {
    const { cause, sentence, evidence, consequences, otherFailures, attempts } = explain(
      storyOf(wanted.told),
      null,
    );
    equal(sentence, wanted.sentence);
    equal(cause?.kind, wanted.kind);
    deepStrictEqual(evidence.map(({ source, text }) => `${source} ${text}`), wanted.evidence);
    const ids = (steps: typeof consequences) => steps.map(({ record }) => record.id);
    deepStrictEqual(ids(consequences), wanted.consequences ?? []);
    deepStrictEqual(ids(otherFailures), wanted.others ?? []);
    if (wanted.attempts !== undefined) equal(attempts.length, wanted.attempts);
  });
}

Deno.test("explain() follows a failure into the run that the step ran", () => {
  const inner = storyOf([
    SCRIPTS,
    begun("build"),
    ended("build", "failed", "exit code 7"),
    { end: "failed", why: "step build failed: exit code 7" },
  ], { id: "inner-1" });
  const failure = "pipeline inner failed: step build failed: exit code 7 (inner-1)";
  const story = storyOf([
    started([step("call"), step("after", ["call"])]),
    begun("call"),
    {
      ...{ step_id: "call", attempt: 1, state: "tool", level: "info" },
      message: "run inner-1 started",
      data: { inner_run: "inner-1" },
    },
    ended("call", "failed", failure),
    { end: "failed", why: `step call failed: ${failure}` },
  ], { inner: { "inner-1": inner } });
  const { sentence, cause, consequences, otherFailures, next } = explain(story, null);
  equal(sentence, "step build of the inner run inner-1 failed: exit code 7");
  equal(cause?.kind, "script");
  deepStrictEqual(consequences.map(({ record }) => record.id), ["call", "after"]);
  deepStrictEqual(otherFailures, []);
  equal(next, `wave resume ${RUN}`);
});

Deno.test("explain() tells what differs from the run that completed", () => {
  const before = storyOf([
    started([step("plan", [], "planner"), step("old")], "one thing"),
    warned("plan", "made up", 1, { model: "small" }),
    { end: "completed", why: "" },
  ], { id: "demo-1" });
  const now = storyOf([
    started([{ ...step("plan", [], "planner"), digest: "another" }, step("new")], "another"),
    begun("plan"),
    warned("plan", "made up", 1, { model: "large" }),
    ended("plan", "failed", "exit code 1"),
    { end: "failed", why: "step plan failed: exit code 1" },
  ]);
  const { lastCompleted } = explain(now, before);
  deepStrictEqual({ ...lastCompleted, tokens: null, duration: null }, {
    runId: "demo-1",
    changed: ["plan"],
    added: ["new"],
    removed: ["old"],
    inputChanged: true,
    options: { before: {}, now: {} },
    agents: [{ stepId: "plan", what: "model", before: "small", now: "large" }],
    duration: null,
    tokens: null,
  });
});

Deno.test("explain() compares attempts by what each of them says itself", () => {
  const differing = "exit code 1 (attempt 2 of 2; attempt 1: exit code 2)";
  const told = (first: string, last: string) =>
    storyOf([
      SCRIPTS,
      begun("build"),
      retrying("build", first),
      begun("build", 2),
      ended("build", "failed", last, 2),
      { end: "failed", why: `step build failed: ${last}` },
    ]);
  for (
    const last of [
      "exit code 1 (attempt 2 of 2; attempt 1: exit code 1)",
      "exit code 1 (in each of 2 attempts)",
    ]
  ) {
    const { attempts, attemptDifference } = explain(told("exit code 1", last), null);
    deepStrictEqual(attempts.map(({ message }) => message), ["exit code 1", "exit code 1"]);
    equal(attemptDifference, "same");
  }
  equal(explain(told("exit code 2", differing), null).attemptDifference, "different");
});

Deno.test("explain() finds nothing wrong with a run that completed", () => {
  const story = storyOf([SCRIPTS, { end: "completed", why: "" }]);
  const { cause, sentence, evidence, consequences, next } = explain(story, null);
  deepStrictEqual([cause, evidence, consequences], [null, [], []]);
  equal(sentence, `${RUN} completed`);
  equal(next, `wave artifacts ${RUN}`);
});

Deno.test("explain() tells nothing of steps that go on beside one that is tried again", () => {
  const going: Told[] = [
    started([step("build"), step("lint"), step("test", ["build"]), step("tidy", ["lint"])]),
    begun("build"),
    begun("lint"),
    retrying("build", "exit code 1"),
  ];
  const { run, ...rest } = storyOf(going);
  const story = { ...rest, run: { ...run, status: "running", liveness: "alive" } as const };
  const { sentence, consequences } = explain(story, null);
  equal(sentence, "step build is being tried again: exit code 1");
  deepStrictEqual(consequences.map(({ record }) => record.id), ["test"]);
});
