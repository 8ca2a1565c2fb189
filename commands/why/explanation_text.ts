/** Why a run did not complete, as a person reads it. */
import { optionWords } from "../../event/run_options.ts";
import type { ObservedStep } from "../../state/records/records.ts";
import type { EvidenceLine } from "../causes/evidence.ts";
import type { Explanation } from "../causes/explanation.ts";
import type { Comparison } from "../causes/last_completed.ts";
import type { Attempt } from "../causes/step_attempts.ts";
import type { Context } from "../cli/command.ts";
import { budgetOf, budgetText } from "../output/budget_text.ts";
import { paint } from "../output/color.ts";
import { clockTime } from "../../event/local_time.ts";
import { costCell, formatElapsed, formatUsage, spentText } from "../output/format.ts";
import { safeLine } from "../output/safe_text.ts";
import { tokensOfRun } from "../../state/records/step_use.ts";

/** Longer lines of output are cut; JSON and `logs` have all of them. */
const LONGEST = 400;

function shortened(text: string): string {
  const line = safeLine(text);
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}

function evidenceText({ timestamp, source, stepId, text }: EvidenceLine): string {
  const where = source === "log" ? "" : ` ${source}`;
  const step = stepId === null ? "" : ` ${safeLine(stepId)}`;
  return `  [${clockTime(Date.parse(timestamp))}]${step}${where}: ${shortened(text)}`;
}

function stepText({ record, status, errorMessage }: ObservedStep): string {
  const word = status === "pending" ? "not started" : status;
  const why = errorMessage === null || errorMessage === ""
    ? ""
    : `: ${shortened(errorMessage.split("\n", 1)[0] ?? "")}`;
  return `  ${safeLine(record.id)} ${word}${why}`;
}

function attemptText({ attempt, result, durationMs, message, tokens }: Attempt): string {
  const took = durationMs === null ? "" : ` after ${(durationMs / 1000).toFixed(1)}s`;
  const spent = spentText(tokens);
  const used = spent === null ? "" : `, ${spent}`;
  const why = message === "" ? "" : `: ${shortened(message.split("\n", 1)[0] ?? "")}`;
  return `  ${attempt}. ${result}${took}${used}${why}`;
}

/** Null where both read the same. */
function instead(now: string, before: string, unit: string): string | null {
  return now === before ? null : `${now}${unit} instead of ${before}`;
}

function costInstead({ now, before }: Comparison["tokens"]): string | null {
  const text = instead(costCell(now), costCell(before), "");
  return text === null ? null : `cost ${text}`;
}

function changes(comparison: Comparison): string[] {
  const found = changesOf(comparison);
  return (found.length === 0 ? ["nothing differs that is recorded"] : found).map((line) =>
    `  ${line}`
  );
}

function changesOf(comparison: Comparison): string[] {
  const { changed, added, removed, inputChanged, options, agents, duration, tokens } = comparison;
  const list = (steps: readonly string[]) => steps.map(safeLine).join(", ");
  return [
    changed.length === 0 ? null : `changed since: the definition of ${list(changed)}`,
    added.length === 0 ? null : `new since: ${list(added)}`,
    removed.length === 0 ? null : `no longer there: ${list(removed)}`,
    inputChanged ? "another input" : null,
    ...chosenInstead(options),
    ...agents.map(({ stepId, what, before, now }) =>
      `another ${what} at ${safeLine(stepId)}: ${safeLine(now)} instead of ${safeLine(before)}`
    ),
    instead(formatElapsed(duration.now), formatElapsed(duration.before), ""),
    instead(formatUsage(tokens.now), formatUsage(tokens.before), " tokens"),
    costInstead(tokens),
  ].filter((line) => line !== null);
}

function chosenInstead({ before, now }: Comparison["options"]): string[] {
  const [was, is] = [optionWords(before).join(" "), optionWords(now).join(" ")];
  const none = "no options";
  return was === is ? [] : [`${safeLine(is || none)} instead of ${safeLine(was || none)}`];
}

/** Lines with a head of their own; nothing where there are none. */
function section(bold: (text: string) => string, head: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${bold(`${head}:`)}\n${lines.join("\n")}\n`;
}

/** How the attempts went: of a single one the sentence has told. */
function attemptLines({ attempts, attemptDifference }: Explanation): string[] {
  if (attempts.length < 2) return [];
  const same = attemptDifference === "same" ? ["  all failed the same way"] : [];
  return [...attempts.map(attemptText), ...same];
}

function budgetLines({ story: { run } }: Explanation): string[] {
  const budget = budgetOf(run.record, run.elapsedMs);
  return budget === null ? [] : [`  ${budgetText(budget)}`];
}

/** With a newline at the end. */
export function explanationText(
  explanation: Explanation,
  { color }: Pick<Context, "color">,
): string {
  const { story, sentence, evidence, consequences, otherFailures, lastCompleted } = explanation;
  const spent = spentText(tokensOfRun(story.run.record));
  const bold = (text: string) => paint(color, "bold", text);
  const told = paint(color && explanation.cause !== null, "red", safeLine(sentence));
  const id = safeLine(story.run.record.id);
  const head = sentence.startsWith(`${id} `) ? told : `${id}: ${told}`;
  return `${head}\n` +
    section(bold, "shown by", evidence.map(evidenceText)) +
    section(bold, "only because of it", consequences.map(stepText)) +
    section(bold, "failed by itself", otherFailures.map(stepText)) +
    section(bold, "attempts", attemptLines(explanation)) +
    section(bold, "budget", budgetLines(explanation)) +
    (lastCompleted === null ? "" : section(
      bold,
      `compared with ${safeLine(lastCompleted.runId)}, which completed`,
      changes(lastCompleted),
    )) +
    (spent === null ? "" : `${bold("used:")} ${spent}\n`) +
    `${bold("next:")} ${explanation.next}\n`;
}
