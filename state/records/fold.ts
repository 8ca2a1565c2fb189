/** How events make a run's record: the only place that knows. */
import {
  endsRun,
  type PlannedStep,
  type RunEnded,
  type RunEvent,
  type RunResumed,
  type RunStarted,
  type StepEnded,
  type Tokens,
} from "../../event/event.ts";
import { NO_OPTIONS } from "../../event/run_options.ts";
import { addTokens, NO_TOKENS, sameTokens, sumTokens } from "../../event/tokens.ts";
import { pauseOf, pausesAfter } from "./fold_pauses.ts";
import type { ArtifactRecord, RunRecord, StepRecord } from "./records.ts";
import { restored } from "./restored_step.ts";
import { goneUse, usedBy } from "./step_use.ts";
import { answerIn, isProcess, useIn } from "./told_details.ts";

/**
 * The record after `event`. Null until the run's first event is seen. An event that was folded before
 * (a `seq` not above the record's), or that belongs to another run, changes nothing. Gaps in `seq` are
 * allowed: `output` events change nothing but the time and number of the last event, so callers may
 * skip all of them except the last.
 */
export function fold(record: RunRecord | null, event: RunEvent): RunRecord | null {
  if (record === null) return event.state === "started" ? begun(event) : null;
  if (event.seq <= record.lastSeq || event.run_id !== record.id) return record;
  const lastEventAt = Date.parse(event.timestamp);
  const warnings = record.warnings + (event.state === "warning" ? 1 : 0);
  const next: RunRecord = { ...record, lastSeq: event.seq, lastEventAt, warnings };
  if (event.state === "output") return next;
  if (event.step_id !== null) return foldStep(next, event, lastEventAt);
  if (endsRun(event)) return ended(next, event);
  if (event.state === "paused" || event.state === "unpaused") {
    return { ...next, pauses: pausesAfter(record.pauses, event) };
  }
  if (event.state === "running") return resumed(next, event, idleBetween(record, lastEventAt));
  return next;
}

function begun(event: RunStarted): RunRecord {
  const at = Date.parse(event.timestamp);
  const { parent, budget } = event.data;
  return {
    ...budget === undefined ? {} : { budget },
    id: event.run_id,
    pipeline: event.pipeline_id,
    input: event.data.input,
    inputRedacted: event.data.input_redacted,
    mock: event.data.mock,
    options: event.data.options ?? NO_OPTIONS,
    parent: parent === undefined ? null : { runId: parent.run_id, stepId: parent.step_id },
    owner: event.data.owner,
    startedAt: at,
    lastEventAt: at,
    lastSeq: event.seq,
    tokens: NO_TOKENS,
    steps: event.data.steps.map(pending),
    currentSteps: [],
    warnings: 0,
    idleMs: 0,
    pauses: [],
    status: "running",
  };
}

function pending(step: PlannedStep): StepRecord {
  return {
    id: step.id,
    persona: step.persona,
    dependencies: step.dependencies,
    digest: step.digest,
    attempt: 0,
    startedAt: null,
    tokens: NO_TOKENS,
    tokensBefore: NO_TOKENS,
    workspace: null,
    nonce: null,
    process: null,
    warnings: 0,
    gate: null,
    visits: 0,
    edge: null,
    status: "pending",
  };
}

/** How often a step counts as started when it runs again: a start that did not lead to its end is gone on with. */
export function visitsBefore({ status, visits }: StepRecord): number {
  return status === "pending" ? visits : Math.max(0, visits - 1);
}

/** How long nobody had worked on the run when it was resumed at `at`, milliseconds. */
function idleBetween(record: RunRecord, at: number): number {
  const since = "completedAt" in record ? record.completedAt : record.lastEventAt;
  return Math.max(0, at - since);
}

function resumed(record: RunRecord, event: RunResumed, idleMs: number): RunRecord {
  const rerun = new Set(event.data.rerun);
  const before = new Map(record.steps.map((step) => [step.id, step]));
  const steps = event.data.steps.map((planned): StepRecord => {
    const step = before.get(planned.id);
    if (step === undefined) return pending(planned);
    if (!rerun.has(planned.id)) return step;
    const { attempt, tokens, workspace } = step;
    const visits = visitsBefore(step);
    const own = { attempt, tokens, tokensBefore: tokens, workspace, visits };
    return { ...pending(planned), ...own, ...usedBy(step) };
  });
  const { budget } = event.data;
  const gone = goneUse(record, steps);
  const { id, pipeline, input, inputRedacted, parent, startedAt, lastEventAt, lastSeq } = record;
  return {
    ...{ id, pipeline, input, inputRedacted, parent, startedAt, lastEventAt, lastSeq },
    mock: event.data.mock ?? record.mock,
    options: event.data.options ?? record.options,
    owner: event.data.owner,
    tokens: sumTokens(steps.map((step) => step.tokens)),
    steps,
    currentSteps: running(steps),
    // What a step tolerated that runs again no longer counts.
    warnings: record.warnings - warningsOf(record.steps) + warningsOf(steps),
    idleMs: record.idleMs + idleMs,
    pauses: record.pauses,
    ...budget === undefined ? {} : { budget },
    ...gone === undefined ? {} : { gone },
    status: "running",
  };
}

function warningsOf(steps: readonly StepRecord[]): number {
  return steps.reduce((sum, step) => sum + step.warnings, 0);
}

type StepEvent = Extract<RunEvent, { step_id: string }>;

function foldStep(record: RunRecord, event: StepEvent, at: number): RunRecord {
  const index = record.steps.findIndex((step) => step.id === event.step_id);
  const step = record.steps[index];
  if (step === undefined) return record;
  const way = event.state === "tool" ? wayIn(event.data) : null;
  if (way !== null) return wentOn(record, index, way);
  const next = stepAfter(step, event, at);
  if (next === step) return record;
  const steps = record.steps.with(index, next);
  return {
    ...record,
    steps,
    tokens: next.tokens === step.tokens
      ? record.tokens
      : sumTokens(steps.map((step) => step.tokens)),
    currentSteps: next.status === step.status ? record.currentSteps : running(steps),
  };
}

interface Way {
  readonly edge: string;
  readonly again: readonly unknown[];
}

/** The codec has checked these; the type of free details has forgotten it. */
function wayIn(data: { readonly [detail: string]: unknown }): Way | null {
  const { edge, again } = data;
  if (typeof edge !== "string") return null;
  return { edge, again: Array.isArray(again) ? again : [] };
}

/** What a run that goes back is to do again is left to do, however it had ended. */
function wentOn(record: RunRecord, index: number, { edge, again }: Way): RunRecord {
  const steps = record.steps.map((step, at): StepRecord => {
    if (again.includes(step.id)) return { ...facts(step), edge: null, status: "pending" };
    return at === index ? { ...step, edge } : step;
  });
  return { ...record, steps, currentSteps: running(steps) };
}

function stepAfter(step: StepRecord, event: StepEvent, at: number): StepRecord {
  const attempt = event.attempt ?? step.attempt;
  switch (event.state) {
    case "running":
      return {
        ...facts(step),
        attempt: event.attempt ?? step.attempt + 1,
        startedAt: step.startedAt ?? at,
        tokensBefore: step.tokens,
        workspace: event.data.workspace,
        nonce: event.data.nonce,
        process: null,
        gate: null,
        visits: event.data.visit ?? Math.max(1, step.visits),
        edge: null,
        status: "running",
      };
    case "retrying": {
      const tokens = tokensAfter(step, event);
      const common = { ...facts(step), attempt, tokens, tokensBefore: tokens };
      return { ...common, status: "retrying", errorMessage: event.message };
    }
    case "completed":
    case "failed":
    case "cancelled":
    case "skipped":
      return stepEnded(step, event, attempt, at);
    case "tool": {
      const { process } = event.data;
      const gate = answerIn(event);
      if (gate !== null) return { ...step, gate };
      const use = useIn(event) ?? step.use;
      const tokens = tokensAfter(step, event);
      const unchanged = tokens === step.tokens && use === step.use;
      const next = unchanged ? step : { ...step, tokens, ...usedBy({ use }) };
      if (!isProcess(process)) return next;
      const { pid, process_start: processStart } = process;
      return { ...next, process: { pid, processStart } };
    }
    case "warning":
      return { ...step, tokens: tokensAfter(step, event), warnings: step.warnings + 1 };
    default: {
      const tokens = tokensAfter(step, event);
      return tokens === step.tokens ? step : { ...step, tokens };
    }
  }
}

function stepEnded(step: StepRecord, event: StepEnded, attempt: number, at: number): StepRecord {
  const tokens = tokensAfter(step, event);
  const common = {
    ...facts(step),
    attempt,
    tokens,
    tokensBefore: tokens,
    workspace: event.data.workspace ?? step.workspace,
    nonce: null,
    process: null,
    completedAt: endOf(event, at),
  };
  return event.state === "completed"
    ? { ...common, status: "completed" }
    : { ...common, status: event.state, errorMessage: event.message };
}

/** When that ended of which an event of this moment tells the end. */
function endOf({ data }: StepEnded | RunEnded, at: number): number {
  return data.ended_at === undefined ? at : Date.parse(data.ended_at);
}

/** What does not depend on the status. */
function facts(step: StepRecord) {
  const { id, persona, dependencies, digest, attempt, startedAt } = step;
  const { tokens, tokensBefore, workspace, nonce, process, warnings, gate, visits, edge } = step;
  return {
    ...{ id, persona, dependencies, digest, attempt, startedAt },
    ...{ tokens, tokensBefore, workspace, nonce, process, warnings, gate, visits, edge },
    ...usedBy(step),
  };
}

/**
 * The step's tokens after an event, which tells what its attempt used so far: `data.tokens` exactly,
 * `tokens_used` the total alone, and only when it is more than is known.
 */
function tokensAfter(step: StepRecord, event: StepEvent): Tokens {
  const told = tokensIn(event);
  const { tokens, tokensBefore } = step;
  if (told !== null) {
    const sum = addTokens(tokensBefore, told);
    return sameTokens(sum, tokens) ? tokens : sum;
  }
  // After an attempt `tokensBefore` includes it, so a late event cannot count it again.
  if (step.status !== "running") return tokens;
  const total = tokensBefore.total + event.tokens_used;
  return total > tokens.total ? { ...tokens, total } : tokens;
}

function tokensIn(event: StepEvent): Tokens | null {
  switch (event.state) {
    case "tool":
      return (event.data as { readonly tokens?: Tokens }).tokens ?? null;
    case "retrying":
      return event.data.tokens ?? null;
    case "completed":
    case "failed":
    case "cancelled":
    case "skipped":
      return event.data.tokens;
    default:
      return null;
  }
}

function running(steps: readonly StepRecord[]): string[] {
  return steps.filter((s) => s.status === "running" || s.status === "retrying").map((s) => s.id);
}

function ended(record: RunRecord, event: RunEnded): RunRecord {
  const { snapshot } = event.data;
  const { id, pipeline, input, inputRedacted, parent, startedAt, lastEventAt, lastSeq } = record;
  const completedAt = endOf(event, lastEventAt);
  const common = {
    ...{ id, pipeline, input, inputRedacted, parent, startedAt, lastEventAt, lastSeq },
    mock: snapshot.mock ?? record.mock,
    options: snapshot.options ?? record.options,
    owner: snapshot.owner,
    tokens: snapshot.tokens,
    steps: snapshot.steps.map((step) => restored(step, completedAt)),
    currentSteps: snapshot.current_steps,
    warnings: snapshot.warnings ?? 0,
    idleMs: snapshot.idle_ms ?? 0,
    pauses: (snapshot.pauses ?? []).map(pauseOf),
    ...snapshot.budget === undefined ? {} : { budget: snapshot.budget },
    ...snapshot.gone === undefined ? {} : { gone: snapshot.gone },
    completedAt,
  };
  return event.state === "completed"
    ? { ...common, status: "completed" }
    : { ...common, status: event.state, errorMessage: event.message };
}

/**
 * The artifacts after `event`: a later one of the same step and name takes the place of the earlier, and a
 * later attempt that completes says which are still the step's.
 */
export function foldArtifacts(
  list: readonly ArtifactRecord[],
  event: RunEvent,
): readonly ArtifactRecord[] {
  if (event.state === "completed" && event.step_id !== null) {
    const names = event.data.artifacts;
    const gone = (artifact: ArtifactRecord) =>
      artifact.stepId === event.step_id && names?.includes(artifact.name) === false;
    return names !== undefined && list.some(gone) ? list.filter((one) => !gone(one)) : list;
  }
  if (event.state !== "artifact") return list;
  const { name, type, path, size_bytes: sizeBytes, sha256, modified_at } = event.data.artifact;
  const artifact: ArtifactRecord = {
    ...{ runId: event.run_id, stepId: event.step_id, name, type, path, sizeBytes, sha256 },
    createdAt: Date.parse(event.timestamp),
    modifiedAt: Date.parse(modified_at),
  };
  const index = list.findIndex((other) => other.stepId === event.step_id && other.name === name);
  return index < 0 ? [...list, artifact] : list.with(index, artifact);
}
