/**
 * Where in a shell script an expression stands: between words, in which quotes, or in a place where no
 * value is safe. Reads the grammar of the POSIX shell as far as quoting and simple commands go; what it
 * does not know it refuses.
 */
import type { Expression } from "./template.ts";
import { asCode } from "./shell_command.ts";
import { Frame } from "./shell_frame.ts";

export type Place =
  | { readonly kind: "word" | "double" | "single" | "comment" }
  | { readonly kind: "refused"; readonly reason: string };

interface HereDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  /** `<<-`: leading tabs do not count. */
  readonly tabs: boolean;
  /** Of the command that reads it; still growing when it is found. */
  readonly words: readonly string[];
}

const refused = (reason: string): Place => ({ kind: "refused", reason });

/** One place for each expression, in their order. */
export function placesIn(script: string, expressions: readonly Expression[]): Place[] {
  return new Reader(script, expressions).read();
}

class Reader {
  readonly #script: string;
  readonly #expressions: readonly Expression[];
  readonly #places: Place[] = [];
  readonly #frames: Frame[] = [];
  #documents: HereDocument[] = [];
  #at = 0;
  /** Shells read what follows differently: nothing is safe any more. */
  #unclear = false;

  constructor(script: string, expressions: readonly Expression[]) {
    this.#script = script;
    this.#expressions = expressions;
  }

  read(): Place[] {
    this.#frames.push(new Frame(false));
    while (this.#at < this.#script.length) {
      if (this.#frame().quotes) this.#double();
      else this.#command();
    }
    return this.#places;
  }

  #frame(): Frame {
    const frame = this.#frames.at(-1);
    if (frame === undefined) throw new Error("the script's own frame is never left");
    return frame;
  }

  /** Takes the expression that begins here, if one does. */
  #expression(placeOf: () => Place): boolean {
    const expression = this.#expressions[this.#places.length];
    if (expression === undefined || expression.start !== this.#at) return false;
    this.#places.push(
      this.#unclear ? refused("shells disagree about the quoting before it") : placeOf(),
    );
    this.#at = expression.end;
    return true;
  }

  #add(text: string): void {
    this.#frame().add(text);
  }

  #value(kind: "word" | "double" | "single"): Place {
    const frame = this.#frame();
    if (frame.redirect) return { kind };
    const reason = asCode(frame.words, frame.word ?? "");
    return reason === null ? { kind } : refused(reason);
  }

  #command(): void {
    const script = this.#script;
    const character = script[this.#at] ?? "";
    if (this.#expression(() => this.#value("word"))) return this.#add("\0");
    const frame = this.#frame();
    switch (character) {
      case " ":
      case "\t":
        this.#frame().endWord();
        break;
      case "\n":
        this.#frame().endCommand();
        this.#at++;
        return this.#hereDocuments();
      case ";":
      case "|":
        this.#frame().endCommand();
        break;
      case "&":
        if (script[this.#at - 1] !== ">" && script[this.#at - 1] !== "<") {
          this.#frame().endCommand();
        }
        break;
      case "#":
        if (frame.word === null) return this.#comment();
        this.#add("#");
        break;
      case "\\":
        this.#add(script[this.#at + 1] === "\n" ? "" : script[this.#at + 1] ?? "");
        this.#at++;
        break;
      case "'":
        this.#at++;
        return this.#single();
      case '"':
        this.#add("");
        frame.quotes = true;
        break;
      case "`":
        return this.#until(/(?<!\\)`/y, "it stands in backquotes; use $(…)");
      case "$":
        return this.#dollar();
      case "(":
        if (script.startsWith("((", this.#at)) return this.#arithmetic("((");
        this.#frame().endCommand();
        this.#push(false);
        break;
      case ")":
        this.#close();
        break;
      case "<":
      case ">":
        return this.#redirection();
      default:
        this.#add(character);
    }
    this.#at++;
  }

  #double(): void {
    const character = this.#script[this.#at] ?? "";
    if (this.#expression(() => this.#value("double"))) return this.#add("\0");
    switch (character) {
      case '"':
        this.#frame().quotes = false;
        break;
      case "\\":
        this.#add(this.#script[this.#at + 1] ?? "");
        this.#at++;
        break;
      case "`":
        return this.#until(/(?<!\\)`/y, "it stands in backquotes; use $(…)");
      case "$":
        return this.#dollar();
      default:
        this.#add(character);
    }
    this.#at++;
  }

  #single(): void {
    while (this.#at < this.#script.length) {
      if (this.#expression(() => this.#value("single"))) {
        this.#add("\0");
        continue;
      }
      const character = this.#script[this.#at++] ?? "";
      if (character === "'") return this.#add("");
      this.#add(character);
    }
  }

  #dollar(): void {
    const script = this.#script;
    if (script.startsWith("$((", this.#at)) return this.#arithmetic("$((");
    if (script.startsWith("$(", this.#at)) {
      this.#add("\0");
      this.#push(true);
      this.#at += 2;
      return;
    }
    if (script.startsWith("${", this.#at) && !script.startsWith("${{", this.#at)) {
      return this.#nested("${", "{", "}", 1, "it stands in ${…}");
    }
    if (script.startsWith("$'", this.#at) && !this.#frame().quotes) {
      const end = script.indexOf("'", this.#at + 2);
      if (end > 0 && script[end - 1] === "\\") this.#unclear = true;
      this.#at++;
      return this.#until(/'/y, "it stands in $'…', which not every shell knows");
    }
    this.#add("$");
    this.#at++;
  }

  /** Skips from an opening character to the place where `end` matches; nothing in it is safe. */
  #until(end: RegExp, reason: string): void {
    this.#at++;
    this.#add("\0");
    while (this.#at < this.#script.length) {
      if (this.#expression(() => refused(reason))) continue;
      end.lastIndex = this.#at++;
      if (end.test(this.#script)) return;
    }
  }

  /** Skips what `open` and `close` nest, `depth` deep after the opening; nothing in it is safe. */
  #nested(opening: string, open: string, close: string, depth: number, reason: string): void {
    this.#at += opening.length;
    this.#add("\0");
    while (this.#at < this.#script.length && depth > 0) {
      if (this.#expression(() => refused(reason))) continue;
      const character = this.#script[this.#at++];
      if (character === "\\") this.#at++;
      else if (character === open) depth++;
      else if (character === close) depth--;
    }
  }

  #arithmetic(opening: string): void {
    this.#nested(opening, "(", ")", 2, "arithmetic would evaluate it");
  }

  #comment(): void {
    while (this.#at < this.#script.length && this.#script[this.#at] !== "\n") {
      if (!this.#expression(() => ({ kind: "comment" }))) this.#at++;
    }
  }

  #redirection(): void {
    const here = /^<<(-?)(?![<])[ \t]*((?:'[^'\n]*'|"[^"\n]*"|\\.|[^\s;|&<>()'"\\])+)/.exec(
      this.#script.slice(this.#at, this.#at + 300),
    );
    const frame = this.#frame();
    if (here !== null) {
      const raw = here[2] ?? "";
      this.#frame().endWord();
      this.#documents.push({
        delimiter: raw.replace(/['"\\]/g, ""),
        quoted: /['"\\]/.test(raw),
        tabs: here[1] === "-",
        words: frame.words,
      });
      if (raw.includes("{{")) this.#unclear = true;
      // What stands in the delimiter itself is no place for a value.
      const end = this.#at + here[0].length;
      while (this.#at < end) {
        if (!this.#expression(() => refused("it would end a here-document"))) this.#at++;
      }
      return;
    }
    const operator = /^(?:<<<|<\(|>\(|[<>][>&|]?)/.exec(this.#script.slice(this.#at, this.#at + 3));
    const text = operator?.[0] ?? ">";
    if (/^\d+$/.test(frame.word ?? "")) frame.word = null;
    this.#frame().endWord();
    this.#at += text.length;
    if (text.endsWith("(")) this.#push(false);
    else if (text === "<<<") frame.words.push("<<<");
    else frame.redirect = true;
  }

  #hereDocuments(): void {
    const documents = this.#documents;
    this.#documents = [];
    for (const document of documents) this.#hereDocument(document);
  }

  #hereDocument(document: HereDocument): void {
    let substitutes = false;
    while (this.#at < this.#script.length) {
      const newline = this.#script.indexOf("\n", this.#at);
      const end = newline < 0 ? this.#script.length : newline;
      const line = this.#script.slice(this.#at, end);
      if ((document.tabs ? line.replace(/^\t+/, "") : line) === document.delimiter) {
        this.#at = end + 1;
        return;
      }
      while (this.#at < end) {
        if (this.#expression(() => this.#inDocument(document, substitutes))) continue;
        const text = this.#script.slice(this.#at, this.#at + 2);
        if (text === "$(" || text.startsWith("`") || text === "${") substitutes = true;
        this.#at++;
      }
      this.#at = end + 1;
    }
  }

  #inDocument(document: HereDocument, substitutes: boolean): Place {
    if (document.quoted) {
      return refused("the here-document's delimiter is quoted, so nothing is expanded in it");
    }
    if (substitutes) return refused("the here-document substitutes commands before it");
    const reason = asCode([...document.words, "<<<"], "");
    return reason === null ? { kind: "double" } : refused(reason);
  }

  #push(inWord: boolean): void {
    this.#frames.push(new Frame(inWord));
  }

  #close(): void {
    const cases = this.#frame().cases;
    this.#frame().endCommand();
    // A `)` that nothing opened, as in a `case` pattern, begins a command and closes nothing.
    if (cases > 0 || this.#frames.length === 1) return;
    const closed = this.#frames.pop();
    if (closed?.inWord === false) this.#frame().endWord();
  }
}
