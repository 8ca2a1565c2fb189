/** What the reader of a shell script knows about the command that it is in. */

/** Words after which a command begins. */
const RESERVED = new Set("if then else elif fi while until do done esac { } ! time".split(" "));

/** A list of commands: the script, a subshell, or `$(…)`. */
export class Frame {
  /** True of `$(…)`: the word around it goes on behind it. */
  readonly inWord: boolean;
  /** `"…"` is open. */
  quotes = false;
  /** Of the command so far, without quotes, assignments and redirections. */
  words: string[] = [];
  /** The word being read, without its quotes; null between words. */
  word: string | null = null;
  /** The next word is the target of a redirection. */
  redirect = false;
  /** `case` without its `esac`: there a `)` ends a pattern. */
  cases = 0;

  constructor(inWord: boolean) {
    this.inWord = inWord;
  }

  add(text: string): void {
    this.word = (this.word ?? "") + text;
  }

  endWord(): void {
    const word = this.word;
    this.word = null;
    if (word === null) return;
    if (this.redirect) {
      this.redirect = false;
      return;
    }
    if (this.words.length === 0) {
      if (RESERVED.has(word)) {
        if (word === "esac") this.cases = Math.max(0, this.cases - 1);
        return;
      }
      if (/^[A-Za-z_]\w*\+?=/.test(word)) return;
      if (word === "case") this.cases++;
    }
    this.words.push(word);
  }

  endCommand(): void {
    this.endWord();
    // A new list: a here-document still looks at the old one.
    this.words = [];
    this.redirect = false;
  }
}
