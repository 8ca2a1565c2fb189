/** Finds any of many texts in one, looking at a fraction of its characters (after Wu and Manber). */
import { MIN_SECRET_LENGTH } from "./secret_names.ts";

/** Half open: characters from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The search goes by pairs of characters, hashed to so many bits. */
const BITS = 14;
const WINDOW = MIN_SECRET_LENGTH;
/** How far the search goes when a pair is in no text. */
const FARTHEST = WINDOW - 1;

const pairAt = (text: string, at: number) =>
  (text.charCodeAt(at) << 6 ^ text.charCodeAt(at + 1)) & ((1 << BITS) - 1);

/** Finds texts of at least {@linkcode MIN_SECRET_LENGTH} characters. */
export class ValueFinder {
  /** By pair: how far its nearest place in a text's first characters is from their end. */
  readonly #shifts = new Uint8Array(1 << BITS).fill(FARTHEST);
  /** The texts by the pair that ends their first characters. */
  readonly #ends = new Map<number, string[]>();
  /** The texts by their first character. */
  readonly #begins = new Map<number, string[]>();
  /** By first character, of which the last bits count: whether there is one. */
  readonly #first = new Uint8Array(256);
  #longest = 0;

  constructor(texts: Iterable<string>) {
    for (const text of texts) this.#add(text);
  }

  #add(text: string): void {
    this.#longest = Math.max(this.#longest, text.length);
    for (let at = 0; at < FARTHEST; at++) {
      const pair = pairAt(text, at);
      this.#shifts[pair] = Math.min(this.#shifts[pair] ?? FARTHEST, FARTHEST - 1 - at);
    }
    push(this.#ends, pairAt(text, FARTHEST - 1), text);
    push(this.#begins, text.charCodeAt(0), text);
    this.#first[text.charCodeAt(0) & 255] = 1;
  }

  /** All places from `from` on where one of the texts stands, those that overlap too, by their starts. */
  find(text: string, from: number): Span[] {
    const spans: Span[] = [];
    if (this.#longest === 0) return spans;
    const last = text.length - 1;
    for (let at = from + FARTHEST - 1; at < last;) {
      const pair = pairAt(text, at);
      const shift = this.#shifts[pair] ?? 0;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const start = at - FARTHEST + 1;
      let length = 0;
      for (const one of this.#ends.get(pair) ?? []) {
        if (one.length > length && text.startsWith(one, start)) length = one.length;
      }
      if (length > 0) spans.push({ start, end: start + length });
      at++;
    }
    return spans;
  }

  /** Where, from `from` on, what may be the beginning of one of the texts begins; the end if nowhere. */
  open(text: string, from: number): number {
    const { length } = text;
    for (let at = Math.max(from, length - this.#longest + 1); at < length; at++) {
      if (this.#first[text.charCodeAt(at) & 255] === 0) continue;
      const texts = this.#begins.get(text.charCodeAt(at));
      if (texts === undefined) continue;
      const rest = text.slice(at);
      if (texts.some((one) => one.length > rest.length && one.startsWith(rest))) return at;
    }
    return length;
  }
}

function push(map: Map<number, string[]>, key: number, text: string): void {
  const texts = map.get(key);
  if (texts === undefined) map.set(key, [text]);
  else texts.push(text);
}
