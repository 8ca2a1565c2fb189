/** What the matchers of secrets by shape have in common. */
import { type Alphabet, ALPHABETS, type Proof } from "./token_shapes.ts";

/** Looks for one kind of secret where its trigger stands. */
export interface Matcher {
  /** What is searched for, in lower case when `anyCase`; the matcher looks only where it stands. */
  readonly triggers: readonly string[];
  readonly anyCase?: boolean;
  /** How much of a secret stands before its trigger at most. */
  readonly before?: number;
  /**
   * Whether the trigger at `at`, whose text ends at `behind`, belongs to a secret. `undecided` only when
   * the text may go on.
   */
  match(place: ShapePlace, at: number, behind: number): Match | "undecided" | null;
}

export interface Match {
  readonly start: number;
  readonly end: number;
  /** There when the secret may go on behind what there is of the text. */
  readonly growth?: Growth;
}

/** Goes on with a secret from its end so far; `open` when it may still go on. */
export type Growth = (
  place: ShapePlace,
  from: number,
) => { readonly end: number; readonly open: boolean };

/** No more characters than so many are looked at before a secret is told from what is none. */
export const MAX_UNDECIDED = 8192;
/** Digits and capitals are expected among the first so many. */
export const PROOF_LENGTH = 256;

const TIGHT = /(?=[A-Za-z]{0,7}\d)[A-Za-z0-9]{8}/;
const DENSE = /(?=[A-Za-z]{0,15}\d)(?=\d{0,15}[A-Za-z])[A-Za-z0-9]{16}/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

const PROOFS: Readonly<Record<Proof, (text: string) => boolean>> = {
  mixed: hasDigitOrBothCases,
  tight: (text) => /\d/.test(text) && TIGHT.test(text),
  dense: (text) => /\d/.test(text) && (DENSE.test(text) || UUID.test(text)),
  none: () => true,
};

/** True for what is unlikely to be an ordinary word. */
export function hasDigitOrBothCases(text: string): boolean {
  return /\d/.test(text) || /[a-z]/.test(text) && /[A-Z]/.test(text);
}

/** What goes before a word without being a part of it: colours, and the escapes of JSON, URLs and shells. */
const ESCAPE =
  // deno-lint-ignore no-control-regex
  /(?:(?:\x1b|\\e|\\0?33|\\x1b|\\u001b|\x9b)\[[\d;]{0,16}[A-Za-z]|\\[abefnrtv0]|%(?:25)?[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\0?\d{2})$/i;
/** Longer than any of these. */
export const MAX_ESCAPE = 32;

/** A text that is searched, with what is known of it. */
export class ShapePlace {
  readonly text: string;
  /** False when the text may go on. */
  readonly over: boolean;
  #runs: Map<string, { readonly from: number; readonly to: number }> | null = null;

  constructor(text: string, over: boolean) {
    this.text = text;
    this.over = over;
  }

  /**
   * Where the characters of the alphabet that begin at `at` end. Asked for the same characters again it
   * does not go over them again; `part` tells runs apart that are asked for in turn.
   */
  runEnd(alphabet: Alphabet, at: number, part = ""): number {
    const key = alphabet + part;
    const known = this.#runs?.get(key);
    if (known !== undefined && known.from <= at && at < known.to) return known.to;
    const run = RUNS[alphabet];
    run.lastIndex = at;
    run.test(this.text);
    const to = run.lastIndex;
    this.#runs ??= new Map();
    this.#runs.set(key, { from: at, to });
    return to;
  }

  proven(proof: Proof, from: number, to: number): boolean {
    return PROOFS[proof](this.text.slice(from, Math.min(to, from + PROOF_LENGTH)));
  }

  /** True when nothing that is a part of it stands before what begins at `at`. */
  beginsWord(at: number, apart = false): boolean {
    if (at === 0) return true;
    const before = this.text.charCodeAt(at - 1);
    if (apart && (before === 45 || before === 46 || before === 95)) return false;
    return !isAlphanumeric(before) ||
      ESCAPE.test(this.text.slice(Math.max(0, at - MAX_ESCAPE), at));
  }

  /** What a sticky pattern matches at `at`; null for nothing. */
  at(pattern: RegExp, at: number): string | null {
    pattern.lastIndex = at;
    return pattern.exec(this.text)?.[0] ?? null;
  }

  /** True when the text may go on right behind `end`. */
  mayGoOn(end: number): boolean {
    return !this.over && end >= this.text.length;
  }
}

const RUNS = Object.fromEntries(
  Object.entries(ALPHABETS).map((
    [name, characters],
  ) => [name, new RegExp(`[${characters}]*`, "y")]),
) as Readonly<Record<Alphabet, RegExp>>;

const isAlphanumeric = (code: number) =>
  code >= 48 && code <= 57 || code >= 65 && code <= 90 || code >= 97 && code <= 122;

/** The growth of a run of characters. */
export function runGrowth(alphabet: Alphabet): Growth {
  return (place, from) => {
    const end = place.runEnd(alphabet, from);
    return { end, open: place.mayGoOn(end) };
  };
}

/** The match from `start` to the end of the run that began before `end` and ends there. */
export function runMatch(place: ShapePlace, start: number, end: number, alphabet: Alphabet): Match {
  return place.mayGoOn(end) ? { start, end, growth: runGrowth(alphabet) } : { start, end };
}
