import assert from "node:assert/strict";
import { ruledAnswer } from "../../../commands/execution/ruled_gates.ts";
import type { GateChoice } from "../../../executor/language/model/pipeline.ts";

const choice = (key: string, kind: "next" | "fail" | "step"): GateChoice => ({
  ...{ key, label: key.toUpperCase() },
  target: kind === "step" ? { kind, step: "draft" } : { kind },
});
const ASKED = {
  stepId: "ship",
  choices: [choice("no", "fail"), choice("again", "step"), choice("yes", "next")],
  defaultChoice: null,
};

Deno.test("ruledAnswer() takes --answer first, then what --auto-approve means", () => {
  const by = "--auto-approve";
  const cases: [object, object, { choice: string; by: string } | null][] = [
    [{}, {}, null],
    [{}, { answers: { other: "no" } }, null],
    [{}, { answers: { ship: "NO" }, auto_approve: true }, { choice: "no", by: "--answer" }],
    [{}, { answers: { ship: "nothing" } }, null],
    [{}, { auto_approve: true }, { choice: "yes", by }],
    [{ defaultChoice: "again" }, { auto_approve: true }, { choice: "again", by }],
    [{ defaultChoice: "no" }, { auto_approve: true }, { choice: "yes", by }],
    [{ choices: ASKED.choices.slice(0, 2) }, { auto_approve: true }, { choice: "again", by }],
    [{ choices: ASKED.choices.slice(0, 1) }, { auto_approve: true }, { choice: "no", by }],
  ];
  for (const [parts, rules, expected] of cases) {
    const answer = ruledAnswer({ ...ASKED, ...parts }, rules);
    assert.deepEqual(answer, expected === null ? null : { ...expected, text: null });
  }
});
