/** Goes through the arguments of a program that has a row, and refuses what it reads as code. */
import { ProgramOptions } from "./program_options.ts";
import type { ProgramRow } from "./program_row.ts";
import { rowOf } from "./program_table.ts";
import { COMPUTED, VALUE, type Word } from "./shell_word.ts";
import type { CommandVerdict } from "./command_verdict.ts";

export const UNSURE = "what stands before it may take it for something else";
export const COMMAND = "it would be the command itself";
const OPTION = "it could be read as an option; write -- before it";

/** Standard input by its names. */
const STDIN = /^(?:-|\/dev\/stdin|\/dev\/fd\/0|\/proc\/self\/fd\/0)$/;

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/** Programs whose operands `NAME=value` are data. */
const DECLARES = /^(?:declare|typeset|local|export|readonly)$/;

/** What is behind the words that were read. */
export interface Rest {
  /** Index of the command that the program runs. */
  readonly command?: number;
  /** Index behind the name of a program that is not known. */
  readonly unknown?: number;
}

/** Options of `git` that run something are many, so that a value may be none, whatever the subcommand. */
const ANY_GIT: ProgramRow = { names: "git", operands: "data" };

export class ProgramArguments {
  readonly #name: string;
  readonly #row: ProgramRow;
  readonly #options: ProgramOptions;
  readonly #words: readonly Word[];
  readonly #verdict: CommandVerdict;
  readonly #code: string;
  /** What the words to come are for, the next one last. */
  readonly #awaited: ("code" | "data" | "last" | "module")[] = [];
  #operands = 0;
  /** No options follow. */
  #ended = false;
  /** An option that is not known may have taken a word for its own. */
  #unsure = false;
  /** The code was in an option, so the operands are data. */
  #instead = false;
  /** The code comes from standard input. */
  #reads = false;
  #harmless = false;

  constructor(name: string, row: ProgramRow, words: readonly Word[], verdict: CommandVerdict) {
    this.#name = name;
    this.#row = row;
    this.#options = new ProgramOptions(row);
    this.#words = words;
    this.#verdict = verdict;
    this.#code = row.operands === "all"
      ? `${name} takes its arguments for code`
      : `${name} would read it as code`;
  }

  /** Reads `words` from an index on. */
  read(from: number): Rest {
    if (this.#row.operands === "all") return this.#all(from);
    for (let at = from; at < this.#words.length; at++) {
      const word = this.#words[at];
      if (word === undefined) break;
      const kind = word.spread ? undefined : this.#awaited.pop();
      const rest = kind !== undefined
        ? this.#value(word, kind, at)
        : this.#isOption(word)
        ? this.#option(word)
        : this.#operand(word, at);
      if (rest !== null) return rest;
    }
    this.#atEnd();
    return {};
  }

  #all(from: number): Rest {
    this.#refuseFrom(from, this.#code);
    const first = this.#words[from];
    if (this.#row.stdin === true || first !== undefined && STDIN.test(first.text)) {
      this.#verdict.stdin = this.#code;
    }
    return {};
  }

  #isOption({ text, spread }: Word): boolean {
    if (this.#ended || spread || STDIN.test(text)) return false;
    return text.startsWith("-") ||
      text.startsWith("+") && (this.#row.plus === true || this.#row.data?.includes("+") === true);
  }

  #value(word: Word, kind: "code" | "data" | "last" | "module", at: number): Rest | null {
    if (this.#unsure) this.#refuse(word, UNSURE);
    if (kind === "data") return null;
    if (STDIN.test(word.text)) this.#verdict.stdin = this.#code;
    this.#refuse(word, this.#code);
    // Perl opens what `<>` reads as the shell would, pipes among it.
    if (this.#name === "perl" && /<>/.test(word.text)) this.#options.runsOperands = true;
    // A module of a language is a program like others.
    if (kind === "module") return word.hasValue ? {} : { command: at };
    if (kind === "last") this.#ended = true;
    return null;
  }

  #option(word: Word): null {
    if (word.text === "--") {
      this.#ended = true;
      this.#unsure = false;
      return null;
    }
    if (this.#row.plus === true && word.text.startsWith("+")) {
      this.#refuse(word, this.#code);
      return null;
    }
    const option = this.#options.read(word.text);
    if (option.value) this.#refuse(word, option.kind === "code" ? this.#code : UNSURE);
    this.#instead ||= option.instead;
    this.#reads ||= option.reads;
    this.#harmless ||= option.harmless;
    this.#unsure ||= option.unknown && this.#options.strict;
    this.#awaited.push(...option.takes);
    if (option.last && option.takes.length === 0) this.#ended = true;
    return null;
  }

  #operand(word: Word, at: number): Rest | null {
    const { text } = word;
    const { operands, skip = 0, assigns } = this.#row;
    if (this.#harmless) return null;
    if (!this.#ended && text.startsWith(VALUE)) this.#refuse(word, OPTION);
    // It may be an option, or several words, or none.
    const open = !this.#ended && (text === COMPUTED || /^-./.test(text));
    if (open || word.spread && this.#operands === 0) this.#unsure ||= this.#options.strict;
    if (this.#unsure) this.#refuse(word, UNSURE);
    if (text === "" && !word.hasValue && operands.startsWith("first")) return null;
    if (this.#row.bundle === true && this.#operands === 0 && /^[A-Za-z]+$/.test(text)) {
      const takes = [...text].flatMap((letter) => this.#options.read(`-${letter}`).takes);
      this.#awaited.push(...takes.reverse());
      this.#operands++;
      return null;
    }
    if (operands === "subcommand") return this.#subcommand(word, at);
    if (operands === "command") {
      if (assigns === true && ASSIGNMENT.test(text)) return null;
      if (this.#operands >= skip) {
        if (!this.#unsure) return { command: at };
        this.#refuseFrom(at, UNSURE);
        this.#verdict.stdin ??= UNSURE;
        return {};
      }
    } else if (this.#isCode(word)) {
      if (STDIN.test(text)) this.#verdict.stdin = this.#code;
      this.#refuse(word, this.#code);
    }
    this.#operands++;
    const ends = operands === "first" || operands === "command" && this.#row.anywhere !== true;
    if (ends && !this.#unsure) this.#ended = true;
    return null;
  }

  #isCode(word: Word): boolean {
    switch (this.#row.operands) {
      case "first":
      case "first anywhere":
        return this.#options.runsOperands ||
          this.#operands === 0 && !this.#instead && !this.#reads;
      case "later":
        return this.#operands > 0;
      case "code":
        return !(DECLARES.test(this.#name) && ASSIGNMENT.test(word.known));
      default:
        return false;
    }
  }

  #subcommand(word: Word, at: number): Rest {
    this.#refuse(word, COMMAND);
    if (this.#unsure || !word.literal) {
      this.#refuseFrom(at, UNSURE);
      this.#verdict.stdin ??= UNSURE;
      return {};
    }
    const name = `${this.#name} ${word.text}`;
    const row = rowOf(name) ?? (this.#name === "git" ? ANY_GIT : undefined);
    if (row === undefined) return { unknown: at + 1 };
    return new ProgramArguments(name, row, this.#words, this.#verdict).read(at + 1);
  }

  #atEnd(): void {
    if (this.#row.stdin !== true || this.#instead || this.#harmless) return;
    const given = this.#row.operands === "later"
      ? this.#operands > 1
      : this.#row.operands === "first" && this.#operands > 0;
    if (!given || this.#reads) this.#verdict.stdin ??= this.#code;
  }

  #refuseFrom(from: number, reason: string): void {
    for (const word of this.#words.slice(from)) this.#refuse(word, reason);
  }

  #refuse(word: Word, reason: string): void {
    if (word.hasValue) this.#verdict.refuse(word, reason);
  }
}
