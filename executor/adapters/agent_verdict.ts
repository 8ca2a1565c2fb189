/** What the interpreters share: tokens, texts and failures in one form. */
import type { Tokens } from "../../event/event.ts";
import { describeExit, type StepExit } from "../processes/exit.ts";
import type { Verdict } from "./adapter.ts";
import { type JsonObject, textAt } from "./json_line.ts";

/** Longest final answer that is kept, in UTF-16 units. */
export const MAX_TEXT = 1 << 20;
const MAX_SUMMARY = 200;
/** Names of the argument that describes a tool call best, in order of preference. */
const TELLING = ["command", "cmd", "file_path", "filePath", "path", "pattern", "query", "url"];

export function tokensOf(input: number, output: number): Tokens {
  return { input, output, total: input + output };
}

/** Null when the program ended well; otherwise how it ended and the end of its stderr. */
export function exitError(exit: StepExit): string | null {
  if (exit.kind === "success") return null;
  const tail = exit.stderrTail.trim().split("\n").slice(-3).join("\n");
  return tail === "" ? describeExit(exit) : `${describeExit(exit)}: ${tail}`;
}

/** Of an agent whose program ended before its result was read; `known` is what was read before. */
export function withoutResult(exit: StepExit, known: Partial<Verdict> = {}): Verdict {
  const { text = "", error = null, tokens = null, ...rest } = known;
  const reason = error ?? exitError(exit) ?? "ended without a result";
  // What ends by itself before it says anything has asked no model.
  const began = text !== "" || tokens !== null || exit.kind !== "exit_code";
  return { ...rest, text, error: reason, tokens, ...began ? { unreported: true } : {} };
}

/** The arguments that give an option a value; none without a value. */
export function option(name: string, value: string | null): string[] {
  return value === null ? [] : [name, value];
}

/** One line for a person about a tool call; {@linkcode shortened} makes it as short as it is recorded. */
export function callSummary(args: JsonObject): string {
  const key = TELLING.find((name) => textAt(args, name) !== "");
  const text = key === undefined ? Object.keys(args).join(", ") : textAt(args, key);
  return text.replaceAll(/\s+/g, " ").trim();
}

export function shortened(line: string): string {
  return line.length > MAX_SUMMARY ? `${line.slice(0, MAX_SUMMARY - 1)}…` : line;
}

/** A persona's prompt before the task, for agents that take no system prompt by themselves. */
export function withSystemPrompt(systemPrompt: string | null, prompt: string): string {
  return systemPrompt === null ? prompt : `${systemPrompt}\n\n${prompt}`;
}
