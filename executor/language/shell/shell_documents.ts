/** Reads here-documents. */
import { type Around, QuoteReader } from "./shell_quotes.ts";
import { Word } from "./shell_word.ts";

export interface HereDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  /** `<<-`: leading tabs do not count. */
  readonly tabs: boolean;
  readonly reader: DocumentsCommand;
}

/** What is known of the command that reads a document, once it has been read itself. */
export interface DocumentsCommand {
  /** Why no value may stand in the document. */
  readonly reason: () => string | null;
  /** Takes the expressions that stand in it. */
  readonly read: (from: number, to: number) => void;
}

/** All of it in quotes, or none; what else a delimiter may be, shells read differently. */
const DELIMITER =
  /^<<(-?)[ \t]*(?:'([\w.!+:,@%/ -]*)'|"([\w.!+:,@%/ -]*)"|\\?([\w.!+:,@%/-]+))(?=[\s;|&<>)]|$)/;

const PRINTED = "bash loses the end of a command behind a here-document in $(…)";

export abstract class DocumentReader extends QuoteReader {
  #documents: HereDocument[] = [];
  /** Of the `$(…)` at hand: whether a here-document began in it, and a command ended behind that. */
  #printed: "not yet" | "begun" | "ended" | null = null;

  protected get pending(): number {
    return this.#documents.length;
  }

  /**
   * Bash 5.2 reads `$(…)` twice: it prints what it read, with no `;` behind the second command of a list in
   * which a here-document stood, and runs what it printed.
   */
  protected override substitution(word: Word, opening: string, around: Around): void {
    const outer = this.#printed;
    this.#printed = "not yet";
    super.substitution(word, opening, around);
    this.#printed = outer;
  }

  /** A command has ended with `;`, `&` or a newline. */
  protected separated(): void {
    if (this.#printed === "begun") this.#printed = "ended";
  }

  /** A command has been read, whose first expression is the one at `from`. */
  protected checkPrinted(from: number): void {
    if (this.#printed !== "ended") return;
    this.refuse(from, this.places.length, PRINTED);
    this.giveUp(PRINTED);
  }

  /** At `<<`: notes the document that begins behind this line. */
  protected hereDocument(reader: DocumentsCommand): void {
    const found = DELIMITER.exec(this.script.slice(this.at, this.at + 200));
    if (found === null) return this.giveUp();
    if (this.#printed === "not yet") this.#printed = "begun";
    const [all, tabs, single, double, plain] = found;
    this.#documents.push({
      delimiter: single ?? double ?? plain ?? "",
      quoted: plain === undefined || all.includes("\\"),
      tabs: tabs === "-",
      reader,
    });
    this.at += all.length;
  }

  /** Behind a newline: reads the documents that begin here. */
  protected hereDocuments(): void {
    const documents = this.#documents;
    this.#documents = [];
    for (const document of documents) this.#document(document);
  }

  #document(document: HereDocument): void {
    const end = this.#endOf(document);
    if (end === null) return this.giveUp();
    const reason = document.quoted
      ? "the here-document's delimiter is quoted, so nothing is expanded in it"
      : document.reader.reason();
    const { length } = this.places;
    if (reason !== null) this.within(reason, () => this.#body(document, end.from));
    else this.#body(document, end.from);
    document.reader.read(length, this.places.length);
    if (this.at > end.from) return this.giveUp();
    this.at = end.to;
  }

  #body({ quoted }: HereDocument, end: number): void {
    const word = new Word(this.places.length);
    while (this.at < end && !this.done) {
      if (this.take("double")) continue;
      if (quoted) this.at++;
      else this.inDouble(word, "document");
    }
  }

  /** Where the line begins that ends it, and where the next begins; null where that is not sure. */
  #endOf({ delimiter, quoted, tabs }: HereDocument): { from: number; to: number } | null {
    const within = (line: string) => tabs ? line.replace(/^\t+/, "") : line;
    const isEnd = (line: string) => within(line) === delimiter;
    // What the lines before it, each ending in a backslash, make of this line.
    let joined = "";
    for (let from = this.at; from <= this.script.length;) {
      const newline = this.script.indexOf("\n", from);
      const to = newline < 0 ? this.script.length : newline;
      const line = this.script.slice(from, to);
      // Within `$(…)` bash takes a line that begins with the delimiter and closes a parenthesis for the end.
      const begins = within(line).startsWith(delimiter);
      if (this.#printed !== null && begins && line.includes(")")) return null;
      const closed = /^(.*?)[ \t]*\)/.exec(line.slice(0, 300))?.[1];
      if (closed !== undefined && isEnd(closed)) return null;
      if (isEnd(line)) return joined === "" ? { from, to: to + 1 } : null;
      const goesOn = !quoted && /(?:^|[^\\])(?:\\\\)*\\$/.test(line.slice(-100));
      if (joined !== "" && isEnd(joined + line)) return null;
      // A delimiter is short: what is longer is none.
      joined = goesOn ? (joined + line.slice(0, -1)).slice(0, 300) || "\\" : "";
      if (newline < 0) return null;
      from = to + 1;
    }
    return null;
  }
}
