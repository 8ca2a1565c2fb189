/** All that is known of why a run did not complete (contract, section 10, `why`). */
import type { ObservedStep } from "../../state/records/records.ts";
import { type EvidenceLine, evidenceOf } from "./evidence.ts";
import { type Cause, firstCause } from "./first_cause.ts";
import { consequencesOf } from "./consequences.ts";
import { compareRuns, type Comparison } from "./last_completed.ts";
import { nextCommand } from "./next_command.ts";
import { type Attempt, attemptDifference, attemptsOf } from "./step_attempts.ts";
import type { RunStory } from "./run_story.ts";

export interface Explanation {
  readonly story: RunStory;
  readonly cause: Cause | null;
  /** One sentence, untrusted text in it. */
  readonly sentence: string;
  readonly evidence: readonly EvidenceLine[];
  /** What failed, was skipped or did not start only because of the cause. */
  readonly consequences: readonly ObservedStep[];
  /** What failed by itself beside the cause. */
  readonly otherFailures: readonly ObservedStep[];
  /** Of the step in which the cause lies. */
  readonly attempts: readonly Attempt[];
  readonly attemptDifference: "same" | "different" | null;
  readonly lastCompleted: Comparison | null;
  /** As it is to be typed. */
  readonly next: string;
}

/** A sentence holds no more of what others wrote. */
const LONGEST = 300;

/** The first line of a message, and what of it belongs to a sentence. */
function firstLine(message: string): string {
  const line = message.split("\n").find((each) => each.trim() !== "")?.trim() ?? "";
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
}

function withoutCause({ run }: RunStory): string {
  const { id, currentSteps } = run.record;
  const waiting = run.steps.find((step) => step.waiting);
  if (run.status === "completed") return `${id} completed`;
  if (waiting !== undefined) return `${id} waits for an answer at step ${waiting.record.id}`;
  const where = currentSteps.length === 0 ? "" : ` at ${currentSteps.join(", ")}`;
  const unsure = run.liveness === "alive" ? "" : ` (${run.liveness})`;
  return `${id} is running${where}${unsure}, and nothing of it has failed`;
}

function sentenceOf(story: RunStory, cause: Cause | null): string {
  if (cause === null) return withoutCause(story);
  const { id } = story.run.record;
  const { step, message } = cause;
  const inner = cause.story.run.record.id;
  const within = inner === id ? "" : ` of the inner run ${inner}`;
  const why = firstLine(message);
  if (step !== null) {
    const verb = step.status === "retrying" ? "is being tried again" : "failed";
    return `step ${step.record.id}${within} ${verb}${why === "" ? "" : `: ${why}`}`;
  }
  const run = inner === id ? id : `the inner run ${inner}`;
  // The message of a cancelled run says it itself: "cancelled by Ctrl-C".
  if (cause.kind === "cancelled" && why.startsWith("cancelled ")) return `${run} was ${why}`;
  const verb = cause.kind === "cancelled" ? "was cancelled" : "failed";
  return `${run} ${verb}${why === "" ? "" : `: ${why}`}`;
}

/** `before`: the story of the last run of the pipeline that completed, if there is one. */
export function explain(story: RunStory, before: RunStory | null): Explanation {
  const cause = firstCause(story);
  const attempts = cause === null || cause.step === null
    ? []
    : attemptsOf(cause.story, cause.step.record.id);
  return {
    story,
    cause,
    sentence: sentenceOf(story, cause),
    evidence: cause === null ? [] : evidenceOf(cause),
    ...consequencesOf(story, cause),
    attempts,
    attemptDifference: attemptDifference(attempts),
    lastCompleted: before === null ? null : compareRuns(story, before),
    next: nextCommand(story),
  };
}
