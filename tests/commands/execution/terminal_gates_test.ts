import assert from "node:assert/strict";
import { delay } from "../../../event/delay.ts";
import { openGates } from "../../../commands/execution/terminal_gates.ts";
import { choiceOf, questionText } from "../../../commands/execution/gate_wording.ts";
import { TerminalQuestions } from "../../../commands/execution/terminal_questions.ts";
import { heldOutput } from "../../../commands/output/held_output.ts";
import { gateArtifacts } from "../../../commands/runs/gate_artifacts.ts";
import type { StepRecord } from "../../../state/records/records.ts";
import { openQuestion } from "../../../commands/execution/gate_questions.ts";
import type { Context } from "../../../commands/cli/command.ts";
import { answerGate, gateFile } from "../../../executor/composition/gate_answers.ts";
import { waitingSteps } from "../../../state/live/waiting_gates.ts";
import { ensurePrivateDirs, wavePaths } from "../../../state/records/wave_paths.ts";
import type { GateQuestion } from "../../../executor/api.ts";

const ZERO = { input: 0, output: 0, total: 0 };

const question: GateQuestion = {
  runId: "demo-20260202-143022",
  stepId: "review",
  message: "Ship it?",
  choices: [
    { key: "a", label: "Approve", target: { kind: "next" } },
    { key: "r", label: "Reject", target: { kind: "fail" } },
    { key: "revise", label: "Revise", target: { kind: "step", step: "write" } },
  ],
  defaultChoice: "a",
  freeform: true,
};

Deno.test("choiceOf() takes a key, a label, a unique beginning or the default", () => {
  const cases: [string, string | null, string | null][] = [
    ["a", "a", null],
    ["APPROVE", "a", null],
    ["rej", "r", null],
    ["re", null, null],
    ["revise shorter, please", "revise", "shorter, please"],
    ["", "a", null],
    ["x", null, null],
  ];
  for (const [line, choice, text] of cases) {
    assert.deepEqual(choiceOf(question, line), choice === null ? null : { choice, text }, line);
  }
  assert.equal(choiceOf({ ...question, defaultChoice: null }, ""), null);
  assert.deepEqual(choiceOf({ ...question, freeform: false }, "a now"), {
    choice: "a",
    text: null,
  });
});

Deno.test("questionText() says what a question is about, and what may be answered", () => {
  const artifact = (name: string) => ({
    ...{ runId: question.runId, stepId: "draft", name, type: null, path: `out/${name}.md` },
    ...{ sizeBytes: 1, sha256: "", createdAt: 0, modifiedAt: 0 },
  });
  const choices = "a (Approve, default), r (Reject), revise (Revise); a text may follow";
  assert.equal(questionText(question), `Ship it?\n${choices}`);
  assert.equal(
    questionText(question, [artifact("plan"), artifact("\x1b[2J")]),
    `Ship it?\n  plan: out/plan.md\n  \\e[2J: out/\\e[2J.md\n${choices}`,
  );
  const many = Array.from({ length: 10 }, (_, index) => artifact(`a${index}`));
  assert.match(questionText(question, many), /a7\.md\n {2}and 2 more, see wave artifacts demo-/);
});

Deno.test("gateArtifacts() are those of the steps before the gate, else all", () => {
  const artifact = (stepId: string) => ({
    ...{ runId: "x", stepId, name: stepId, type: null, path: stepId },
    ...{ sizeBytes: 1, sha256: "", createdAt: 0, modifiedAt: 0 },
  });
  const step = (id: string, dependencies: string[]): StepRecord => ({
    ...{ id, dependencies, persona: null, digest: null, attempt: 0, startedAt: null },
    ...{ tokens: ZERO, tokensBefore: ZERO, workspace: null, nonce: null, process: null },
    ...{ warnings: 0, gate: null, visits: 0, edge: null },
    status: "pending",
  });
  const steps = [step("a", []), step("b", ["a"]), step("gate", ["b"]), step("first", [])];
  const all = [artifact("a"), artifact("b")];
  assert.deepEqual(gateArtifacts({ steps }, all, "gate"), [artifact("b")]);
  assert.deepEqual(gateArtifacts({ steps }, [artifact("a")], "gate"), [artifact("a")]);
  assert.deepEqual(gateArtifacts({ steps }, all, "first"), all);
});

/** A terminal on which nobody is, or where these lines are typed. */
function terminal(lines: readonly string[] | null): Context & { readonly shown: string[] } {
  const left = [...lines ?? []];
  const shown: string[] = [];
  const output = {
    write: (text: string) => void shown.push(text),
    send: (text: string) => Promise.resolve(void shown.push(text)),
    isTerminal: true,
    width: 80,
  };
  return {
    shown,
    patience: { graceMs: 0, ownerActsWithinMs: 0 },
    cwd: "/",
    stdout: { ...output, height: 24 },
    stderr: { ...output, height: 24 },
    format: "text",
    color: false,
    quiet: false,
    verbose: false,
    env: () => undefined,
    now: () => 0,
    ask(prompt) {
      if (lines === null) return Promise.resolve(null);
      shown.push(prompt);
      const line = left.shift();
      return line === undefined ? new Promise(() => {}) : Promise.resolve(line);
    },
    signal: new AbortController().signal,
  };
}

/** Waits until so much was shown. */
async function untilShown({ shown }: { readonly shown: readonly string[] }, count: number) {
  while (shown.length < count) await delay(0);
}

async function withPaths(test: (paths: ReturnType<typeof wavePaths>) => Promise<void>) {
  const root = Deno.makeTempDirSync();
  try {
    await test(wavePaths(root));
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("openGates() takes the answer that is typed, and withdraws the question", async () => {
  await withPaths(async (paths) => {
    ensurePrivateDirs(paths);
    const context = terminal(["what?", "r no"]);
    const gates = openGates(paths, new TerminalQuestions(context, { lagMs: 0 }), () => [], "ann");
    const answer = await gates.answer(question, new AbortController().signal);
    assert.deepEqual(answer, { choice: "r", text: "no", by: "ann" });
    assert.deepEqual(waitingSteps(paths, question.runId), []);
    assert.equal(
      context.shown.join(""),
      "\nShip it?\na (Approve, default), r (Reject), revise (Revise); a text may follow\n> " +
        'Cannot take "what?" as an answer: type one of a, r, revise\n> ',
    );
  });
});

Deno.test("openGates() takes the answer of another terminal", async () => {
  await withPaths(async (paths) => {
    ensurePrivateDirs(paths);
    const gates = openGates(paths, new TerminalQuestions(terminal(null)), () => [], "ann");
    const waiting = gates.answer(question, new AbortController().signal);
    assert.deepEqual(openQuestion(paths, question.runId, "review"), question);
    answerGate(gateFile(paths.workspaces, question.runId, "review"), { choice: "r", text: null });
    assert.deepEqual(await waiting, { choice: "r", text: null });
    assert.equal(openQuestion(paths, question.runId, "review"), null);
  });
});

Deno.test("openGates() gives up when it is aborted", async () => {
  await withPaths(async (paths) => {
    ensurePrivateDirs(paths);
    const abort = new AbortController();
    const gates = openGates(paths, new TerminalQuestions(terminal(null)), () => [], "ann");
    const waiting = gates.answer(question, abort.signal);
    abort.abort(new Error("cancelled"));
    await assert.rejects(waiting, /cancelled/);
    assert.deepEqual(waitingSteps(paths, question.runId), []);
  });
});

Deno.test("TerminalQuestions asks one question at a time, and nothing else is printed meanwhile", async () => {
  const context = terminal([]);
  const lines: PromiseWithResolvers<string>[] = [];
  const ask = (prompt: string) => {
    context.shown.push(prompt);
    const line = Promise.withResolvers<string>();
    lines.push(line);
    return line.promise;
  };
  const asking = { ...context, ask };
  const questions = new TerminalQuestions(asking, { lagMs: 0 });
  const log = heldOutput(asking, asking.stdout);
  const { signal } = new AbortController();
  const other = { ...question, stepId: "other", message: "And this?" };
  const first = questions.ask(question, () => [], signal);
  const second = questions.ask(other, () => [], signal);
  await untilShown(context, 1);
  log.write("a log line\n");
  assert.deepEqual([context.shown.length, context.shown[0]?.includes("Ship it?")], [1, true]);
  lines[0]?.resolve("a");
  assert.deepEqual(await first, { choice: "a", text: null });
  await untilShown(context, 3);
  assert.equal(context.shown[1], "a log line\n");
  assert.match(context.shown[2] ?? "", /And this\?/);
  lines[1]?.resolve("r");
  assert.deepEqual(await second, { choice: "r", text: null });
  log.write("the next\n");
  assert.equal(context.shown.at(-1), "the next\n");
});

Deno.test("TerminalQuestions takes a line that was not typed yet for the next question", async () => {
  const context = terminal([]);
  const questions = new TerminalQuestions(context, { lagMs: 0 });
  const answered = new AbortController();
  const first = questions.ask(question, () => [], answered.signal);
  await untilShown(context, 1);
  // Somebody was faster elsewhere.
  answered.abort();
  assert.equal(await first, null);
  assert.equal(context.shown.at(-1), "\n");
  const next = new AbortController();
  const second = questions.ask({ ...question, message: "Next?" }, () => [], next.signal);
  await untilShown(context, 3);
  next.abort();
  assert.equal(await second, null);
  assert.equal(context.shown.filter((text) => text.includes("?")).length, 2);
});
