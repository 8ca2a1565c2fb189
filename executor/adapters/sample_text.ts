/** A text that a simple regular expression accepts. The same expression always gives the same text. */

/** What is tried when an expression says more than this understands. */
const WORDS = ["mock", "mock-1", "MOCK-1", "M", "1", "1.0.0", "2024-01-01", "#1", "a/b.txt"];
const LENGTHS = [4, 7, 8, 32, 40, 64];
/** Preferred for a class of characters, in this order. */
const CHARACTERS = ["m", "1", "M", "a", "0", "A", "-", "_", "/", ".", " "];
const CLASSES: Readonly<Record<string, string>> = {
  d: "1",
  w: "m",
  s: " ",
  D: "m",
  W: "-",
  S: "m",
};
/** Nested repetitions grow fast; what is longer than this fits nothing that matters. */
const LONGEST = 10_000;

/**
 * Understands literals, classes, groups, alternatives and repetitions; no look-around, no references.
 *
 * @param least its length in characters, at least.
 * @returns null when no text was found.
 */
export function sampleTextFor(pattern: string, least: number): string | null {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, "u");
  } catch (error) {
    // An invalid pattern is the contract's to report.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const lengths = LENGTHS.filter((length) => length >= least).map((length) => "a".repeat(length));
  const written = new Reader(pattern).alternatives();
  const padded = written + "m".repeat(Math.max(0, least - written.length));
  return [...WORDS, written, padded, ...lengths]
    .find((text) => text.length >= least && expression.test(text)) ?? null;
}

/** Writes a text while it reads an expression, taking the first of all alternatives. */
class Reader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** Up to the end, or to the `)` of the group that it reads. */
  alternatives(): string {
    const first = this.#sequence();
    while (this.#takes("|")) this.#sequence();
    return first;
  }

  #takes(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #sequence(): string {
    let text = "";
    for (let char = this.#pattern[this.#at]; char !== undefined; char = this.#pattern[this.#at]) {
      if (char === "|" || char === ")") break;
      const atom = this.#atom(char);
      const most = Math.ceil(LONGEST / Math.max(1, atom.length));
      text += atom.repeat(Math.min(this.#repeats(), most));
    }
    return text;
  }

  #atom(char: string): string {
    this.#at++;
    switch (char) {
      case "^":
      case "$":
        return "";
      case ".":
        return "m";
      case "\\":
        return this.#escaped();
      case "[":
        return this.#class();
      case "(": {
        if (this.#takes("?:") || this.#takes("?<")) {
          const name = /^\w+>/.exec(this.#pattern.slice(this.#at));
          this.#at += name?.[0].length ?? 0;
        }
        const text = this.alternatives();
        this.#takes(")");
        return text;
      }
      default:
        return char;
    }
  }

  #escaped(): string {
    const char = this.#pattern[this.#at++] ?? "";
    return CLASSES[char] ?? (char === "b" ? "" : char);
  }

  #class(): string {
    const from = this.#at - 1;
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== "]") {
      this.#at += this.#pattern[this.#at] === "\\" ? 2 : 1;
    }
    this.#at++;
    const set = new RegExp(this.#pattern.slice(from, this.#at), "u");
    const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(index + 33));
    return [...CHARACTERS, ...printable].find((char) => set.test(char)) ?? "";
  }

  /** How often what was just read has to stand there: as few times as is allowed, but once for `*`. */
  #repeats(): number {
    const rest = this.#pattern.slice(this.#at);
    const [all = "", least] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(rest) ?? [];
    this.#at += all.length;
    return least === undefined ? 1 : Number(least);
  }
}
