import assert from "node:assert/strict";
import { choiceOf, openGates } from "../../../commands/execution/terminal_gates.ts";
import { openQuestion } from "../../../commands/execution/gate_questions.ts";
import type { Context } from "../../../commands/cli/command.ts";
import { answerGate, gateFile } from "../../../executor/composition/gate_answers.ts";
import { waitingSteps } from "../../../state/live/waiting_gates.ts";
import { ensurePrivateDirs, wavePaths } from "../../../state/records/wave_paths.ts";
import type { GateQuestion } from "../../../executor/api.ts";

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

/** A terminal on which nobody is, or where these lines are typed. */
function terminal(lines: readonly string[] | null): Context & { readonly shown: string[] } {
  const left = [...lines ?? []];
  const shown: string[] = [];
  const output = { write: (text: string) => void shown.push(text), isTerminal: true, width: 80 };
  return {
    shown,
    cwd: "/",
    stdout: { ...output, height: 24 },
    stderr: { ...output, height: 24 },
    format: "text",
    color: false,
    quiet: false,
    verbose: false,
    env: () => undefined,
    now: () => 0,
    ask: () => lines === null ? Promise.resolve(null) : Promise.resolve(left.shift() ?? ""),
    signal: new AbortController().signal,
  };
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
    const gates = openGates(context, paths);
    const answer = await gates.answer(question, new AbortController().signal);
    assert.deepEqual(answer, { choice: "r", text: "no" });
    assert.deepEqual(waitingSteps(paths, question.runId), []);
    assert.match(context.shown.join(""), /Ship it\?\na \(Approve\) \*, r \(Reject\)/);
  });
});

Deno.test("openGates() takes the answer of another terminal", async () => {
  await withPaths(async (paths) => {
    ensurePrivateDirs(paths);
    const gates = openGates(terminal(null), paths);
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
    const gates = openGates(terminal(null), paths);
    const waiting = gates.answer(question, abort.signal);
    abort.abort(new Error("cancelled"));
    await assert.rejects(waiting, /cancelled/);
    assert.deepEqual(waitingSteps(paths, question.runId), []);
  });
});
