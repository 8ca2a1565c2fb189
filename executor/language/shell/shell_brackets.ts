/** Reads what stands in brackets of bash, and comments. */
import { ARRAY } from "./judge_builtin.ts";
import { DocumentReader } from "./shell_documents.ts";
import { VALUE, Word } from "./shell_word.ts";

export abstract class BracketReader extends DocumentReader {
  /** `name=(…)`: newlines are blanks in it. */
  protected array(word: Word): void {
    this.at++;
    this.computedNames.add(`${ARRAY}${word.assignment}`);
    const reads = () => {
      const item = new Word(this.places.length);
      while (!this.done && !/[\s()]/.test(this.next)) {
        if (this.take("word")) item.text += VALUE;
        else this.#inArray(item);
      }
      if (/^\[/.test(item.known)) {
        this.refuse(item.from, this.places.length, "it is the index of an array, so arithmetic");
      }
      if (this.places.length > item.from) word.text += VALUE;
    };
    while (!this.done) {
      if (this.next === ")") {
        this.at++;
        return;
      }
      if (this.next === "(") return this.giveUp();
      if (this.next === "#") this.comment();
      else if (/\s/.test(this.next)) {
        if (this.next === "\n" && this.pending > 0) return this.giveUp();
        this.at++;
      } else reads();
    }
  }

  #inArray(item: Word): void {
    switch (this.next) {
      case "'":
        return this.single(item);
      case '"':
        return this.double(item);
      case "\\":
      case "`":
        return this.inDouble(item, "double");
      case "$":
        return this.dollar(item, "word");
      case "<":
      case ">":
      case ";":
      case "&":
      case "|":
        return this.giveUp();
      default:
        item.text += this.next;
        this.at++;
    }
  }

  /** `[[ … ]]`, up to its end. */
  protected test(): void {
    const { at } = this;
    let depth = 0;
    this.within("bash may evaluate what stands in [[ … ]]; use [ … ]", () => {
      while (!this.done) {
        if (this.take("word")) continue;
        const character = this.next;
        const word = new Word(this.places.length);
        if (
          /^[ \t\n]\]\](?=[\s;&|)])|^[ \t\n]\]\]$/.test(this.script.slice(this.at, this.at + 4))
        ) {
          this.at += 3;
          break;
        }
        if (character === "'") this.single(word);
        else if (character === '"' || character === "`" || character === "\\") {
          if (character === '"') this.double(word);
          else this.inDouble(word, "double");
        } else if (character === "$") this.dollar(word, "word");
        else if (/^(?:;|<<|[<>]\(|[ \t\n]#)/.test(this.script.slice(this.at, this.at + 2))) {
          return this.giveUp();
        } else {
          if (character === "\n" && this.pending > 0) return this.giveUp();
          if (character === "(") depth++;
          if (character === ")" && --depth < 0) return this.giveUp();
          this.at++;
        }
      }
    });
    const text = this.script.slice(at, this.at);
    if (/\s-(?:eq|ne|lt|le|gt|ge|v)\s/.test(text)) this.computes(text);
  }

  protected comment(): void {
    while (!this.done && this.next !== "\n") {
      if (!this.take("comment")) this.at++;
    }
  }
}
