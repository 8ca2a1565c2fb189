/** What kind of failure it was, by the words and entries that the program itself records for each. */
import type { ObservedStep } from "../../state/records/records.ts";
import { attemptOf } from "./step_attempts.ts";
import type { RunStory } from "./run_story.ts";

export const CAUSE_KINDS = [
  "script",
  "agent",
  "missing_artifact",
  "contract",
  "time_limit",
  "silence",
  "budget",
  "usage_limit",
  "refused_tool",
  "cancelled",
  "interrupted",
  "inner_run",
  "other",
] as const;

export type CauseKind = (typeof CAUSE_KINDS)[number];

/** In the order in which they are looked for: the first cause of an end wins, and stands first. */
const WORDS: readonly (readonly [CauseKind, RegExp])[] = [
  ["interrupted", /^interrupted\b/],
  ["contract", /^contract \S+ failed: /],
  ["missing_artifact", /^declared artifacts? (?:is|are) missing: /],
  ["time_limit", /^(?:the run's )?time limit of \S+ (?:is )?reached/],
  ["silence", /^no output for \S+|^the agent said nothing for /],
  ["budget", /\bbudget\b|^(?:over|past) the limit of \$/i],
  ["usage_limit", /\b429\b|usage limit|rate.?limit|overloaded/i],
  ["inner_run", /^pipeline \S+ (?:failed|was cancelled)\b/],
];

/** Entries by which the program tells that a tool call was refused. */
function wasRefused(story: RunStory, step: ObservedStep): boolean {
  const { attempt } = step.record;
  return story.entries.some((event) =>
    event.state === "warning" && event.step_id === step.record.id &&
    attemptOf(event) === attempt &&
    (event.data?.["refused"] !== undefined || /\b(?:refused|denied)\b/i.test(event.message))
  );
}

/** `step` null: it befell the run as a whole. `message` is what was recorded of it. */
export function kindOf(
  story: RunStory,
  step: ObservedStep | null,
  message: string,
): CauseKind {
  const { run } = story;
  if (step === null && run.liveness === "interrupted") return "interrupted";
  if (step === null && run.status === "cancelled") return "cancelled";
  const told = WORDS.find(([, words]) => words.test(message))?.[0];
  // What a tool could not do may be why something is missing; the message stays the fact.
  const refused = step !== null && (told === undefined || told === "missing_artifact") &&
    wasRefused(story, step);
  if (refused) return "refused_tool";
  if (told !== undefined) return told;
  if (step === null) return "other";
  if (step.record.persona !== null) return "agent";
  return /^(?:exit code \d+|ended by \S+)/.test(message) ? "script" : "other";
}
