/** An explanation as JSON: the same in `why` and in a report. */
import type { ObservedStep } from "../../state/records/records.ts";
import { budgetJson, budgetOf } from "../output/budget_text.ts";
import { isoTime } from "../output/format.ts";
import { runSummaryJson, usageJson } from "../output/run_json.ts";
import type { Comparison } from "./last_completed.ts";
import type { Explanation } from "./explanation.ts";

function stepsJson(steps: readonly ObservedStep[]) {
  return steps.map(({ record, status, errorMessage }) => ({
    step_id: record.id,
    status,
    reason: errorMessage,
  }));
}

function comparisonJson(
  { runId, changed, added, removed, inputChanged, options, agents, duration, tokens }: Comparison,
) {
  return {
    run_id: runId,
    changed_steps: changed,
    added_steps: added,
    removed_steps: removed,
    input_changed: inputChanged,
    options_before: options.before,
    options_now: options.now,
    agents: agents.map(({ stepId, what, before, now }) => ({
      ...{ step_id: stepId, what: what.replaceAll(" ", "_"), before, now },
    })),
    duration_ms: duration,
    total_tokens: { before: tokens.before.total, now: tokens.now.total },
    cost: { before: usageJson(tokens.before), now: usageJson(tokens.now) },
  };
}

/** Without `schema_version` and the source. */
export function explanationJson(explanation: Explanation): Record<string, unknown> {
  const { story, cause, sentence, evidence, attempts, lastCompleted, next } = explanation;
  return {
    run: runSummaryJson(story.run),
    budget: budgetJson(budgetOf(story.run.record, story.run.elapsedMs)),
    sentence,
    cause: cause === null ? null : {
      kind: cause.kind,
      run_id: cause.story.run.record.id,
      step_id: cause.step?.record.id ?? null,
      attempt: cause.step?.record.attempt ?? null,
      message: cause.message,
    },
    evidence: evidence.map(({ runId, stepId, seq, timestamp, source, text }) => ({
      ...{ run_id: runId, step_id: stepId, seq, timestamp, source, text },
    })),
    consequences: stepsJson(explanation.consequences),
    other_failures: stepsJson(explanation.otherFailures),
    attempts: attempts.map((each) => ({
      attempt: each.attempt,
      started_at: isoTime(each.startedAt),
      duration_ms: each.durationMs,
      result: each.result,
      message: each.message,
      exit_code: each.exitCode,
      tokens_used: each.tokens.total,
      ...usageJson(each.tokens),
    })),
    attempts_differ: explanation.attemptDifference,
    last_completed: lastCompleted === null ? null : comparisonJson(lastCompleted),
    next,
  };
}
