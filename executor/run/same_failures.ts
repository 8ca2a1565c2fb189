/** How often in a row steps failed for the same reason, so that nobody pays for what cannot help. */

interface Row {
  readonly reason: string;
  readonly count: number;
}

export class SameFailures {
  readonly #rows = new Map<string, Row>();

  /** Counts a failure; how often it came in a row, this time too. */
  add(stepId: string, failure: string): number {
    const reason = sameReason(failure);
    const before = this.#rows.get(stepId);
    const count = before?.reason === reason ? before.count + 1 : 1;
    this.#rows.set(stepId, { reason, count });
    return count;
  }

  /** Begins anew with some steps. */
  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#rows.delete(id);
  }
}

/** What differs from one attempt to the next although nothing else does. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>"],
  [/\b\d{1,2}:\d\d:\d\d(?:\.\d+)?\b/g, "<time>"],
  [/\b\d+(?:\.\d+)?\s?(?:ms|s|secs?|seconds?|mins?|minutes?)\b/g, "<duration>"],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b(?:req|request|msg|call)_\w+/g, "<id>"],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, "<id>"],
  [/(\.wave\/workspaces\/)[^\s:'")]+\//g, "$1<workspace>/"],
  [/\s+/g, " "],
];

/**
 * A text that is the same for failures that are: without times, durations and ids. Counts stay, because
 * `2 tests failed` is better than three.
 */
export function sameReason(failure: string): string {
  return VARYING.reduce((text, [varying, by]) => text.replaceAll(varying, by), failure).trim();
}
