import assert from "node:assert/strict";
import { dirname } from "@std/path";
import { answerGate, fileGates, gateFile } from "../../../executor/composition/gate_answers.ts";

const QUESTION = {
  runId: "demo-1",
  stepId: "ask",
  message: "Go on?",
  choices: [{ key: "y", label: "Yes", target: { kind: "next" } }],
  defaultChoice: null,
  freeform: false,
} as const;
const ANSWER = { choice: "y", text: null };

/** How often `act` looks at files. */
async function looks(act: () => Promise<void>): Promise<number> {
  const { lstatSync } = Deno;
  let count = 0;
  Deno.lstatSync = (path) => {
    // A gate that spins gives no timer its turn.
    if (++count > 1_000) throw new Error("it looks again and again");
    return lstatSync(path);
  };
  try {
    await act();
  } finally {
    Deno.lstatSync = lstatSync;
  }
  return count;
}

const IN_THE_WAY: Readonly<Record<string, (file: string) => void>> = {
  "a folder": (file) => Deno.mkdirSync(file),
  "a link to nothing": (file) => Deno.symlinkSync("/nonexistent", file),
  "a link to a file": (file) => {
    Deno.writeTextFileSync(`${file}.other`, JSON.stringify(ANSWER));
    Deno.symlinkSync(`${file}.other`, file);
  },
};

for (const [what, put] of Object.entries(IN_THE_WAY)) {
  Deno.test(`a gate waits quietly while ${what} stands in the place of its answer`, async () => {
    const workspaces = await Deno.makeTempDir();
    const file = gateFile(workspaces, QUESTION.runId, QUESTION.stepId);
    await Deno.mkdir(dirname(file), { recursive: true });
    put(file);
    const gates = fileGates(workspaces);
    const seen = await looks(async () => {
      const limit = AbortSignal.timeout(300);
      await assert.rejects(gates.answer(QUESTION, limit), { name: "TimeoutError" });
    });
    assert(seen < 20, `it looked ${seen} times in 300 ms`);
    assert.throws(() => answerGate(file, ANSWER), { code: "gate_blocked" });
    await Deno.remove(file, { recursive: true });
    answerGate(file, ANSWER);
    assert.throws(() => answerGate(file, ANSWER), { code: "gate_answered" });
    assert.deepEqual(await gates.answer(QUESTION, AbortSignal.timeout(20_000)), ANSWER);
    await Deno.remove(workspaces, { recursive: true });
  });
}

Deno.test("an answer that is none of the choices is used up, and the next one counts", async () => {
  const workspaces = await Deno.makeTempDir();
  const file = gateFile(workspaces, QUESTION.runId, QUESTION.stepId);
  answerGate(file, { choice: "n", text: null });
  const answer = fileGates(workspaces).answer(QUESTION, AbortSignal.timeout(20_000));
  answerGate(file, ANSWER);
  assert.deepEqual(await answer, ANSWER);
  await Deno.remove(workspaces, { recursive: true });
});

Deno.test("a gate is answered although a file beside the answer has no readable name", async () => {
  const workspaces = await Deno.makeTempDir();
  const file = gateFile(workspaces, QUESTION.runId, QUESTION.stepId);
  await Deno.mkdir(dirname(file), { recursive: true });
  const answer = fileGates(workspaces).answer(QUESTION, AbortSignal.timeout(20_000));
  const script = String.raw`touch "$1/$(printf 'bad\377')"`;
  const { success } = await new Deno.Command("sh", { args: ["-c", script, "sh", dirname(file)] })
    .output();
  assert(success);
  answerGate(file, ANSWER);
  assert.deepEqual(await answer, ANSWER);
  await Deno.remove(workspaces, { recursive: true });
});
