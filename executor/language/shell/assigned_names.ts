/** Variables that a script gives a value, which bash evaluates when it computes with them. */
import { ARRAY, POSITIONAL } from "./judge_builtin.ts";
import type { Word } from "./shell_word.ts";

/** Indices of expressions. */
interface Range {
  readonly from: number;
  readonly to: number;
}

export class AssignedNames {
  readonly #assigned: (Range & { name: string })[] = [];
  readonly #functions = new Set<string>();
  readonly #calls: (Range & { name: string })[] = [];

  add(name: string, { from, to }: Range): void {
    if (to > from) this.#assigned.push({ name, from, to });
  }

  addFunction(name: string): void {
    this.#functions.add(name);
  }

  /** A command, which may be a function that is yet to come. */
  addCall(words: readonly Word[]): void {
    const name = words[0];
    const to = words.at(-1)?.to ?? 0;
    if (name !== undefined && to > name.to) {
      this.#calls.push({ name: name.text, from: name.to, to });
    }
  }

  /** Variables that some command reads from its standard input. */
  readonly read = new Set<string>();
  readonly #flows: Range[] = [];

  /** Expressions that reach the standard input of some command. */
  addFlow(from: number, to: number): void {
    if (to > from) this.#flows.push({ from, to });
  }

  /** Those whose names are among others, the arguments of functions included. */
  *among(names: ReadonlySet<string>): Generator<Range & { name: string }> {
    for (const { name, from, to } of this.#assigned) {
      if (names.has(name)) yield { name: name.replace(ARRAY, ""), from, to };
    }
    for (const name of this.read) {
      if (!names.has(name)) continue;
      for (const { from, to } of this.#flows) yield { name, from, to };
      break;
    }
    if (!names.has(POSITIONAL)) return;
    for (const { name, from, to } of this.#calls) {
      if (this.#functions.has(name)) yield { name: "$1", from, to };
    }
  }
}
