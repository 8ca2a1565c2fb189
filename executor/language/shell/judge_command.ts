/** Whether a simple command would read one of its words as code. */
import { SETS_EXECUTION } from "./execution_variables.ts";
import { judgeBuiltin } from "./judge_builtin.ts";
import { COMMAND, ProgramArguments, UNSURE } from "./program_arguments.ts";
import { HARMLESS, rowOf } from "./program_table.ts";
import { COMPUTED, VALUE, Word } from "./shell_word.ts";
import { subscriptNames } from "./subscripts.ts";
import { CommandVerdict } from "./command_verdict.ts";

/** What comes before code, with programs that are not known. */
const CODE_OPTION =
  /^(?:-[A-Za-z]{0,2}[ce]|-(?:exec|eval|command)|--?(?:eval|exec|execute|command|cmd|expression|code|call|script|program|init-command|rcfile|shell|require|import|preload|pre|rsh)(?:=.*)?)$/;

/** Interpreters that are looked for behind a program that is not known. */
const INTERPRETER =
  /^(?:(?:ba|da|k|mk|z|a|fi|c|tc)?sh|eval|python[\d.]*|perl[\d.]*|ruby[\d.]*|node|php[\d.]*|[gm]?awk|xargs|env)$/;

/** What a command, from one of its words on, does with the words behind it. */
export function judge(words: readonly Word[]): CommandVerdict {
  const verdict = new CommandVerdict();
  for (const word of words) {
    const name = /^(?:--?[\w-]+=)?([A-Za-z_]\w*)\+?=/.exec(word.known)?.[1];
    if (name !== undefined && word.hasValue && SETS_EXECUTION.test(name)) {
      verdict.refuse(word, `${name} changes what programs do`);
    }
  }
  verdict.computes.push(...subscriptNames(words));
  judgeFrom(words, 0, verdict);
  return verdict;
}

/** `find` may run `find`. */
const DEEPEST = 10;

/** Follows wrappers to the command that they run. */
function judgeFrom(
  words: readonly Word[],
  start: number,
  verdict: CommandVerdict,
  depth = 0,
): void {
  if (depth > DEEPEST) {
    for (const word of words) {
      if (word.hasValue) verdict.refuse(word, UNSURE);
    }
    return;
  }
  let computed = false;
  for (let at: number | null = start; at !== null;) {
    const word: Word | undefined = words[at];
    if (word === undefined) return;
    if (word.hasValue) {
      verdict.refuse(word, COMMAND);
      unknown(words, at + 1, verdict);
      return;
    }
    const names = namesOf(word);
    let next: number | null = null;
    for (const name of names) {
      if (judgeBuiltin(name, words, at, verdict)) continue;
      if (name === "find") {
        for (const command of commandsOfFind(words.slice(at + 1))) {
          judgeFrom(command, 0, verdict, depth + 1);
        }
        continue;
      }
      const found = HARMLESS.has(name) ? undefined : rowOf(name);
      if (found !== undefined) {
        const rest = new ProgramArguments(name, found, words, verdict).read(at + 1);
        next = rest.command ??
          (rest.unknown === undefined ? next : unknown(words, rest.unknown, verdict));
        if (name === "xargs" && next !== null) inputOfXargs(words, at, next, verdict);
      } else if (!HARMLESS.has(name) && names.length === 1) next = unknown(words, at + 1, verdict);
    }
    if (names.length === 0) next = unknown(words, at + 1, verdict);
    if (!computed && !word.literal) {
      computed = true;
      unknown(words, at + 1, verdict);
    }
    at = next;
  }
}

/** What stands behind each `-exec` and its like. */
function commandsOfFind(args: readonly Word[]): Word[][] {
  const commands: Word[][] = [];
  let command: Word[] | null = null;
  for (const word of args) {
    if (command !== null && (word.text === ";" || word.text === "+")) command = null;
    else if (command !== null) command.push(word);
    else if (/^-(?:exec|ok)(?:dir)?$/.test(word.text)) commands.push(command = []);
  }
  return commands;
}

/** `xargs` puts what it reads behind the command, or where `-I` says. */
function inputOfXargs(
  words: readonly Word[],
  at: number,
  next: number,
  verdict: CommandVerdict,
): void {
  if (verdict.inXargs) return;
  verdict.inXargs = true;
  const options = words.slice(at + 1, next).map(({ text }) => text);
  const index = options.findIndex((text) => /^-[IiJ]|^--replace/.test(text));
  const placeholder = index < 0
    ? null
    : /^-[IJ]$/.test(options[index] ?? "")
    ? options[index + 1] ?? ""
    : options[index]?.replace(/^(?:-[IiJ]|--replace=?)/, "") || "{}";
  const inner = new CommandVerdict();
  inner.inXargs = true;
  const read = new Word(0);
  read.text = VALUE;
  const command = words.slice(next).map((word) => {
    if (placeholder === null || placeholder === "" || !word.text.includes(placeholder)) return word;
    const filled = new Word(0);
    filled.text = word.text.replaceAll(placeholder, VALUE);
    return filled;
  });
  judgeFrom([...command, ...placeholder === null ? [read] : []], 0, inner);
  const refused = inner.refused.find(({ word }) => word === read || word.from === word.to);
  if (refused !== undefined) verdict.stdin = refused.reason;
}

/** Names that the word may stand for: one, or those that occur in what computes it. */
function namesOf(word: Word): string[] {
  const base = baseOf(word.text);
  if (!base.includes(COMPUTED) && !word.spread) return [base];
  const found = new Set<string>();
  for (
    const [name] of `${word.text.slice(0, 500)} ${word.source.slice(0, 2000)}`.matchAll(
      /[A-Za-z_.][\w.+-]*|\$0/g,
    )
  ) {
    const base = /^(?:\$0|SHELL|BASH)$/.test(name) ? "sh" : baseOf(name);
    if (rowOf(base) !== undefined) found.add(base);
    if (found.size === 8) break;
  }
  return [...found];
}

/** `/usr/bin/Python3.11` is `python`. */
function baseOf(word: string): string {
  const name = word.slice(word.lastIndexOf("/") + 1).replace(/\.exe$/i, "");
  if (rowOf(name) !== undefined || HARMLESS.has(name)) return name;
  const lower = name.toLowerCase();
  if (rowOf(lower) !== undefined) return lower;
  const plain = lower.replace(/[-.]?\d[\d.]*$/, "");
  return rowOf(plain) === undefined ? name : plain;
}

/** Of a program that is not known, what follows `-c`, `-e` and the like is code. */
function unknown(words: readonly Word[], from: number, verdict: CommandVerdict): number | null {
  for (let at = from; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (word.literal && INTERPRETER.test(baseOf(word.text))) return at;
    if (!word.hasValue) continue;
    const before = words[at - 1];
    const code = at > from && before?.literal === true && CODE_OPTION.test(before.text) ||
      CODE_OPTION.test(word.known) && word.known !== "";
    if (code) verdict.refuse(word, "the program may run what follows this option");
  }
  return null;
}
