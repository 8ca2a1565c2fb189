/** Trace lines: an event to its line and back. */
import {
  type EventState,
  type Level,
  type RunBudget,
  type RunEvent,
  type RunStatus,
  SCHEMA_VERSION,
  type StepStatus,
  type StepUse,
  type Tokens,
} from "./event.ts";
import { BUDGET_UNITS } from "./budget.ts";
import { isObject, type JsonObject, parseJson } from "./json.ts";
import { isRunOptions } from "./run_options.ts";

/**
 * Characters that JSON leaves as they are and that a terminal may obey, or a person not see: DEL and the
 * C1 controls, line separators, the marks that reverse the direction of text, those without a width,
 * fillers, tags, most selectors of variants and private characters.
 */
const UNSAFE =
  /[\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb]|[\udb40-\udb43\udb80-\udbff][\udc00-\udfff]|\ud82f[\udca0-\udca3]|\ud834[\udd73-\udd7a]/;
const ALL_UNSAFE = new RegExp(UNSAFE, "g");

/**
 * The event as one line of JSON without a newline, keys in a fixed order, safe to print on a terminal
 * as it is: whatever a terminal may obey is escaped.
 */
export function encodeEvent(event: RunEvent): string {
  const line = JSON.stringify({
    schema_version: event.schema_version,
    seq: event.seq,
    timestamp: event.timestamp,
    run_id: event.run_id,
    pipeline_id: event.pipeline_id,
    step_id: event.step_id,
    state: event.state,
    level: event.level,
    persona: event.persona,
    message: event.message,
    tokens_used: event.tokens_used,
    duration_ms: event.duration_ms,
    attempt: event.attempt,
    data: event.data,
  });
  return isPrintable(line) ? line : line.replace(ALL_UNSAFE, escaped);
}

/** False when a line holds characters that a terminal may obey, which `encodeEvent` never writes. */
export function isPrintable(line: string): boolean {
  return !UNSAFE.test(line);
}

function escaped(character: string): string {
  let text = "";
  for (let at = 0; at < character.length; at++) {
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return text;
}

/**
 * The event that stands on a line, or null for a torn, foreign or damaged one. Checks all that `fold`
 * and the printers rely on, so that no line can make them throw. Keys that it does not know are kept.
 */
export function decodeLine(line: string): RunEvent | null {
  const value = parseJson(line);
  if (!isObject(value) || !isBase(value) || typeof value["state"] !== "string") return null;
  const ofStep = value["step_id"] !== null;
  const check = Object.hasOwn(DATA, value["state"]) ? DATA[value["state"] as EventState] : null;
  const data = value["data"];
  // Only a warning may have nothing to add.
  if (check === null || (!isObject(data) && (data !== undefined || check !== isWarning))) {
    return null;
  }
  return check(data ?? {}, ofStep) ? value as unknown as RunEvent : null;
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const LEVELS: Readonly<Record<Level, true>> = { debug: true, info: true, warn: true, error: true };
const RUN_END: readonly unknown[] = ["completed", "failed", "cancelled"] satisfies RunStatus[];
const STEP_STATUSES: readonly unknown[] = [
  "pending",
  "running",
  "retrying",
  "completed",
  "failed",
  "cancelled",
  "skipped",
] satisfies StepStatus[];

function isBase(value: JsonObject): boolean {
  return value["schema_version"] === SCHEMA_VERSION && isCount(value["seq"]) && value["seq"] > 0 &&
    isTime(value["timestamp"]) && isString(value["run_id"]) && isString(value["pipeline_id"]) &&
    isTextOrNull(value["step_id"]) && isString(value["level"]) &&
    Object.hasOwn(LEVELS, value["level"]) && isTextOrNull(value["persona"]) &&
    isString(value["message"]) && isAmount(value["tokens_used"]) &&
    (value["duration_ms"] === null || isAmount(value["duration_ms"])) &&
    (value["attempt"] === null || isCount(value["attempt"]));
}

type DataCheck = (data: JsonObject, ofStep: boolean) => boolean;

const isEnd: (status: EventState) => DataCheck = (status) => (data, ofStep) =>
  isOptional(data["ended_at"], isTime) && isOptional(data["receipt"], isReceipt) &&
  (ofStep
    ? isTokens(data["tokens"]) && isOptional(data["workspace"], isString) &&
      isOptional(data["artifacts"], isNames) && isToldOfAgent(data)
    : RUN_END.includes(status) && isSnapshot(data["snapshot"]));
const isReceipt = (value: unknown) =>
  isObject(value) && isString(value["asked_by"]) && isListOf(value["signalled"], isSignalled) &&
  isTime(value["looked_at"]) && isListOf(value["left"], isCount) &&
  typeof value["proven"] === "boolean";
const isSignalled = (value: unknown) =>
  isObject(value) && isString(value["signal"]) && isCount(value["processes"]) &&
  isListOf(value["pids"], isCount);
const isToldOfAgent = (data: JsonObject) =>
  isOptional(data["agent_version"], isString) && isOptional(data["cost_from"], isNames);
const isNames = (value: unknown) => isListOf(value, isString);
const isParent = (value: unknown) =>
  isObject(value) && isString(value["run_id"]) && isString(value["step_id"]);
const isWarning: DataCheck = () => true;
const isContract: DataCheck = (data, ofStep) => ofStep && isString(data["contract"]);

/** What each state's `data` must hold. */
const DATA: Readonly<Record<EventState, DataCheck>> = {
  started: (data, ofStep) =>
    !ofStep && isString(data["input"]) && typeof data["input_redacted"] === "boolean" &&
    typeof data["mock"] === "boolean" && isOwner(data["owner"]) &&
    isListOf(data["steps"], isPlannedStep) && isOptional(data["parent"], isParent) &&
    isOptional(data["options"], isRunOptions) && isOptional(data["budget"], isBudget),
  running: (data, ofStep) =>
    ofStep
      ? isString(data["nonce"]) && isString(data["workspace"]) &&
        isOptional(data["model"], isString) && isOptional(data["visit"], isCount)
      : isOwner(data["owner"]) && isListOf(data["steps"], isPlannedStep) &&
        isListOf(data["rerun"], isString) && isOptional(data["options"], isRunOptions) &&
        isOptional(data["mock"], isBoolean) && isOptional(data["budget"], isBudget),
  retrying: (data, ofStep) =>
    ofStep && isAmount(data["delay_ms"]) && isOptional(data["usage_limit"], isObject) &&
    isOptional(data["receipt"], isReceipt) && isToldOfAgent(data) &&
    isOptional(data["tokens"], isTokens),
  completed: isEnd("completed"),
  failed: isEnd("failed"),
  cancelled: isEnd("cancelled"),
  skipped: isEnd("skipped"),
  cancelling: (data, ofStep) => !ofStep && typeof data["force"] === "boolean",
  hook: (data, ofStep) =>
    !ofStep && isString(data["hook"]) && isString(data["from"]) && isString(data["nonce"]),
  paused: (data, ofStep) => !ofStep && isPause(data),
  unpaused: (data, ofStep) => !ofStep && isString(data["adapter"]),
  validating: isContract,
  contract_passed: isContract,
  contract_failed: isContract,
  artifact: (data, ofStep) => ofStep && isArtifact(data["artifact"]),
  tool: (data, ofStep) =>
    ofStep && isOptional(data["tokens"], isTokens) && isOptional(data["tool"], isString) &&
    isOptional(data["process"], isProcess) && isOptional(data["edge"], isString) &&
    isOptional(data["again"], isNames) && isOptional(data["use"], isUse) &&
    (data["tool"] !== "gate" || data["choice"] === undefined || isGate(data)),
  output: (data, ofStep) =>
    ofStep && (data["stream"] === "stdout" || data["stream"] === "stderr") &&
    isOptional(data["bytes"], isString),
  warning: isWarning,
};

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value));
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function isGate(value: unknown): boolean {
  return isObject(value) && isString(value["choice"]) && isTextOrNull(value["text"]) &&
    (value["by"] === undefined || isTextOrNull(value["by"]));
}

function isTrue(value: unknown): boolean {
  return value === true;
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || check(value);
}

function isListOf(value: unknown, check: (value: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(check);
}

function isOwner(value: unknown): boolean {
  return isObject(value) && isString(value["host"]) && isProcess(value);
}

function isProcess(value: unknown): boolean {
  return isObject(value) && isCount(value["pid"]) && isTextOrNull(value["process_start"]);
}

export function isTokens(value: unknown): value is Tokens {
  return isObject(value) && isCount(value["input"]) && isCount(value["output"]) &&
    isCount(value["total"]) && isOptional(value["at_least"], isTrue) &&
    isOptional(value["cost_usd"], isAmount) && isOptional(value["cost_at_least"], isTrue);
}

function isPause(value: unknown): boolean {
  return isObject(value) && isString(value["adapter"]) && isTime(value["until"]) &&
    isString(value["reason"]);
}

function isPlannedStep(value: unknown): boolean {
  return isObject(value) && isString(value["id"]) && isTextOrNull(value["persona"]) &&
    isListOf(value["dependencies"], isString) && isTextOrNull(value["digest"]);
}

function isArtifact(value: unknown): boolean {
  return isObject(value) && isString(value["name"]) && isTextOrNull(value["type"]) &&
    isString(value["path"]) && isCount(value["size_bytes"]) && isString(value["sha256"]) &&
    isTime(value["modified_at"]);
}

function isStepSnapshot(value: unknown): boolean {
  return isPlannedStep(value) && isObject(value) && STEP_STATUSES.includes(value["status"]) &&
    isCount(value["attempt"]) && isTokens(value["tokens"]) &&
    (value["started_at"] === null || isTime(value["started_at"])) &&
    (value["completed_at"] === null || isTime(value["completed_at"])) &&
    isTextOrNull(value["error_message"]) && isTextOrNull(value["workspace"]) &&
    isOptional(value["warnings"], isCount) && isOptional(value["use"], isUse) &&
    isOptional(value["gate"], isGate) &&
    isOptional(value["visits"], isCount) && isOptional(value["edge"], isTextOrNull);
}

function isLimits(value: unknown): boolean {
  return isObject(value) && BUDGET_UNITS.every((unit) => isOptional(value[unit], isAmount));
}

/** The limits of a run, as events and rows have them. */
export function isBudget(value: unknown): value is RunBudget {
  return isObject(value) && isLimits(value["limits"]) && isOptional(value["given"], isLimits) &&
    isOptional(value["raised"], isLimits);
}

export function isUse(value: unknown): value is StepUse {
  return isObject(value) && isCount(value["attempts"]) && isOptional(value["inner"], isTokens);
}

function isSnapshot(value: unknown): boolean {
  return isObject(value) && isTokens(value["tokens"]) && isCount(value["artifacts"]) &&
    isOptional(value["warnings"], isCount) && isOptional(value["idle_ms"], isAmount) &&
    isOptional(value["pauses"], (pauses) => isListOf(pauses, isPause)) &&
    isOptional(value["budget"], isBudget) && isOptional(value["gone"], isUse) &&
    isOwner(value["owner"]) && isListOf(value["current_steps"], isString) &&
    isOptional(value["options"], isRunOptions) && isOptional(value["mock"], isBoolean) &&
    isListOf(value["steps"], isStepSnapshot);
}
