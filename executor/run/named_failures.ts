/** Names all steps that failed, in one sentence: the first cause is not always the first to end. */
import type { StepsEnd } from "./run_context.ts";

/** `step a failed: exit code 1; step b failed: …`, in the order of their ends; empty for none. */
export function namedFailures(failures: StepsEnd["failures"]): string {
  return failures.map(({ id, message }) => `step ${id} failed: ${message}`).join("; ");
}
