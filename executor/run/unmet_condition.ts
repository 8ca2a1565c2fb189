/** Steps that do not run because a condition (`when`) was not met: their own, or that of a step whose result they need. */
import { OperationError } from "../../event/errors.ts";
import type { StepResult } from "./step_results.ts";

/** Why a step was skipped that had a condition (contract, section 11). */
export const NOT_MET = "its condition was not met";

/** A step needs what another one did not deliver, because a condition was not met. */
export class UnmetNeed extends OperationError {
  /** The step whose condition it was. */
  readonly unmet: string;

  constructor(message: string, unmet: string) {
    super("condition_not_met", message);
    this.unmet = unmet;
  }
}

/**
 * Checks that a step whose result is needed was not skipped because of a condition.
 *
 * @param what is needed of it, such as the name of an artifact.
 * @throws {UnmetNeed}
 */
export function requireMet(
  results: ReadonlyMap<string, StepResult>,
  step: string,
  what: string,
): void {
  const need = unmetNeed(results, step, what);
  if (need !== null) throw need;
}

/** What {@linkcode requireMet} throws, or null. */
export function unmetNeed(
  results: ReadonlyMap<string, StepResult>,
  step: string,
  what: string,
): UnmetNeed | null {
  const unmet = results.get(step)?.unmet;
  if (unmet === undefined) return null;
  const why = unmet === step
    ? "whose condition was not met"
    : `which was skipped: the condition of ${unmet} was not met`;
  return new UnmetNeed(`needs ${what} of ${step}, ${why}`, unmet);
}

const RECORDED = new RegExp(
  `^(?:${NOT_MET}|needs .* of (\\S+), whose condition was not met|` +
    `needs .* of \\S+, which was skipped: the condition of (\\S+) was not met)$`,
  "s",
);

/** The step whose condition was not met, as the recorded reason of the skipped step `id` tells; null for other reasons. */
export function unmetIn(reason: string, id: string): string | null {
  const match = RECORDED.exec(reason);
  return match === null ? null : match[1] ?? match[2] ?? id;
}
