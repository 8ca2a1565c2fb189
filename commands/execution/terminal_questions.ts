/** The questions of gates on the terminal of the run. */
import { delay } from "../../event/delay.ts";
import type { GateAnswer, GateQuestion } from "../../executor/api.ts";
import type { ArtifactRecord } from "../../state/records/records.ts";
import type { Context } from "../cli/command.ts";
import { holdOutput } from "../output/held_output.ts";
import { safeText } from "../output/safe_text.ts";
import { choiceOf, questionText } from "./gate_wording.ts";

/** What led to a question is printed when the database has it, a tenth of a second later at most. */
const LAG_MS = 200;

/** Asks on the terminal: one question at a time, and while it stands nothing else is printed. */
export class TerminalQuestions {
  readonly #context: Context;
  /** Ends when the question before is done. */
  #turn: Promise<void> = Promise.resolve();
  /** A line that was asked for and not typed yet: it answers the next question. */
  #typing: Promise<string | null> | null = null;

  readonly #lagMs: number;

  constructor(context: Context, { lagMs = LAG_MS }: { readonly lagMs?: number } = {}) {
    this.#context = context;
    this.#lagMs = lagMs;
  }

  /** The answer that is typed; null where there is no terminal, or `signal` aborts first. */
  async ask(
    question: GateQuestion,
    artifacts: () => readonly ArtifactRecord[],
    signal: AbortSignal,
  ): Promise<GateAnswer | null> {
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    await before;
    try {
      await delay(this.#lagMs, signal);
      using _hold = await holdOutput(this.#context);
      return await this.#converse(question, questionText(question, artifacts()), signal);
    } finally {
      turn.resolve();
    }
  }

  async #converse(
    question: GateQuestion,
    text: string,
    signal: AbortSignal,
  ): Promise<GateAnswer | null> {
    const keys = question.choices.map(({ key }) => key).join(", ");
    let prompt = `\n${text}\n> `;
    while (!signal.aborted) {
      const line = await this.#line(prompt, signal);
      if (line === null) return null;
      const answer = choiceOf(question, line);
      if (answer !== null) return answer;
      prompt = safeText(`Cannot take "${line}" as an answer: type one of ${keys}\n> `);
    }
    return null;
  }

  async #line(prompt: string, signal: AbortSignal): Promise<string | null> {
    if (this.#typing === null) this.#typing = this.#context.ask(prompt);
    else this.#context.stderr.write(prompt);
    const line = await Promise.race([this.#typing, abortion(signal)]);
    if (line === ABORTED) {
      // What comes next stands on a line of its own.
      this.#context.stderr.write("\n");
      return null;
    }
    this.#typing = null;
    return line;
  }
}

const ABORTED = Symbol("aborted");

function abortion(signal: AbortSignal): Promise<typeof ABORTED> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(ABORTED);
    else signal.addEventListener("abort", () => resolve(ABORTED), { once: true });
  });
}
