/** What a manifest says that models cost. */

/** US dollars a million tokens. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  /** Of input that came from a cache; `input` where nothing else is said. */
  readonly cacheRead?: number;
  /** Of input that was written to a cache; `input` where nothing else is said. */
  readonly cacheWrite?: number;
  /** A request with more input than this costs more than these rates say; none: all cost the same. */
  readonly dearerAbove?: number;
}

export interface ModelPrice {
  /** The models' names: one name, or a glob. */
  readonly models: string;
  readonly rates: Rates;
}

/** A name beats a glob, and of globs the first that matches counts. */
export type Pricing = readonly ModelPrice[];
