/** A gate's question as a person reads it, and the answer that a person types. */
import type { GateAnswer, GateQuestion } from "../../executor/api.ts";
import type { ArtifactRecord } from "../../state/records/records.ts";
import { safeText } from "../output/safe_text.ts";

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

/** So many artifacts are named; the rest are counted. */
const SHOWN = 8;

/** What a gate asks, for a person: what it is about, and the choices last. */
export function questionText(
  question: GateQuestion,
  artifacts: readonly ArtifactRecord[] = [],
): string {
  const shown = artifacts.slice(0, SHOWN).map(({ name, path }) => `  ${name}: ${path}\n`).join("");
  const more = artifacts.length - SHOWN;
  const rest = more > 0 ? `  and ${more} more, see wave artifacts ${question.runId}\n` : "";
  const choices = question.choices.map(({ key, label }) => {
    const notes = [
      ...label === key ? [] : [label],
      ...key === question.defaultChoice ? ["default"] : [],
    ];
    return notes.length === 0 ? key : `${key} (${notes.join(", ")})`;
  }).join(", ");
  const text = question.freeform ? "; a text may follow" : "";
  return safeText(`${question.message}\n${shown}${rest}${choices}${text}`);
}
