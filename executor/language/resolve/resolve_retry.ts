/** How often a step is tried, and how long it waits in between. */
import type { Retry } from "../model/retry.ts";
import type { StepShape } from "./pipeline_shape.ts";
import { durationOf } from "./resolve_duration.ts";
import { contractShapes } from "./resolve_contract.ts";
import type { Report } from "../source/file_diagnostics.ts";
import type { Path } from "../source/yaml_source.ts";

/** What the policies stand for; attempts count the first one. */
const POLICIES = {
  none: { attempts: 1, backoff: "fixed", base: 0, max: 0 },
  standard: { attempts: 3, backoff: "exponential", base: 1000, max: 30_000 },
  aggressive: { attempts: 5, backoff: "exponential", base: 200, max: 30_000 },
  patient: { attempts: 3, backoff: "exponential", base: 5000, max: 90_000 },
} as const;

const DEFAULT_POLICY = { attempts: 1, backoff: "linear", base: 1000, max: 30_000 } as const;

/** Retries of `on_failure: retry` where nothing says how many. */
const CONTRACT_RETRIES = 2;

export function retryOf(shape: StepShape, path: Path, report: Report): Retry {
  const retry = shape.retry ?? {};
  const at = [...path, "retry"];
  const policy = retry.policy === undefined ? DEFAULT_POLICY : POLICIES[retry.policy];
  // The older way: the contract itself says how often the step is tried again.
  const unsaid = retry.max_attempts === undefined && retry.policy === undefined;
  const fallback = unsaid ? CONTRACT_RETRIES : 0;
  const contracts = contractShapes(shape, path).map(([contract]) =>
    contract.on_failure === "retry" ? 1 + (contract.max_retries ?? fallback) : 1
  );
  const attempts = retry.max_attempts ?? policy.attempts;
  if (retry.on_failure === "rework" && retry.rework_step === undefined) {
    report.error("missing_key", at, `"on_failure: rework" needs "rework_step"`);
  }
  if (retry.on_failure !== "rework" && retry.rework_step !== undefined) {
    report.warning(
      "unused_key",
      [...at, "rework_step"],
      `"rework_step" has no effect without "on_failure: rework"`,
    );
  }
  const delay = (key: "base_delay" | "max_delay", fallback: number) => {
    const text = retry[key];
    return text === undefined ? fallback : durationOf(text, [...at, key], report) ?? fallback;
  };
  if (retry.stop_on_same === 1) {
    report.error(
      "wrong_value",
      [...at, "stop_on_same"],
      `"stop_on_same" must be 0 or at least 2: one failure is the same as no other`,
      "max_attempts: 1 tries once",
    );
  }
  return {
    ...retry.stop_on_same === undefined ? {} : { stopOnSame: retry.stop_on_same },
    maxAttempts: Math.max(attempts, 1 + (shape.handover?.max_retries ?? 0), ...contracts),
    backoff: retry.backoff ?? policy.backoff,
    baseDelayMs: delay("base_delay", policy.base),
    maxDelayMs: delay("max_delay", policy.max),
    onFailure: retry.on_failure !== "rework"
      ? { kind: retry.on_failure ?? "fail" }
      : retry.rework_step === undefined
      ? { kind: "fail" }
      : { kind: "rework", step: retry.rework_step },
  };
}
