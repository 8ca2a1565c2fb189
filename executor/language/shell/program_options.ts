/** Reads the options of a program as its row has them. */
import type { ProgramRow } from "./program_row.ts";
import { VALUE } from "./shell_word.ts";

export interface ProgramOption {
  /** What the next words are for, the first of them last. */
  readonly takes: ("code" | "data" | "last" | "module")[];
  /** Of a value that is attached to it: what it is, when it is known. */
  readonly kind: "code" | "unknown";
  /** A value that is attached to it is no data. */
  readonly value: boolean;
  readonly instead: boolean;
  readonly last: boolean;
  readonly reads: boolean;
  readonly harmless: boolean;
  readonly unknown: boolean;
}

const NONE: ProgramOption = {
  takes: [],
  kind: "unknown",
  value: false,
  instead: false,
  last: false,
  reads: false,
  harmless: false,
  unknown: false,
};

const sets = new Map<string, ReadonlySet<string>>();

function setOf(text: string | undefined): ReadonlySet<string> {
  const list = text ?? "";
  let set = sets.get(list);
  if (set === undefined) {
    set = new Set(list.split(" ").filter((name) => name !== ""));
    sets.set(list, set);
  }
  return set;
}

export class ProgramOptions {
  /** An option that is not known may take the next word, which then is no operand. */
  readonly strict: boolean;
  /** The operands are code: `perl -n` opens what they name as `open` does, commands among it. */
  runsOperands = false;
  readonly #row: ProgramRow;
  readonly #code: ReadonlySet<string>;
  readonly #instead: ReadonlySet<string>;
  readonly #last: ReadonlySet<string>;
  readonly #data: ReadonlySet<string>;
  readonly #pairs: ReadonlySet<string>;
  readonly #reads: ReadonlySet<string>;
  readonly #harmless: ReadonlySet<string>;
  readonly #flags: ReadonlySet<string>;
  readonly #letters: string;

  constructor(row: ProgramRow) {
    this.#row = row;
    this.strict = row.operands !== "data" && row.operands !== "code";
    this.#code = setOf(row.code);
    this.#instead = setOf(row.instead);
    this.#last = setOf(row.last);
    this.#data = setOf(row.data);
    this.#pairs = setOf(row.pairs);
    this.#reads = setOf(row.reads);
    this.#harmless = setOf(row.harmless);
    this.#flags = setOf(row.flags);
    this.#letters = [...this.#flags].filter((flag) => !flag.startsWith("-")).join("");
  }

  /** Reads a word that begins with a dash. */
  read(word: string): ProgramOption {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    const whole = this.#named(name, equals >= 0);
    if (whole !== null) return whole;
    if (word.startsWith("--")) {
      return { ...NONE, value: true, unknown: equals < 0 };
    }
    return this.#cluster(word);
  }

  #named(name: string, attached: boolean): ProgramOption | null {
    const takes = (kind: "code" | "data") => attached ? [] : [kind];
    if (this.#harmless.has(name)) return { ...NONE, harmless: true };
    if (this.#reads.has(name)) return { ...NONE, reads: true };
    if (this.#code.has(name)) return { ...NONE, takes: takes("code"), kind: "code", value: true };
    if (this.#instead.has(name)) {
      return { ...NONE, takes: takes("code"), kind: "code", value: true, instead: true };
    }
    if (this.#last.has(name)) {
      return { ...NONE, takes: ["last"], kind: "code", value: true, instead: true, last: true };
    }
    if (this.#row.module === name) {
      return { ...NONE, takes: ["module"], kind: "code", value: true, instead: true, last: true };
    }
    if (this.#pairs.has(name)) return { ...NONE, takes: ["data", "data"] };
    if (this.#data.has(name)) return { ...NONE, takes: takes("data") };
    if (this.#flags.has(name)) return { ...NONE, value: true };
    return null;
  }

  #cluster(word: string): ProgramOption {
    let all: ProgramOption = NONE;
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? "";
      const rest = word.slice(index + 1);
      if (letter === VALUE) return { ...all, value: true, unknown: true };
      const option = this.#named(`-${letter}`, rest !== "");
      if (option === null) {
        if (this.strict && !this.#letters.includes(letter)) {
          return { ...all, value: true, unknown: true };
        }
        if (/^(?:perl|ruby)/.test(this.#row.names) && /[np]/.test(letter)) this.runsOperands = true;
        // What follows is a value of its own, as in `-i.bak`.
        if (rest !== "" && !/^[A-Za-z0-9\0]/.test(rest)) return { ...all, value: true };
        continue;
      }
      all = {
        ...option,
        instead: all.instead || option.instead,
        reads: all.reads || option.reads,
        harmless: all.harmless || option.harmless,
      };
      if (option.reads || option.harmless) continue;
      // What the option takes stands behind it in the same word.
      return rest === "" ? all : { ...all, takes: option.takes.slice(1) };
    }
    return all;
  }
}
