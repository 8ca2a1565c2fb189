/** All that is known of why a run did not complete (contract, section 10, `why`). */
import type { ObservedStep } from "../../state/records/records.ts";
import { STEP_INTERRUPTION } from "../../state/live/liveness.ts";
import { NOT_CHOSEN } from "../../executor/planning/choose_steps.ts";
import { type EvidenceLine, evidenceOf } from "./evidence.ts";
import { type Cause, firstCause } from "./first_cause.ts";
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

/** The steps that depend on what did not complete, and those that did not start, apart from the cause's. */
function othersOf({ run }: RunStory, cause: Cause | null) {
  if (cause === null) return { consequences: [], otherFailures: [] };
  const outer = cause.story.run === run ? cause.step : null;
  // Of an inner cause each step of this run that did not complete is a consequence or failed by itself.
  const affected = new Set(outer === null ? [] : [outer.record.id]);
  for (let size = -1; size !== affected.size;) {
    size = affected.size;
    for (const { record } of run.steps) {
      if (record.dependencies.some((id) => affected.has(id))) affected.add(record.id);
    }
  }
  const left = run.steps.filter((step) =>
    step !== outer && step.status !== "completed" && step.errorMessage !== NOT_CHOSEN
  );
  const own = (step: ObservedStep) =>
    step.status === "failed" && !affected.has(step.record.id) && !isCaused(step, cause);
  return {
    consequences: left.filter((step) => !own(step)),
    otherFailures: left.filter(own),
  };
}

/** True when the step failed by what is the cause: that ended it, or lies in the loop or run that it ran. */
function isCaused(step: ObservedStep, cause: Cause): boolean {
  const { step: caused, story } = cause;
  const message = step.errorMessage ?? "";
  const { id, parent } = story.run.record;
  const inLoop = caused !== null && message.includes(`step ${caused.record.id} failed: `);
  if (cause.kind === "interrupted" && message === STEP_INTERRUPTION) return true;
  return inLoop || parent?.stepId === step.record.id || message.includes(`(${id})`);
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
    ...othersOf(story, cause),
    attempts,
    attemptDifference: attemptDifference(attempts),
    lastCompleted: before === null ? null : compareRuns(story, before),
    next: nextCommand(story),
  };
}
