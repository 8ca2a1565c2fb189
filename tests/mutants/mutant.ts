/** A small fault made on purpose, and the tests that have to notice it. */
export interface Mutant {
  /** The promise that is broken, in a few words. */
  readonly breaks: string;
  /** Relative to the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Files and folders of tests, relative to the repository. */
  readonly tests: readonly string[];
}

/** What is broken, the text to find, and what to put in its place. */
type Fault = readonly [breaks: string, find: string, replace: string];

/** Faults in one file; `tests` is a file or folder below `tests/`, or several. */
export function faultsIn(
  file: string,
  tests: string | readonly string[],
  faults: readonly Fault[],
): Mutant[] {
  const paths = [tests].flat().map((path) => `tests/${path}`);
  return faults.map(([breaks, find, replace]) => ({ breaks, file, find, replace, tests: paths }));
}
