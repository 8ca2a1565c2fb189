/** The lines of log and output that show a cause. */
import type { OutputWritten, RunEvent } from "../../event/event.ts";
import type { Cause } from "./first_cause.ts";
import { attemptOf } from "./step_attempts.ts";
import type { RunStory } from "./run_story.ts";

export interface EvidenceLine {
  readonly runId: string;
  readonly stepId: string | null;
  readonly seq: number;
  /** RFC 3339 UTC. */
  readonly timestamp: string;
  readonly source: "log" | "stdout" | "stderr";
  readonly text: string;
}

/** No more lines than a person takes in. */
const MOST = 10;
const MOST_ENTRIES = 5;
const MOST_OUTPUT = 6;

function linesOf(event: RunEvent, source: EvidenceLine["source"], text: string): EvidenceLine[] {
  const { run_id: runId, step_id: stepId, seq, timestamp } = event;
  return text.split("\n").filter((line) => line.trim() !== "")
    .map((line) => ({ runId, stepId, seq, timestamp, source, text: line.trimEnd() }));
}

/** What the step's last attempt wrote last: to stderr, or where that is silent to stdout. */
function outputLines(story: RunStory, stepId: string, attempt: number): EvidenceLine[] {
  const written = story.output(stepId).filter((event) => attemptOf(event) === attempt);
  const of = (stream: OutputWritten["data"]["stream"]) =>
    written.filter(({ data }) => data.stream === stream)
      .flatMap((event) => linesOf(event, stream, event.message))
      // The stream of an agent's program is for programs.
      .filter(({ text }) => !/^\s*\{.*\}\s*$/.test(text))
      .slice(-MOST_OUTPUT);
  const errors = of("stderr");
  return errors.length > 0 ? errors : of("stdout");
}

/** Entries that tell why: violated contracts, warnings, the failure itself. */
function tells({ state }: RunEvent): boolean {
  return state === "contract_failed" || state === "warning" || state === "failed" ||
    state === "cancelling" || state === "cancelled" || state === "retrying";
}

function entryLines(
  { entries }: RunStory,
  stepId: string | null,
  attempt: number | null,
): EvidenceLine[] {
  return entries
    .filter((event) =>
      event.step_id === stepId && tells(event) && (attempt === null || attemptOf(event) === attempt)
    )
    .flatMap((event) => linesOf(event, "log", event.message).slice(0, MOST_ENTRIES))
    .slice(-MOST_ENTRIES);
}

/** At most 10 lines, in the order in which they were recorded. */
export function evidenceOf({ story, step }: Cause): readonly EvidenceLine[] {
  const steps = step === null
    // What was running when the run as a whole was ended.
    ? story.run.steps.filter(({ record, status }) =>
      story.run.record.currentSteps.includes(record.id) && status !== "completed"
    )
    : [step];
  const lines = step === null
    ? entryLines(story, null, null)
    : entryLines(story, step.record.id, step.record.attempt);
  const room = MOST - lines.length;
  const share = Math.max(1, Math.floor(room / Math.max(1, steps.length)));
  const output = steps.flatMap(({ record }) =>
    outputLines(story, record.id, record.attempt).slice(-share)
  ).slice(-room);
  return [...lines, ...output].toSorted((a, b) => a.seq - b.seq);
}
