/**
 * Reads the commands of a shell script as POSIX has them, and what bash adds where it is well known.
 * What dash and bash read differently, and whatever is not known, ends the reading: behind it every
 * expression is refused.
 */
import { AssignedNames } from "./assigned_names.ts";
import { judge } from "./judge_command.ts";
import { DEEPEST } from "./shell_cursor.ts";
import { BracketReader } from "./shell_brackets.ts";
import { CommandList, type Compound, OPENING, PREFIXES } from "./command_list.ts";
import { SETS_EXECUTION } from "./execution_variables.ts";
import { VALUE, Word } from "./shell_word.ts";

const ASSIGNED = /^([A-Za-z_]\w*)\+?=$/;

export class CommandReader extends BracketReader {
  #list = new CommandList(0);
  #depth = 0;
  readonly #assigned = new AssignedNames();

  /** Reads the whole script. */
  read(): void {
    // No shell takes a NUL, and the other is ours.
    if (/[\0\ufffe]/.test(this.script)) return this.giveUp();
    this.#read(false);
    this.giveUp();
    for (const { name, from, to } of this.#assigned.among(this.computedNames)) {
      this.refuse(from, to, `bash may evaluate ${name}, which it is assigned to`);
    }
  }

  protected override commands(): void {
    const outer = this.#list;
    this.#list = new CommandList(this.places.length);
    this.#depth++;
    if (this.#depth > DEEPEST) this.giveUp();
    else this.#read(true);
    this.#depth--;
    const { stdin } = this.#list;
    this.#list = outer;
    outer.reads(stdin);
  }

  #read(inner: boolean): void {
    while (!this.done) {
      if (inner && this.next === ")" && !this.#list.inPattern) {
        this.#endCommand(false);
        if (this.#list.compounds.length > 0) return this.giveUp();
        this.at++;
        return;
      }
      this.#step();
    }
    this.#endCommand(false);
  }

  #word(): Word {
    return this.#list.beginWord(this.places.length);
  }

  #step(): void {
    const list = this.#list;
    const { length } = this.places;
    if (this.take("word")) {
      list.beginWord(length).text += VALUE;
      return;
    }
    const character = this.next;
    // An `esac` that a pattern might be, and what follows it.
    if (list.inPattern && list.word?.text === "esac" && /[;&|)<>]/.test(character)) {
      this.#endWord();
      if (!list.inPattern) return;
    }
    switch (character) {
      case " ":
      case "\t":
        this.#endWord();
        this.at++;
        break;
      case "\n":
        if (list.inPattern) this.#endWord();
        else if (this.#endCommand(false)) this.separated();
        this.at++;
        this.hereDocuments();
        break;
      case "#":
        if (list.word === null) this.comment();
        else this.#plain(character);
        break;
      case "\\":
        this.#backslash();
        break;
      case "'":
        this.single(this.#word());
        break;
      case '"':
        this.double(this.#word());
        break;
      case "`":
        this.backquotes(this.#word(), "word");
        break;
      case "$":
        this.dollar(this.#word(), "word");
        break;
      case ";":
      case "&":
      case "|":
        this.#separator(character);
        break;
      case "(":
        this.#parenthesis();
        break;
      case ")":
        if (!list.inPattern) return this.giveUp();
        this.#endWord();
        list.pattern(false);
        this.at++;
        break;
      case "<":
      case ">":
        this.#redirection();
        break;
      default:
        this.#plain(character);
    }
  }

  #plain(character: string): void {
    const word = this.#word();
    const { text, quoted } = word;
    word.text += character;
    this.at++;
    if (character === "*" || character === "?" || character === "[" && text !== "") {
      word.spread = true;
    }
    if (character === "{") word.brace = true;
    if (word.brace && (character === "," || character === ".")) word.spread = true;
    if (character === "=" && !quoted && word.assignment === null) {
      word.assignment = ASSIGNED.exec(word.text)?.[1] ?? null;
    }
  }

  #backslash(): void {
    if (this.startsWith("\\\n")) {
      const before = this.script[this.at - 1] ?? " ";
      const after = this.script[this.at + 2] ?? " ";
      // An operator in two halves, or one at the end of a word.
      const split = /[<>&|;]/.test(before) && /[<>&|;(]/.test(after) ||
        /[^\s]/.test(before) && /[<>(]/.test(after);
      if (split) return this.giveUp();
      this.at += 2;
      return;
    }
    const word = this.#word();
    word.quoted = true;
    word.text += this.script[this.at + 1] ?? "";
    this.at += 2;
  }

  #separator(character: string): void {
    const list = this.#list;
    if (list.inPattern) {
      if (character !== "|") return this.giveUp();
      this.#endWord();
      this.at++;
      return;
    }
    if (character === "&" && this.script[this.at + 1] === ">") {
      // Bash redirects both; others run what stands before it in the background.
      if (this.script[this.at + 2] === "(") return this.giveUp();
      this.#endWord();
      list.command.splitAt ??= list.command.words.length;
      this.at++;
      this.#redirection();
      return;
    }
    const pipes = character === "|" && this.script[this.at + 1] !== "|";
    this.#endCommand(pipes);
    const operator = /^(?:;;&|;;|;&|&&|\|\||\|&|[;&|])/.exec(
      this.script.slice(this.at, this.at + 3),
    );
    const text = operator?.[0] ?? character;
    this.at += text.length;
    if (!/^(?:&&|\|)/.test(text)) this.separated();
    if (text.startsWith(";") && text.length > 1) {
      if (list.top?.kind !== "case") return this.giveUp();
      list.pattern(true);
    }
  }

  #parenthesis(): void {
    const list = this.#list;
    const { word, command: { words } } = list;
    if (list.inPattern) {
      if (word !== null) return this.giveUp();
      list.patternBegan = true;
      this.at++;
      return;
    }
    if (word !== null && word.assignment !== null && ASSIGNED.test(word.text)) {
      return this.array(word);
    }
    const functions = /^\([ \t]*\)/.exec(this.script.slice(this.at, this.at + 20));
    this.#endWord();
    const named = list.command.words.length === 1 && list.command.words[0]?.literal === true;
    if (functions !== null && (named || list.inFunction)) {
      const name = list.command.words.at(-1)?.text;
      if (name !== undefined) this.#assigned.addFunction(name);
      list.beginFunction();
      this.at += functions[0].length;
      return;
    }
    if (word !== null && !list.begins) return this.giveUp();
    const loops = words.length === 1 && words[0]?.text === "for";
    if (this.startsWith("((") && (list.begins || loops)) {
      this.arithmetic("((");
      list.command.compound = true;
      return;
    }
    if (!list.begins) return this.giveUp();
    const compound: Compound = {
      kind: "(",
      pipeline: list.pipeline,
      start: this.places.length,
    };
    this.at++;
    const { stdin } = list.command;
    list.command.stdin = null;
    this.commands();
    list.closed(compound, list.command.stdin, this);
    list.command.stdin ??= stdin;
  }

  /** At `<(` or `>(`. */
  #processSubstitution(opening: string): void {
    const word = this.#word();
    const { command, pipeline } = this.#list;
    const { stdin } = command;
    command.stdin = null;
    this.substitution(word, opening, "word");
    const inner = command.stdin;
    command.stdin = stdin ?? inner;
    // What the command writes is read as code.
    if (opening !== ">(" || inner === null) return;
    this.refuse(pipeline.refused, this.places.length, inner);
    this.giveUp(inner);
  }

  #redirection(): void {
    const list = this.#list;
    if (list.inPattern) return this.giveUp();
    if (/^[<>]\(/.test(this.script.slice(this.at, this.at + 2))) {
      return this.#processSubstitution(this.script.slice(this.at, this.at + 2));
    }
    const { word } = list;
    if (word !== null && !word.quoted && /^(?:\d+|\{\w+\})$/.test(word.text)) list.word = null;
    this.#endWord();
    const { command, pipeline } = list;
    if (this.startsWith("<<") && !this.startsWith("<<<")) {
      return this.hereDocument({
        reason: () => command.stdin ?? pipeline.stdin,
        read: (from, to) => this.#assigned.addFlow(from, to),
      });
    }
    const operator = /^(?:<<<|[<>][>&|]?)/.exec(this.script.slice(this.at, this.at + 3));
    this.at += operator?.[0].length ?? 1;
    command.redirect = operator?.[0].startsWith("<") === true ? "input" : "output";
  }

  #endWord(): void {
    const list = this.#list;
    const { word, command } = list;
    list.word = null;
    if (word === null) return;
    word.to = this.places.length;
    if (command.redirect !== null) {
      if (command.redirect === "input") command.inputs.push(word);
      command.redirect = null;
      return;
    }
    if (list.inPattern) {
      if (!list.patternBegan && !word.quoted && word.text === "esac") list.close("esac", this);
      else list.patternBegan = true;
      return;
    }
    if (command.words.length === 0 && !command.assigns && !word.quoted && !command.compound) {
      const { text } = word;
      if (PREFIXES.has(text)) return;
      if (text === "[[") {
        this.test();
        command.compound = true;
        return;
      }
      if (OPENING.has(text)) {
        list.open(text, this.places.length);
        if (text === "{" || text === "if" || text === "while" || text === "until") return;
      } else if (text === "fi" || text === "done" || text === "esac" || text === "}") {
        return list.close(text, this);
      }
    }
    if (list.isLoopBody(word) || list.isFunctionName(word)) return list.beginCommand();
    if (command.words.length === 0 && word.assignment !== null) {
      command.assigns = true;
      return this.#assignment(word);
    }
    command.words.push(word);
    if (list.isCaseIn(word)) this.#endCommand(false, true);
  }

  #assignment(word: Word): void {
    const name = word.assignment ?? "";
    if (!word.hasValue) return;
    if (SETS_EXECUTION.test(name)) {
      this.refuse(word.from, word.to, `${name} changes what programs do`);
    }
    this.#assigned.add(name, word);
  }

  /** False when there was none. */
  #endCommand(pipes: boolean, patterns = false): boolean {
    this.#endWord();
    const list = this.#list;
    const { command } = list;
    const { words, from } = command;
    if (from !== null && !command.compound) this.checkPrinted(from);
    if (words.length > 0) {
      const verdict = judge(words);
      for (const { word, reason } of verdict.refused) this.refuse(word.from, word.to, reason);
      for (const name of verdict.computes) this.computedNames.add(name);
      for (const { name, word } of verdict.assigned) this.#assigned.add(name, word);
      for (const name of verdict.reads) this.#assigned.read.add(name);
      this.#assigned.addCall(words);
      list.reads(verdict.stdin);
      const split = command.splitAt === null ? [] : words.slice(command.splitAt);
      for (const { from, to } of split) {
        this.refuse(from, to, "shells read what stands behind &> differently");
      }
      if (verdict.changesReading) this.giveUp(`${words[0]?.text} changes how the rest is read`);
    }
    if (command.stdin !== null) {
      for (const { from, to } of command.inputs) this.refuse(from, to, command.stdin);
      list.refuseInput(from ?? this.places.length, command.stdin, this);
    }
    for (const { from, to } of command.inputs) this.#assigned.addFlow(from, to);
    if (pipes && from !== null) this.#assigned.addFlow(from, this.places.length);
    list.endCommand(pipes, this.places.length);
    if (patterns) list.pattern(true);
    return from !== null;
  }
}
