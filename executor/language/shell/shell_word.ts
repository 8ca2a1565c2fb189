/** A word of a shell script, as far as it can be told before the script runs. */

/** Stands in `Word.text` for a value, or for the output of a command that holds one. */
export const VALUE = "\0";
/** Stands in `Word.text` for what the shell computes from anything else. */
export const COMPUTED = "\ufffe";

export class Word {
  /** Index of the first expression in it, and behind the last. */
  readonly from: number;
  to: number;
  /** Without its quotes, with `VALUE` and `COMPUTED` for what is not known. */
  text = "";
  /** As it is written; only of a computed word. */
  source = "";
  /** Some of it stands in quotes, so it is no reserved word. */
  quoted = false;
  /** It may become several words, or none. */
  spread = false;
  /** The variable that it sets where a command may begin. */
  assignment: string | null = null;
  /** An unquoted `{` makes several words of one where a comma follows. */
  brace = false;

  constructor(from: number) {
    this.from = from;
    this.to = from;
  }

  get hasValue(): boolean {
    return this.text.includes(VALUE);
  }

  /** What stands before the first thing that is not known. */
  get known(): string {
    const end = this.text.search(/[\0\ufffe]/);
    return end < 0 ? this.text : this.text.slice(0, end);
  }

  /** Nothing of it is unknown. */
  get literal(): boolean {
    return !/[\0\ufffe]/.test(this.text) && !this.spread;
  }
}
