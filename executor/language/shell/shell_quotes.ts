/** Reads quotes and expansions, which nest in each other and in commands. */
import { ShellCursor } from "./shell_cursor.ts";
import { POSITIONAL } from "./judge_builtin.ts";
import { COMPUTED, VALUE, Word } from "./shell_word.ts";

const DISAGREE = "shells disagree about the quoting before it";
const ARITHMETIC = "arithmetic would evaluate it";

/** What a shell may compute with: no quote, and nothing that ends a command. */
const COMPUTABLE = /[\w\s+\-*/%<>=!&|^~?:,.@#[\]{}]/;

/** Where an expansion stands: between words, in `"…"`, in a here-document. */
export type Around = "word" | "double" | "document";

export abstract class QuoteReader extends ShellCursor {
  /** Here-documents that begin at the next newline. */
  protected abstract get pending(): number;
  /** Names that arithmetic reads. */
  readonly computedNames: Set<string> = new Set();

  /** Reads commands up to the `)` that closes them, and goes behind it. */
  protected abstract commands(): void;

  /** At `'`. */
  protected single(word: Word): void {
    word.quoted = true;
    this.at++;
    while (!this.done) {
      if (this.take("single")) {
        word.text += VALUE;
        continue;
      }
      const character = this.next;
      this.at++;
      if (character === "'") return;
      this.#newline(character);
      word.text += character;
    }
  }

  /** At `"`. */
  protected double(word: Word): void {
    word.quoted = true;
    this.at++;
    while (!this.done) {
      if (this.take("double")) {
        word.text += VALUE;
        continue;
      }
      if (this.next === '"') {
        this.at++;
        return;
      }
      this.inDouble(word, "double");
    }
  }

  /** One character, or one expansion, of what is in double quotes or in a here-document. */
  protected inDouble(word: Word, around: Around): void {
    switch (this.next) {
      case "\\":
        if (!this.startsWith("\\\n")) word.text += this.script[this.at + 1] ?? "";
        this.at += 2;
        break;
      case "`":
        this.backquotes(word, around);
        break;
      case "$":
        this.dollar(word, around);
        break;
      default:
        this.#newline(this.next);
        word.text += this.next;
        this.at++;
    }
  }

  #newline(character: string): void {
    if (character === "\n" && this.pending > 0) this.giveUp(DISAGREE);
  }

  /** At `$`. */
  protected dollar(word: Word, around: Around): void {
    const follows = this.script[this.at + 1] ?? "";
    if (follows === "(") {
      if (this.startsWith("$((")) return this.#arithmetic(word, "$((", around);
      return this.substitution(word, "$(", around);
    }
    if (follows === "{") {
      // `${{` is no shell's, and what people write for others.
      if (this.startsWith("${{")) return this.giveUp(DISAGREE);
      return this.#braces(word, around);
    }
    if (follows === "[") this.computes(this.script.slice(this.at, this.at + 300));
    if (follows === "\\" && this.startsWith("$\\\n") || follows === "[") {
      return this.giveUp(DISAGREE);
    }
    if (around === "word" && follows === "'") return this.#escaped(word);
    if (around === "word" && follows === '"') {
      this.at++;
      return this.within('it stands in $"…", which not every shell knows', () => this.double(word));
    }
    const name = /^\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])/.exec(this.script.slice(this.at, this.at + 256));
    if (name === null) {
      word.text += "$";
      this.at++;
      return;
    }
    this.#computed(word, name[0] === "$@" || around === "word");
    word.source += name[0];
    this.at += name[0].length;
  }

  #computed(word: Word, spread: boolean): void {
    word.text += COMPUTED;
    if (spread) word.spread = true;
  }

  /** At `$(`, `<(` or `>(`. */
  protected substitution(word: Word, opening: string, around: Around): void {
    const { at, places: { length } } = this;
    const { pending } = this;
    this.at += opening.length;
    this.commands();
    if (this.pending > pending || pending > 0 && this.script.slice(at, this.at).includes("\n")) {
      return this.giveUp(DISAGREE);
    }
    word.source += this.script.slice(at, this.at);
    this.#computed(word, around === "word" && opening === "$(");
    if (this.places.length > length) word.text += VALUE;
  }

  /** At a backquote. */
  protected backquotes(word: Word, around: Around): void {
    const { at, places: { length } } = this;
    this.at++;
    this.within("it stands in backquotes; use $(…)", () => {
      while (!this.done) {
        if (this.take("word")) continue;
        const character = this.next;
        this.at += character === "\\" ? 2 : 1;
        if (character === "`") break;
        this.#newline(character);
      }
    });
    word.source += this.script.slice(at, this.at);
    this.#computed(word, around === "word");
    if (this.places.length > length) word.text += VALUE;
  }

  /** At `$'`: where it ends must be the same whether a shell knows escapes in it or not. */
  #escaped(word: Word): void {
    const { at } = this;
    word.quoted = true;
    this.at += 2;
    this.within("it stands in $'…', which not every shell knows", () => {
      while (!this.done) {
        if (this.take("single")) continue;
        if (this.startsWith("\\'")) return this.giveUp(DISAGREE);
        const character = this.next;
        this.at += character === "\\" ? 2 : 1;
        if (character === "'") break;
        this.#newline(character);
      }
    });
    const text = this.script.slice(at + 2, this.at - 1);
    // Only bash takes it for what stands in it.
    word.text += text.includes("\\") ? COMPUTED : text;
  }

  /** At `${`. */
  #braces(word: Word, around: Around): void {
    const { at } = this;
    this.at += 2;
    const head = /^[!#]?(?:[A-Za-z_]\w*|\d+|[@*#?$!-])/.exec(
      this.script.slice(this.at, this.at + 256),
    );
    if (head === null) return this.giveUp(DISAGREE);
    this.within("it stands in ${…}", () => this.#inBraces(new Word(this.places.length), around));
    const text = this.script.slice(at, this.at);
    // An index and an offset are arithmetic.
    // as is what a name names, and what is expanded like a prompt.
    if (/^\$\{(?:!|[\w@*]+(?:\[|:[^-=+?]|@))/.test(text)) this.computes(text);
    word.source += text;
    this.#computed(word, around === "word" || /@/.test(text));
  }

  #inBraces(inner: Word, around: Around): void {
    while (!this.done) {
      if (this.take("word")) continue;
      const two = this.script.slice(this.at, this.at + 2);
      switch (this.next) {
        case "}":
          this.at++;
          return;
        case "'":
          if (around !== "word") return this.giveUp(DISAGREE);
          this.single(inner);
          break;
        case '"':
          if (around === "document") return this.giveUp(DISAGREE);
          this.double(inner);
          break;
        case "{":
          return this.giveUp(DISAGREE);
        case "<":
        case ">":
          if (this.script[this.at + 1] === "(") return this.giveUp(DISAGREE);
          this.at++;
          break;
        case "\\":
          if (around !== "word" && /^\\["'}]$/.test(two)) return this.giveUp(DISAGREE);
          this.at += 2;
          break;
        default:
          if (two === "$'" || two === '$"') return this.giveUp(DISAGREE);
          this.inDouble(inner, around === "word" ? "double" : around);
      }
    }
  }

  #arithmetic(word: Word, opening: string, around: Around): void {
    const { at } = this;
    this.arithmetic(opening);
    word.source += this.script.slice(at, this.at);
    this.#computed(word, around === "word");
  }

  /** At `$((` or `((`, up to the `))`. What may be commands in parentheses is not read on. */
  protected arithmetic(opening: string): void {
    const { at } = this;
    this.at += opening.length;
    let depth = 0;
    const inner = new Word(this.places.length);
    this.within(ARITHMETIC, () => {
      while (!this.done) {
        if (this.take("word")) continue;
        const character = this.next;
        if (character === ")" && depth === 0) {
          if (!this.startsWith("))")) return this.giveUp(DISAGREE);
          this.at += 2;
          return;
        }
        if (character === "$") this.dollar(inner, "double");
        else if (character === "(" || character === ")") {
          depth += character === "(" ? 1 : -1;
          this.at++;
        } else if (
          COMPUTABLE.test(character) && (opening === "$((" || !this.startsWith("<<")) &&
            (opening === "$((" || character !== "#") ||
          opening === "((" && character === ";"
        ) {
          this.#newline(character);
          this.at++;
        } else return this.giveUp(DISAGREE);
      }
    });
    this.computes(this.script.slice(at, this.at));
  }

  /** Notes the names in a text that arithmetic reads. */
  protected computes(text: string): void {
    for (const [name] of text.matchAll(/[A-Za-z_]\w*/g)) this.computedNames.add(name);
    if (/\$\{?[\d@*]/.test(text)) this.computedNames.add(POSITIONAL);
  }
}
