/** Gates that the command line answers by rule: `--answer` and `--auto-approve`. */
import type { GateAnswer, GateQuestion, GateSource } from "../../executor/api.ts";
import type { RunOptions } from "../../event/run_options.ts";

export type GateRules = Pick<RunOptions, "auto_approve" | "answers">;

/**
 * The answer by rule, or null. What `--answer` says of the gate comes first. `--auto-approve` takes the
 * default, or else the first choice that goes on; never one that fails the run, where there is another.
 */
export function ruledAnswer(
  { stepId, choices, defaultChoice }: Pick<GateQuestion, "stepId" | "choices" | "defaultChoice">,
  { auto_approve, answers = {} }: GateRules,
): GateAnswer | null {
  const named = Object.hasOwn(answers, stepId) ? answers[stepId] : undefined;
  const meant = choices.find(({ key, label }) =>
    [key, label].some((word) => word.toLowerCase() === named?.toLowerCase())
  );
  if (meant !== undefined) return { choice: meant.key, text: null, by: "--answer" };
  if (auto_approve !== true) return null;
  const first =
    choices.find(({ key, target }) => key === defaultChoice && target.kind !== "fail") ??
      choices.find(({ target }) => target.kind === "next") ??
      choices.find(({ target }) => target.kind === "step") ?? choices[0];
  return first === undefined ? null : { choice: first.key, text: null, by: "--auto-approve" };
}

/** The gates of `source`, but for those that a rule answers. */
export function ruledGates(source: GateSource, rules: GateRules): GateSource {
  return {
    answer: (question, signal) => source.answer(question, signal),
    ruled: (question) => ruledAnswer(question, rules),
  };
}
