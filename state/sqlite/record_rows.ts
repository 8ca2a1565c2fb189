/** How records stand in the tables of `schema.sql`, both ways and exactly. */
import { isBudget, isUse } from "../../event/codec.ts";
import type { GateRecord, RunStatus, StepStatus, Tokens } from "../../event/event.ts";
import { isObject, parseJson } from "../../event/json.ts";
import { isRunOptions, type RunOptions } from "../../event/run_options.ts";
import type { ArtifactRecord, PauseRecord, RunRecord, StepRecord } from "../records/records.ts";
import {
  type Bound,
  DamagedRowError,
  listIn,
  number,
  numberOrNull,
  type Row,
  stored,
  text,
  textOrNull,
  textsIn,
} from "./row_values.ts";

function tokensBefore(row: Row): Tokens {
  const [input, output, total, atLeast = 0, usd = null, usdAtLeast = 0] = listIn(
    row,
    "tokens_before",
  );
  const isKnown = typeof input === "number" && typeof output === "number" &&
    typeof total === "number" && (usd === null || typeof usd === "number");
  if (!isKnown) throw new DamagedRowError("tokens_before");
  return tokensOf({ input, output, total }, atLeast === 1, usd, usdAtLeast === 1);
}

function tokensOf(
  counted: { readonly input: number; readonly output: number; readonly total: number },
  atLeast: boolean,
  usd: number | null,
  usdAtLeast: boolean,
): Tokens {
  return {
    ...counted,
    ...atLeast ? { at_least: true } : {},
    ...usd === null ? {} : { cost_usd: usd },
    ...usdAtLeast ? { cost_at_least: true } : {},
  };
}

function tokens(row: Row): Tokens {
  const counted = {
    input: number(row, "input_tokens"),
    output: number(row, "output_tokens"),
    total: number(row, "total_tokens"),
  };
  return tokensOf(
    counted,
    number(row, "tokens_at_least") === 1,
    numberOrNull(row, "cost_usd"),
    number(row, "cost_at_least") === 1,
  );
}

const boundTokens = (tokens: Tokens): Bound => ({
  input_tokens: tokens.input,
  output_tokens: tokens.output,
  total_tokens: tokens.total,
  tokens_at_least: tokens.at_least === true ? 1 : 0,
  cost_usd: tokens.cost_usd ?? null,
  cost_at_least: tokens.cost_at_least === true ? 1 : 0,
});

/** As `tokensBefore` reads them. */
function arrayOf(tokens: Tokens): string {
  const { input, output, total, at_least, cost_usd, cost_at_least } = tokens;
  const counted = [input, output, total];
  const rest = [at_least === true ? 1 : 0, cost_usd ?? null, cost_at_least === true ? 1 : 0];
  return JSON.stringify([...counted, ...rest]);
}

/** The error of what failed or was skipped, or the reason of what was cancelled, each in its own column. */
function boundMessage(record: RunRecord | StepRecord): Bound {
  const message = "errorMessage" in record ? stored(record.errorMessage) : null;
  return record.status === "cancelled"
    ? { error_message: null, stop_reason: message }
    : { error_message: message, stop_reason: null };
}

function optionsIn(row: Row): RunOptions {
  const value = parseJson(text(row, "options"));
  if (!isRunOptions(value)) throw new DamagedRowError("options");
  return value;
}

function gateIn(row: Row): GateRecord | null {
  const stored = textOrNull(row, "gate");
  if (stored === null) return null;
  const value = parseJson(stored);
  if (!isObject(value) || typeof value["choice"] !== "string") throw new DamagedRowError("gate");
  const textOf = (value: unknown) => typeof value === "string" ? value : null;
  return { choice: value["choice"], text: textOf(value["text"]), by: textOf(value["by"]) };
}

/** A row of `pipeline_run` with the rows of its steps in order. */
export function runOf(row: Row, steps: readonly StepRecord[]): RunRecord {
  const facts = {
    id: text(row, "run_id"),
    pipeline: text(row, "pipeline_name"),
    input: text(row, "input"),
    inputRedacted: number(row, "input_redacted") === 1,
    mock: number(row, "mock") === 1,
    options: optionsIn(row),
    parent: parentOf(row),
    owner: {
      host: text(row, "owner_host"),
      pid: number(row, "owner_pid"),
      process_start: textOrNull(row, "owner_process_start"),
    },
    startedAt: number(row, "started_at"),
    lastEventAt: number(row, "last_event_at"),
    lastSeq: number(row, "last_seq"),
    tokens: tokens(row),
    steps,
    currentSteps: textsIn(row, "current_steps"),
    warnings: number(row, "warnings"),
    idleMs: number(row, "idle_ms"),
    pauses: pausesOf(row),
    ...ledgerOf(row),
  };
  const status = text(row, "status") as RunStatus;
  switch (status) {
    case "pending":
    case "running":
      return { ...facts, status };
    case "completed":
      return { ...facts, status, completedAt: number(row, "completed_at") };
    case "cancelled": {
      const errorMessage = text(row, "stop_reason");
      return { ...facts, status, completedAt: number(row, "completed_at"), errorMessage };
    }
    case "failed": {
      const errorMessage = text(row, "error_message");
      return { ...facts, status, completedAt: number(row, "completed_at"), errorMessage };
    }
    default:
      throw new DamagedRowError(status satisfies never);
  }
}

function pausesOf(row: Row): readonly PauseRecord[] {
  if (row["pauses"] === null) return [];
  return listIn(row, "pauses").map((pause) => {
    const [adapter, until, reason] = Array.isArray(pause) ? pause : [];
    if (typeof adapter === "string" && typeof until === "number" && typeof reason === "string") {
      return { adapter, until, reason };
    }
    throw new DamagedRowError("pauses");
  });
}

/** The limits of a run, and what steps used that are gone. */
function ledgerOf(row: Row): Pick<RunRecord, "budget" | "gone"> {
  if (row["ledger"] === null) return {};
  const value = parseJson(text(row, "ledger"));
  if (!isObject(value)) throw new DamagedRowError("ledger");
  const { budget, gone } = value;
  const known = (budget === undefined || isBudget(budget)) && (gone === undefined || isUse(gone));
  if (!known) throw new DamagedRowError("ledger");
  return { ...budget === undefined ? {} : { budget }, ...gone === undefined ? {} : { gone } };
}

function useOf(row: Row): Pick<StepRecord, "use"> {
  if (row["use"] === null) return {};
  const use = parseJson(text(row, "use"));
  if (!isUse(use)) throw new DamagedRowError("use");
  return { use };
}

function parentOf(row: Row): RunRecord["parent"] {
  const runId = textOrNull(row, "parent_run_id");
  const stepId = textOrNull(row, "parent_step_id");
  return runId === null || stepId === null ? null : { runId, stepId };
}

/** The columns of `pipeline_run` for a record whose trace was folded up to `foldedBytes`. */
export function runRow(record: RunRecord, foldedBytes: number): Bound {
  return {
    run_id: record.id,
    pipeline_name: record.pipeline,
    status: record.status,
    input: stored(record.input),
    input_redacted: record.inputRedacted ? 1 : 0,
    mock: record.mock ? 1 : 0,
    options: JSON.stringify(record.options),
    parent_run_id: stored(record.parent?.runId ?? null),
    parent_step_id: stored(record.parent?.stepId ?? null),
    owner_host: stored(record.owner.host),
    owner_pid: record.owner.pid,
    owner_process_start: stored(record.owner.process_start),
    current_steps: JSON.stringify(record.currentSteps),
    ...boundTokens(record.tokens),
    started_at: record.startedAt,
    completed_at: "completedAt" in record ? record.completedAt : null,
    ...boundMessage(record),
    warnings: record.warnings,
    idle_ms: record.idleMs,
    pauses: record.pauses.length === 0 ? null : stored(JSON.stringify(record.pauses.map((pause) => [
      pause.adapter,
      pause.until,
      pause.reason,
    ]))),
    ledger: record.budget === undefined && record.gone === undefined
      ? null
      : JSON.stringify({ budget: record.budget, gone: record.gone }),
    last_event_at: record.lastEventAt,
    last_seq: record.lastSeq,
    folded_bytes: foldedBytes,
  };
}

export function stepOf(row: Row): StepRecord {
  const pid = numberOrNull(row, "process_pid");
  const facts = {
    id: text(row, "step_id"),
    persona: textOrNull(row, "persona"),
    dependencies: textsIn(row, "dependencies"),
    digest: textOrNull(row, "digest"),
    attempt: number(row, "attempt"),
    startedAt: numberOrNull(row, "started_at"),
    tokens: tokens(row),
    tokensBefore: tokensBefore(row),
    workspace: textOrNull(row, "workspace"),
    nonce: textOrNull(row, "nonce"),
    process: pid === null ? null : { pid, processStart: textOrNull(row, "process_start") },
    warnings: number(row, "warnings"),
    gate: gateIn(row),
    visits: number(row, "visits"),
    edge: textOrNull(row, "edge"),
    ...useOf(row),
  };
  const status = text(row, "status") as StepStatus;
  switch (status) {
    case "pending":
    case "running":
      return { ...facts, status };
    case "retrying":
      return { ...facts, status, errorMessage: text(row, "error_message") };
    case "completed":
      return { ...facts, status, completedAt: number(row, "completed_at") };
    case "cancelled": {
      const errorMessage = text(row, "stop_reason");
      return { ...facts, status, completedAt: number(row, "completed_at"), errorMessage };
    }
    case "failed":
    case "skipped": {
      const errorMessage = text(row, "error_message");
      return { ...facts, status, completedAt: number(row, "completed_at"), errorMessage };
    }
    default:
      throw new DamagedRowError(status satisfies never);
  }
}

export function stepRow(runId: string, ordinal: number, step: StepRecord): Bound {
  return {
    run_id: runId,
    step_id: step.id,
    ordinal,
    persona: stored(step.persona),
    dependencies: JSON.stringify(step.dependencies),
    digest: stored(step.digest),
    status: step.status,
    attempt: step.attempt,
    started_at: step.startedAt,
    completed_at: "completedAt" in step ? step.completedAt : null,
    ...boundMessage(step),
    warnings: step.warnings,
    visits: step.visits,
    edge: stored(step.edge),
    ...boundTokens(step.tokens),
    tokens_before: arrayOf(step.tokensBefore),
    use: step.use === undefined ? null : JSON.stringify(step.use),
    workspace: stored(step.workspace),
    nonce: stored(step.nonce),
    process_pid: step.process?.pid ?? null,
    process_start: stored(step.process?.processStart ?? null),
    gate: step.gate === null ? null : JSON.stringify(step.gate),
  };
}

export function artifactOf(row: Row): ArtifactRecord {
  return {
    runId: text(row, "run_id"),
    stepId: text(row, "step_id"),
    name: text(row, "name"),
    type: textOrNull(row, "type"),
    path: text(row, "path"),
    sizeBytes: number(row, "size_bytes"),
    sha256: text(row, "sha256"),
    createdAt: number(row, "created_at"),
    modifiedAt: number(row, "modified_at"),
  };
}

export function artifactRow(ordinal: number, artifact: ArtifactRecord): Bound {
  return {
    run_id: artifact.runId,
    ordinal,
    step_id: artifact.stepId,
    name: stored(artifact.name),
    type: stored(artifact.type),
    path: stored(artifact.path),
    size_bytes: artifact.sizeBytes,
    sha256: stored(artifact.sha256),
    created_at: artifact.createdAt,
    modified_at: artifact.modifiedAt,
  };
}
