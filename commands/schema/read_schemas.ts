/** Schemas of the commands that read: status, list, logs, artifacts. */
import {
  anyObject,
  anyOf,
  array,
  boolean,
  integer,
  nullable,
  object,
  oneOf,
  type Schema,
  string,
  time,
} from "./schema_parts.ts";
import { CAUSE_KINDS } from "../causes/cause_kind.ts";
import { adapterListed, personaListed, pipelineListed } from "./definition_schemas.ts";

const RUN_STATUSES = ["pending", "running", "completed", "failed", "cancelled"];
const STEP_STATUSES = [...RUN_STATUSES, "retrying", "skipped"];
const LIVENESS = ["alive", "stalled", "interrupted", "finished", "unknown"];
const STATES = [
  "started",
  "running",
  "retrying",
  "completed",
  "failed",
  "cancelled",
  "skipped",
  "cancelling",
  "paused",
  "unpaused",
  "hook",
  "validating",
  "contract_passed",
  "contract_failed",
  "artifact",
  "tool",
  "output",
  "warning",
];

export const source: Schema = oneOf(["state.db", "traces"]);
export const runStatus: Schema = oneOf(RUN_STATUSES);
export const liveness: Schema = oneOf(LIVENESS);

const usage = {
  tokens_known: oneOf(["exact", "at_least"]),
  // US dollars, null where nothing is known of it; of a sum with unknown parts what is known.
  cost_usd: nullable({ type: "number", minimum: 0 }),
  cost_known: oneOf(["exact", "at_least", "unknown"]),
};

const step = object({
  id: string,
  persona: nullable(string),
  status: oneOf(STEP_STATUSES),
  attempt: integer,
  started_at: nullable(time),
  completed_at: nullable(time),
  elapsed_ms: nullable(integer),
  total_tokens: integer,
  ...usage,
  warnings: integer,
  // How often it was started: first, and where an edge, a gate or a failure led to it again.
  visits: integer,
  // The step that the run went on with behind it because of an edge.
  edge: nullable(string),
  error_message: nullable(string),
  waiting_for: nullable(oneOf(["approval"])),
  // The answer to a gate; by whom or by which rule, where that is known.
  gate: nullable(object({ choice: string, text: nullable(string), by: nullable(string) })),
});

const amount = nullable({ type: "number", minimum: 0 });
export const amounts = object({ usd: amount, tokens: amount, attempts: amount, minutes: amount });
// With all runs within it; null of a run without limits. A unit without a limit is null.
const budget = nullable(object({ limits: amounts, used: amounts, left: amounts }));

/** A run, wherever one is printed. */
export const runSchema: Schema = object({
  id: string,
  pipeline: string,
  status: runStatus,
  liveness,
  cancelling: boolean,
  current_step: nullable(string),
  current_steps: array(string),
  elapsed_seconds: integer,
  // The time in which it was worked on; wall_ms has the time between an end and a resume, too.
  elapsed_ms: integer,
  wall_ms: integer,
  total_tokens: integer,
  input_tokens: integer,
  output_tokens: integer,
  ...usage,
  budget,
  warnings: integer,
  started_at: time,
  completed_at: nullable(time),
  input: string,
  mock: boolean,
  // What was chosen on the command line, by the names of the options.
  options: anyObject,
  parent: nullable(object({ run_id: string, step_id: string })),
  // While nothing is started on an adapter, because a usage limit is reached: when the first such pause ends.
  paused_until: nullable(time),
  pause_reason: nullable(string),
  // Also of a run that is over, so that one knows what a resume would wait for.
  pauses: array(object({ adapter: string, until: time, reason: string })),
  error_message: nullable(string),
  steps: array(step),
});

const logged = object({
  id: string,
  pipeline: string,
  status: runStatus,
  liveness,
  total_tokens: integer,
  ...usage,
  error_message: nullable(string),
});

/** An event: an entry of `logs[]`, and a line of every stream. */
export const event: Schema = object({
  schema_version: integer,
  seq: integer,
  timestamp: time,
  run_id: string,
  pipeline_id: string,
  step_id: nullable(string),
  state: oneOf(STATES),
  level: oneOf(["debug", "info", "warn", "error"]),
  persona: nullable(string),
  message: string,
  tokens_used: integer,
  duration_ms: nullable(integer),
  attempt: nullable(integer),
  data: anyObject,
}, ["data"]);

const artifact = object({
  run_id: string,
  step_id: string,
  name: string,
  type: nullable(string),
  size_bytes: integer,
  sha256: string,
  path: string,
  created_at: time,
  modified_at: time,
  exists: boolean,
  state: oneOf(["ok", "missing", "changed"]),
  // Why it could not be read or exported.
  reason: nullable(string),
}, ["reason"]);

const affected = array(
  object({ step_id: string, status: oneOf(STEP_STATUSES), reason: nullable(string) }),
);

const before = { before: integer, now: integer };

/** Why a run did not complete. */
const explanation = {
  run: logged,
  budget,
  sentence: string,
  cause: nullable(object({
    kind: oneOf(CAUSE_KINDS),
    // The run that it happened in: this one, or one that a step of it ran.
    run_id: string,
    step_id: nullable(string),
    attempt: nullable(integer),
    message: string,
  })),
  evidence: array(object({
    run_id: string,
    step_id: nullable(string),
    seq: integer,
    timestamp: time,
    source: oneOf(["log", "stdout", "stderr"]),
    text: string,
  })),
  consequences: affected,
  other_failures: affected,
  attempts: array(object({
    attempt: integer,
    started_at: time,
    duration_ms: nullable(integer),
    result: oneOf(["running", "completed", "failed", "cancelled", "skipped"]),
    message: string,
    exit_code: nullable(integer),
    tokens_used: integer,
    ...usage,
  })),
  attempts_differ: nullable(oneOf(["same", "different"])),
  last_completed: nullable(object({
    run_id: string,
    changed_steps: array(string),
    added_steps: array(string),
    removed_steps: array(string),
    input_changed: boolean,
    options_before: anyObject,
    options_now: anyObject,
    agents: array(object({
      step_id: string,
      what: oneOf(["model", "agent_version"]),
      before: string,
      now: string,
    })),
    duration_ms: object(before),
    total_tokens: object(before),
    cost: object({ before: object(usage), now: object(usage) }),
  })),
  next: string,
};

/** Where runs were found, and how many there are more than these. */
export const page = { source, total: integer, truncated: boolean };

export const readSchemas: Readonly<Record<string, Schema>> = {
  // The last run, where nothing runs.
  status: object({
    ...page,
    pipelines: array(runSchema),
    last: nullable(runSchema),
    // Without arguments: interrupted runs of which processes still work.
    left_over: array(object({ run_id: string, pids: array(integer) })),
    // With --timeline: milliseconds of work since the start, without the time before a resume.
    timeline: object({
      total_ms: integer,
      resumed_at_ms: array(integer),
      steps: array(object({
        step_id: string,
        attempts: array(object({
          attempt: integer,
          result: oneOf(["running", "completed", "failed", "cancelled", "skipped"]),
          from_ms: integer,
          to_ms: integer,
        })),
      })),
    }),
  }, ["last", "left_over", "timeline"]),
  list: object({
    ...page,
    pipelines: array(pipelineListed),
    personas: array(personaListed),
    adapters: array(adapterListed),
    // Why the manifest could not be read, or only in part.
    manifest_error: nullable(string),
    runs: array(runSchema),
    // With --graph.
    graph: object({ pipeline: string, mermaid: string }),
  }, [
    "graph",
    ...["source", "total", "truncated", "runs"],
    ...["pipelines", "personas", "adapters", "manifest_error"],
  ]),
  report: object({
    source,
    run_id: string,
    kind: oneOf(["html", "junit"]),
    path: string,
    size_bytes: integer,
  }),
  export: object({
    source,
    run_id: string,
    kind: oneOf(["otlp"]),
    path: string,
    // Those that are in it, and those within it whose record is gone.
    runs: array(string),
    gone: array(string),
    trace_id: nullable(string),
    spans: integer,
    size_bytes: integer,
  }),
  why: anyOf(object({ source, ...explanation }), object({ source, run: { type: "null" } })),
  logs: anyOf(
    object({ ...page, runs: array(logged), total_runs: integer, logs: array(event) }),
    event,
  ),
  answer: object({
    source,
    answers: array(object({ run_id: string, step_id: string, attempt: integer, text: string })),
  }),
  artifacts: object({
    source,
    artifacts: array(artifact),
    exported: array(string),
  }, ["exported"]),
};
