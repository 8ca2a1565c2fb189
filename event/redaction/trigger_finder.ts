/** Finds where one of many short texts begins, with one look at each character. */

export interface Trigger<T> {
  /** At least two characters of ASCII; in lower case when `anyCase`. */
  readonly trigger: string;
  readonly anyCase: boolean;
  /** What it stands for. */
  readonly of: T;
}

/** The search goes by three characters, hashed to so many bits. */
const BITS = 16;
const MASK = (1 << BITS) - 1;
/** What may follow a trigger of two characters. */
const ANY = Array.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.-~");

const hash = (one: number, two: number, three: number) => (one << 10 ^ two << 5 ^ three) & MASK;

export class TriggerFinder<T> {
  readonly #known = new Uint8Array(1 << BITS);
  /** Longest first. */
  readonly #triggers = new Map<number, Trigger<T>[]>();

  constructor(triggers: readonly Trigger<T>[]) {
    for (const one of triggers) {
      for (const beginning of beginnings(one)) {
        const key = keyAt(beginning, 0);
        this.#known[key] = 1;
        const same = this.#triggers.get(key) ?? [];
        if (!same.includes(one)) same.push(one);
        this.#triggers.set(key, same.sort((a, b) => b.trigger.length - a.trigger.length));
      }
    }
  }

  /** Where the first trigger from `from` on may begin; the length of the text when there is none. */
  next(text: string, from: number): number {
    const known = this.#known;
    const { length } = text;
    let one = text.charCodeAt(from);
    let two = text.charCodeAt(from + 1);
    for (let at = from; at + 2 < length; at++) {
      const three = text.charCodeAt(at + 2);
      if (known[hash(one, two, three)] === 1) return at;
      one = two;
      two = three;
    }
    return length;
  }

  /** The triggers that begin at `at`, longest first. */
  *at(text: string, at: number): Generator<Trigger<T>> {
    for (const one of this.#triggers.get(keyAt(text, at)) ?? []) {
      const { trigger, anyCase } = one;
      if (text.startsWith(trigger, at)) yield one;
      else if (anyCase && text.slice(at, at + trigger.length).toLowerCase() === trigger) yield one;
    }
  }
}

const keyAt = (text: string, at: number) =>
  hash(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2));

/** All texts of three characters that a trigger may begin with. */
function beginnings<T>({ trigger, anyCase }: Trigger<T>): string[] {
  const endings = trigger.length > 2 ? [trigger.slice(0, 3)] : ANY.map((one) => trigger + one);
  if (!anyCase) return endings;
  return endings.flatMap((ending) =>
    [...ending].reduce<string[]>(
      (begun, one) => begun.flatMap((text) => [...new Set([text + one, text + one.toUpperCase()])]),
      [""],
    )
  );
}
