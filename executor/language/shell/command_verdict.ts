/** What becomes of the words of a command. */
import type { Word } from "./shell_word.ts";

export class CommandVerdict {
  /** Words in which no value may stand, each with the reason. */
  readonly refused: { readonly word: Word; readonly reason: string }[] = [];
  /** Variables that it sets to words of its own. */
  readonly assigned: { readonly name: string; readonly word: Word }[] = [];
  /** Variables that it sets to what it reads from its standard input. */
  readonly reads: string[] = [];
  /** Variables that bash evaluates from now on, or that it evaluates itself. */
  readonly computes: string[] = [];
  /** Why nothing may reach its standard input. */
  stdin: string | null = null;
  /** What follows in the script may be read in another way. */
  changesReading = false;

  /** What `xargs` reads has been judged, or is being. */
  inXargs = false;

  refuse(word: Word, reason: string): void {
    this.refused.push({ word, reason });
  }
}
