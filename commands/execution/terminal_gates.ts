/** Answers the gates of a run: from its terminal, or from `wave approve` in another one. */
import { fileGates } from "../../executor/composition/gate_answers.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import type { Context } from "../cli/command.ts";
import { postQuestion, withdrawQuestion } from "./gate_questions.ts";
import { safeText } from "../output/safe_text.ts";
import type { GateAnswer, GateQuestion, GateSource } from "../../executor/api.ts";

/** The choice that a typed line means: its key, its label, its place or a unique beginning; or null. */
export function choiceOf(question: GateQuestion, line: string): GateAnswer | null {
  const [word = "", ...rest] = line.trim().split(/\s+/);
  if (word === "") {
    const { defaultChoice } = question;
    return defaultChoice === null ? null : { choice: defaultChoice, text: null };
  }
  const typed = word.toLowerCase();
  const exact = question.choices.filter(({ key, label }) =>
    key.toLowerCase() === typed || label.toLowerCase() === typed
  );
  const begins = question.choices.filter(({ key, label }) =>
    key.toLowerCase().startsWith(typed) || label.toLowerCase().startsWith(typed)
  );
  const [choice, another] = exact.length > 0 ? exact : begins;
  if (choice === undefined || another !== undefined) return null;
  const text = question.freeform && rest.length > 0 ? rest.join(" ") : null;
  return { choice: choice.key, text };
}

/** What a gate asks, for a person. */
export function questionText(question: GateQuestion): string {
  const choices = question.choices.map(({ key, label }) =>
    `${key}${label === key ? "" : ` (${label})`}${key === question.defaultChoice ? " *" : ""}`
  ).join(", ");
  return safeText(`${question.message}\n${choices}${question.freeform ? ", and a text" : ""}`);
}

/** The gates of a run that this process executes. */
export function openGates(context: Context, paths: WavePaths): GateSource {
  // A line that was asked for and not typed yet is the answer to the next question.
  let typing: Promise<string | null> | null = null;
  const typed = async (question: GateQuestion): Promise<GateAnswer> => {
    while (true) {
      context.stderr.write(`${questionText(question)}\n`);
      typing ??= context.ask("> ");
      const line = await typing;
      typing = null;
      // No terminal: the answer comes from elsewhere.
      if (line === null) return new Promise<GateAnswer>(() => {});
      const answer = choiceOf(question, line);
      if (answer !== null) return answer;
    }
  };
  const posted = fileGates(paths.workspaces);
  return {
    async answer(question, signal) {
      signal.throwIfAborted();
      postQuestion(paths, question);
      const done = new AbortController();
      try {
        const both = AbortSignal.any([signal, done.signal]);
        return await Promise.race([typed(question), posted.answer(question, both)]);
      } finally {
        done.abort();
        withdrawQuestion(paths, question);
      }
    },
  };
}
