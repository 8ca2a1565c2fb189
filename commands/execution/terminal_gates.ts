/** Answers the gates of a run: from its terminal, or from `wave approve` in another one. */
import { fileGates } from "../../executor/composition/gate_answers.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import { postQuestion, withdrawQuestion } from "./gate_questions.ts";
import type { GateAnswer, GateQuestion, GateSource } from "../../executor/api.ts";
import type { ArtifactRecord } from "../../state/records/records.ts";
import type { TerminalQuestions } from "./terminal_questions.ts";

/** The gates of a run that this process executes. `artifactsOf` tells what a gate's question is about, `user` who sits at the terminal. */
export function openGates(
  paths: WavePaths,
  terminal: TerminalQuestions,
  artifactsOf: (stepId: string) => readonly ArtifactRecord[],
  user: string,
): GateSource {
  const typed = async (question: GateQuestion, signal: AbortSignal): Promise<GateAnswer> => {
    const answer = await terminal.ask(question, () => artifactsOf(question.stepId), signal);
    if (answer !== null) return { ...answer, by: user };
    // Nothing was typed: the answer comes from elsewhere.
    return await new Promise<GateAnswer>(() => {});
  };
  const posted = fileGates(paths.workspaces);
  return {
    async answer(question, signal) {
      signal.throwIfAborted();
      postQuestion(paths, question);
      const done = new AbortController();
      try {
        const both = AbortSignal.any([signal, done.signal]);
        return await Promise.race([typed(question, both), posted.answer(question, both)]);
      } finally {
        done.abort();
        withdrawQuestion(paths, question);
      }
    },
  };
}
