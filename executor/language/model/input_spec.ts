/** What a pipeline says of its input, and what a caller gives as one. */
import type { JsonObject } from "../../../event/json.ts";

export interface InputSpec {
  /** Where the input comes from; `cli` for nearly all. */
  readonly source: string;
  /** `string`, `issue_ref`, `pr_ref`, …; references must name a number, the others are told to people. */
  readonly type: string | null;
  readonly description: string | null;
  readonly example: string | null;
  /** As it is written. Null: a pipeline that uses its input needs one, unless there is a default. */
  readonly required: boolean | null;
  /** What a run gets that is given none; null: nothing. */
  readonly default: string | null;
  /** JSON Schema of the input. Null: any text. */
  readonly schema: JsonObject | null;
  /** The inputs by name, in the order of the file; null where the input is one text. */
  readonly named: readonly NamedInput[] | null;
}

/** A property of the input's schema. */
export interface NamedInput {
  readonly name: string;
  readonly description: string | null;
  /** JSON types that its value may have; empty: any. */
  readonly types: readonly string[];
  /** The only values that it may have; null: any of its types. */
  readonly values: readonly unknown[] | null;
  /** True when a run must be given it. */
  readonly required: boolean;
  /** JSON of what it is when it is not given; null: none. */
  readonly default: string | null;
}

/** One text, or values by name, each as the text that a person would write for it. */
export type GivenInput =
  | { readonly kind: "text"; readonly text: string }
  | {
    readonly kind: "named";
    readonly values: readonly (readonly [name: string, text: string])[];
    /** The JSON of an earlier run's inputs: what is not given stays as it was. */
    readonly before?: string | undefined;
  };
