/** The attempts of a step, as its log tells them, and what differed between them. */
import type { RunEvent, Tokens } from "../../event/event.ts";
import { isTokens } from "../../event/codec.ts";
import { NO_TOKENS } from "../../event/tokens.ts";
import type { RunStory } from "./run_story.ts";

export interface Attempt {
  readonly attempt: number;
  readonly startedAt: number;
  /** Null while it runs, and of one that nobody saw end. */
  readonly durationMs: number | null;
  readonly result: "running" | "completed" | "failed" | "cancelled" | "skipped";
  readonly message: string;
  readonly exitCode: number | null;
  readonly tokens: Tokens;
}

/** The attempt that an entry is of; of a step's entry without a number its first. */
export function attemptOf(event: RunEvent): number {
  return event.attempt ?? 1;
}

function resultOf(event: RunEvent): Attempt["result"] | null {
  const { state } = event;
  switch (state) {
    case "completed":
    case "failed":
    case "cancelled":
    case "skipped":
      return state;
    case "retrying":
      // A usage limit is no failure.
      return event.data.usage_limit === undefined ? "failed" : "cancelled";
    default:
      return null;
  }
}

function exitCodeOf(event: RunEvent): number | null {
  const ended = event.step_id !== null &&
    (event.state === "failed" || event.state === "completed" || event.state === "cancelled");
  return ended ? event.data.exit_code ?? null : null;
}

/** An older trace tells of a failed attempt that was followed by another the total alone. */
function tokensOf(event: RunEvent): Tokens {
  if (event.step_id !== null && event.data !== undefined) {
    const told: unknown = "tokens" in event.data ? event.data.tokens : undefined;
    if (isTokens(told)) return told;
  }
  const total = event.tokens_used;
  return { input: total, output: 0, total };
}

/** The message of the last attempt, without what it says of those before it. */
function ownMessage(message: string): string {
  return message.replace(/ \((?:attempt \d+ of \d+[;)][^]*|in each of \d+ attempts\))$/, "");
}

/** Oldest first. */
export function attemptsOf({ entries, run }: RunStory, stepId: string): readonly Attempt[] {
  const attempts = new Map<number, Attempt>();
  for (const event of entries) {
    if (event.step_id !== stepId) continue;
    const attempt = attemptOf(event);
    const at = Date.parse(event.timestamp);
    if (event.state === "running") {
      const told = { result: "running", message: "", exitCode: null, tokens: NO_TOKENS } as const;
      attempts.set(attempt, { attempt, startedAt: at, durationMs: null, ...told });
      continue;
    }
    const result = resultOf(event);
    const begun = attempts.get(attempt);
    if (result === null || begun === undefined) continue;
    attempts.set(attempt, {
      ...begun,
      result,
      durationMs: event.duration_ms ?? Math.max(0, at - begun.startedAt),
      message: ownMessage(event.message),
      exitCode: exitCodeOf(event),
      tokens: tokensOf(event),
    });
  }
  const step = run.steps.find(({ record }) => record.id === stepId);
  return [...attempts.values()].map((each) =>
    // Of an interrupted run the end is not in the log.
    each.result === "running" && step?.status === "failed" && each.attempt === step.record.attempt
      ? { ...each, result: "failed", message: step.errorMessage ?? "" }
      : each
  );
}

/** What differs between the failed attempts: nothing is told of a single one. */
export function attemptDifference(attempts: readonly Attempt[]): "same" | "different" | null {
  const failed = attempts.filter(({ result }) => result === "failed");
  if (failed.length < 2) return null;
  return new Set(failed.map(({ message }) => message)).size === 1 ? "same" : "different";
}
