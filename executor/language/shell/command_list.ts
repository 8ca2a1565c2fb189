/** A list of commands as it is read: the script, a subshell, or `$(…)`. */
import type { ShellCursor } from "./shell_cursor.ts";
import { Word } from "./shell_word.ts";

/** Words behind which a command begins. */
export const PREFIXES: ReadonlySet<string> = new Set("then else elif do !".split(" "));

/** Words that begin a compound command. */
export const OPENING: ReadonlySet<string> = new Set(
  "{ if while until for select case".split(" "),
);

const CLOSING: Readonly<Record<string, readonly string[]>> = {
  "}": ["{"],
  fi: ["if"],
  done: ["while", "until", "for", "select"],
  esac: ["case"],
};

export interface Compound {
  readonly kind: string;
  readonly pipeline: ShellPipeline;
  /** Index of its first expression. */
  readonly start: number;
  /** Why nothing may reach its standard input. */
  stdin?: string | null;
  /** Of a `case`: a pattern is being read. */
  pattern?: boolean;
}

export class ShellCommand {
  /** Index of its first expression, or of the first behind it. */
  from: number | null = null;
  readonly words: Word[] = [];
  /** What its standard input is read from. */
  readonly inputs: Word[] = [];
  /** Assignments stand before it. */
  assigns = false;
  /** A compound command ended in it: only redirections may follow. */
  compound = false;
  /** What the next word is for. */
  redirect: "input" | "output" | null = null;
  /** Why nothing may reach its standard input. */
  stdin: string | null = null;
  /** Number of words before `&>`. */
  splitAt: number | null = null;
}

export interface ShellPipeline {
  /** Why nothing may reach the standard input of one of its commands. */
  stdin: string | null;
  /** Index of its first expression that was not refused for that. */
  refused: number;
}

export class CommandList {
  word: Word | null = null;
  command = new ShellCommand();
  pipeline: ShellPipeline;
  readonly compounds: Compound[] = [];
  patternBegan = false;
  /** Why nothing may reach the standard input of one of its commands. */
  stdin: string | null = null;

  constructor(from: number) {
    this.pipeline = { stdin: null, refused: from };
  }

  get top(): Compound | undefined {
    return this.compounds.at(-1);
  }

  get inPattern(): boolean {
    return this.top?.pattern === true;
  }

  /** A command may begin here. */
  get begins(): boolean {
    const { words, assigns, compound, redirect } = this.command;
    return words.length === 0 && !assigns && !compound && redirect === null;
  }

  /** A pipe stands before the command. */
  #piped = false;

  /** `function name`, before its `()`. */
  inFunction = false;

  pattern(on: boolean): void {
    const { top } = this;
    if (top !== undefined) top.pattern = on;
    this.patternBegan = false;
    this.word = null;
  }

  open(kind: string, at: number): void {
    this.compounds.push({ kind, pipeline: this.pipeline, start: at });
  }

  close(word: string, cursor: ShellCursor): void {
    const compound = this.compounds.pop();
    if (compound === undefined || CLOSING[word]?.includes(compound.kind) !== true) {
      return cursor.giveUp();
    }
    this.closed(compound, compound.stdin ?? null, cursor);
  }

  /** A compound command ended: what may follow it are redirections, and what it pipes into. */
  closed(compound: Compound, stdin: string | null, cursor: ShellCursor): void {
    this.command = new ShellCommand();
    this.command.from = compound.start;
    this.command.compound = true;
    this.pipeline = compound.pipeline;
    this.reads(stdin);
    if (stdin !== null) this.refuseInput(compound.start, stdin, cursor);
  }

  /** Refuses what stands in the pipeline before an expression, and in here-documents that are yet to come. */
  refuseInput(end: number, reason: string, cursor: ShellCursor): void {
    const { pipeline } = this;
    pipeline.stdin = reason;
    cursor.refuse(pipeline.refused, end, reason);
    pipeline.refused = Math.max(pipeline.refused, end);
  }

  /** The command, and so all around it, reads its standard input as code. */
  reads(reason: string | null): void {
    this.command.stdin ??= reason;
    this.stdin ??= reason;
    const { top } = this;
    if (top !== undefined) top.stdin ??= reason;
  }

  /** A word begins at an expression, or before it. */
  beginWord(at: number): Word {
    this.command.from ??= at;
    return this.word ??= new Word(at);
  }

  beginCommand(): void {
    this.command = new ShellCommand();
  }

  beginFunction(): void {
    this.inFunction = false;
    this.beginCommand();
  }

  /** `do` or `{` behind `for name`. */
  isLoopBody(word: Word): boolean {
    const { words } = this.command;
    return words.length === 2 && /^(?:for|select)$/.test(words[0]?.text ?? "") && !word.quoted &&
      (word.text === "do" || word.text === "{") && this.#loops();
  }

  #loops(): boolean {
    const kind = this.top?.kind;
    return kind === "for" || kind === "select";
  }

  /** The name behind `function`. */
  isFunctionName(word: Word): boolean {
    const { words } = this.command;
    const named = words.length === 1 && words[0]?.text === "function" && words[0].literal &&
      word.literal;
    if (named) this.inFunction = true;
    return named;
  }

  /** The `in` behind `case word`. */
  isCaseIn(word: Word): boolean {
    const { words } = this.command;
    return words.length === 3 && words[0]?.text === "case" && this.top?.kind === "case" &&
      this.top.pattern === undefined && !word.quoted && word.text === "in";
  }

  endCommand(pipes: boolean, at: number): void {
    const { words, assigns, compound } = this.command;
    // A newline may stand behind a pipe.
    const goesOn = this.#piped && words.length === 0 && !assigns && !compound;
    this.command = new ShellCommand();
    if (!pipes && !goesOn) this.pipeline = { stdin: null, refused: at };
    this.#piped = pipes || goesOn;
    this.inFunction = false;
  }
}
