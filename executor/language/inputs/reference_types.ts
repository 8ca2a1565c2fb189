/** Inputs that name something on a forge. */

/** By the `input.type` of published pipelines, what it names. */
export const REFERENCES: ReadonlyMap<string, string> = new Map([
  ["issue_ref", "an issue"],
  ["pr_ref", "a pull request"],
]);

/**
 * True for a text that can name an issue or a pull request: `owner/repo 42`, `owner/repo#42`, `#42`, a URL, a
 * sentence or JSON with its number. Empty ones, and others without a number, name none.
 */
export function namesNumber(text: string): boolean {
  return /\d/.test(text);
}
