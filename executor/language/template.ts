/** Expansion of `{{ … }}` in prompts, paths and scripts. */

/**
 * Values by dotted path: `lookup(["steps", "plan", "artifacts", "tasks"])`. `undefined` says that
 * there is no such value.
 */
export type Lookup = (path: readonly string[]) => unknown;
