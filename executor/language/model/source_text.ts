/** Texts of a pipeline file or manifest, and where they stand in it. */

/** Text in which `{{ … }}` expressions are expanded before use. */
export type Template = string;

/** Where something stands in its file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
