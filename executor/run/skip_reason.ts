/** What kept a step from running, as the reason that is recorded of it tells. */
import { unmetIn } from "./unmet_condition.ts";

export type SkipReason =
  /** Nothing that went wrong: nobody chose it, a condition was not met, no way led to it, nobody needed it. */
  | { readonly kind: "unneeded" }
  /** Another step did not deliver. */
  | { readonly kind: "step"; readonly id: string }
  /** The run was stopped, or had failed, before its turn. */
  | { readonly kind: "stopped" }
  /** It failed itself, and was passed over. */
  | { readonly kind: "failed" };

/** Nobody chose it, where some were chosen on the command line. */
export const NOT_CHOSEN = "not chosen";
/** No edge has led to a step, nor to what it waits for. */
export const NO_EDGE = "no edge led to it";
export const NEVER_ENDED = "what it depends on never ended";
export const NOT_NEEDED = "not needed";

const NOT_STARTED = "not started: ";

export const notStarted = (why: string) => `${NOT_STARTED}${why}`;
export const completedBefore = (id: string) => `${NOT_NEEDED}: ${id} completed the run`;
export const dependsOn = (id: string, how: "did not complete" | "was skipped") =>
  `depends on ${id}, which ${how}`;
export const needsOf = (id: string, artifact: string, how: "failed" | "was skipped") =>
  `needs ${artifact} of ${id}, which ${how}`;

const ANOTHER_STEP =
  /^(?:depends on (\S+), which (?:did not complete|was skipped)|needs .* of (\S+), which (?:failed|was skipped))$/s;

/** @param id of the skipped step. */
export function skipReason(recorded: string, id: string): SkipReason {
  const isUnneeded = [NOT_CHOSEN, NO_EDGE, NEVER_ENDED, NOT_NEEDED].includes(recorded) ||
    recorded.startsWith(`${NOT_NEEDED}: `) || unmetIn(recorded, id) !== null;
  if (isUnneeded) return { kind: "unneeded" };
  if (recorded.startsWith(NOT_STARTED)) return { kind: "stopped" };
  const [, before, source] = ANOTHER_STEP.exec(recorded) ?? [];
  const step = before ?? source;
  return step === undefined ? { kind: "failed" } : { kind: "step", id: step };
}

/**
 * The step at which the chain of skipped ones begins that ends with `id`: the one that did not complete, or
 * was skipped for a reason that is no other step.
 *
 * @param reasonOf what is recorded of a skipped step; null of others.
 */
export function skipRoot(id: string, reasonOf: (id: string) => string | null): string {
  const seen = new Set<string>();
  for (let at = id;;) {
    const recorded = reasonOf(at);
    const reason = recorded === null ? null : skipReason(recorded, at);
    if (reason?.kind !== "step" || seen.has(at)) return at;
    seen.add(at);
    at = reason.id;
  }
}
