/** Builtins and reserved words whose arguments are not read like those of a program. */
import { SETS_EXECUTION } from "./execution_variables.ts";
import { COMPUTED, VALUE, type Word } from "./shell_word.ts";
import type { CommandVerdict } from "./command_verdict.ts";

/** The variables' name for "what `$1`, `$2`, … hold". */
export const POSITIONAL = "@";

/** Prefix of a name whose declaration bash evaluates, for it is an array. */
export const ARRAY = "array ";

const BUILTINS = new Set(
  ("[ test for select case set find alias declare typeset local export readonly read mapfile " +
    "readarray printf let").split(" "),
);

/** Judges the words behind `words[at]`; false when it is none of these, or has a row as well. */
export function judgeBuiltin(
  name: string,
  words: readonly Word[],
  at: number,
  verdict: CommandVerdict,
): boolean {
  if (!BUILTINS.has(name)) return false;
  const args = words.slice(at + 1);
  switch (name) {
    case "[":
    case "test":
      conditions(args, verdict);
      return true;
    case "for":
    case "select":
      loop(args, verdict);
      return true;
    case "case":
      return true;
    case "set":
      positional(args, verdict);
      return true;
    case "find":
      return find(args, verdict);
    case "alias":
      verdict.changesReading = true;
      return false;
    case "declare":
    case "typeset":
    case "local":
    case "export":
    case "readonly":
      declaration(name, args, verdict);
      return false;
    case "read":
    case "mapfile":
    case "readarray":
      reading(name, args, verdict);
      return false;
    case "printf":
      formatted(args, verdict);
      return true;
    case "let":
      for (const { text } of args) {
        verdict.computes.push(...text.match(/[A-Za-z_]\w*/g) ?? []);
      }
      return false;
  }
  return false;
}

/** A word behind one that may be `-v` names a variable, whose index bash evaluates. */
function conditions(args: readonly Word[], verdict: CommandVerdict): void {
  args.forEach((word, index) => {
    const before = args[index - 1];
    if (!word.hasValue || before === undefined) return;
    if (before.text === "-v" || before.text === "-R" || !before.literal && maybeOption(before)) {
      verdict.refuse(word, "what stands before it may be -v, which takes the name of a variable");
    }
  });
}

function maybeOption(word: Word): boolean {
  return /^[-\0\ufffev]*$/.test(word.text) || word.spread;
}

function loop(args: readonly Word[], verdict: CommandVerdict): void {
  const [variable, ...items] = args;
  if (variable === undefined) return;
  if (variable.hasValue) verdict.refuse(variable, "it would name a variable");
  for (const word of items) {
    if (!word.hasValue) continue;
    if (SETS_EXECUTION.test(variable.text)) {
      verdict.refuse(word, `${variable.text} changes what programs do`);
    }
    verdict.assigned.push({ name: variable.text, word });
  }
}

function positional(args: readonly Word[], verdict: CommandVerdict): void {
  let ended = false;
  for (const word of args) {
    if (!ended && word.hasValue && /^[-+\0\ufffe]/.test(word.text)) {
      verdict.refuse(word, "it could be read as an option of set; write -- before it");
    }
    if (!ended && (/^[-+]\w*H/.test(word.text) || word.text === "histexpand")) {
      verdict.changesReading = true;
    }
    ended ||= word.text === "--" || word.literal && !/^[-+]/.test(word.text) && word.text !== "";
    if (word.hasValue) verdict.assigned.push({ name: POSITIONAL, word });
  }
}

function declaration(name: string, args: readonly Word[], verdict: CommandVerdict): void {
  const options = args.filter(({ text }) => /^[-+]/.test(text)).map(({ text }) => text).join(" ");
  const unclear = args.some(({ text, spread }) => spread && text.startsWith(COMPUTED));
  const evaluates = unclear || /[aAin\0\ufffe]/.test(options);
  for (const word of args) {
    const variable = /^([A-Za-z_]\w*)/.exec(word.known)?.[1];
    if (variable === undefined) continue;
    if (evaluates && /i/.test(options)) {
      verdict.computes.push(...`${word.text} ${word.source}`.match(/[A-Za-z_]\w*/g) ?? []);
    }
    if (evaluates && name !== "export") {
      verdict.computes.push(`${ARRAY}${variable}`);
      if (/[in\0\ufffe]/.test(options) || unclear) verdict.computes.push(variable);
      if (word.hasValue) verdict.refuse(word, `${name} with such options may evaluate it`);
    }
    if (!word.hasValue) continue;
    verdict.assigned.push({ name: variable, word });
    if (name !== "export" && name !== "readonly") {
      verdict.assigned.push({ name: `${ARRAY}${variable}`, word });
    }
  }
}

function reading(name: string, args: readonly Word[], verdict: CommandVerdict): void {
  for (const { known, text } of args) {
    if (!/^[A-Za-z_]\w*$/.test(text)) continue;
    verdict.reads.push(known);
    verdict.computes.push(`${ARRAY}${known}`);
    if (SETS_EXECUTION.test(text)) verdict.stdin = `${text} changes what programs do`;
  }
  if (name === "read" && verdict.reads.length === 0) verdict.reads.push("REPLY");
}

/** `printf [-v name] [--] format …`, of which a value may be all but the option and what it names. */
function formatted(args: readonly Word[], verdict: CommandVerdict): void {
  const [first, second] = args;
  if (first === undefined) return;
  if (!first.text.startsWith("-v")) {
    const format = first.text === "--" ? second : first;
    if (format?.text.startsWith(VALUE) === true) {
      verdict.refuse(format, "it would be the format; write '%s' before it");
    }
    return;
  }
  const variable = first.text === "-v" ? second : first;
  if (variable === undefined) return;
  const name = variable === first ? first.text.slice(2) : variable.text;
  if (variable.hasValue) verdict.refuse(variable, "it would name a variable");
  for (const word of args.slice(1)) {
    if (!word.hasValue) continue;
    if (SETS_EXECUTION.test(name)) verdict.refuse(word, `${name} changes what programs do`);
    verdict.assigned.push({ name, word });
  }
}

const TESTS = new Set(
  ("-name -iname -path -ipath -wholename -iwholename -regex -iregex -lname -ilname -newer -anewer " +
    "-cnewer -size -type -xtype -mtime -atime -ctime -mmin -amin -cmin -user -group -uid -gid -perm " +
    "-links -inum -maxdepth -mindepth -regextype -samefile -fstype -newermt -printf -used -context")
    .split(" "),
);

/** The value of a test is data; what stands elsewhere may be an action. */
function find(args: readonly Word[], verdict: CommandVerdict): boolean {
  let runs = false;
  args.forEach((word, index) => {
    if (/^-(?:exec|ok)(?:dir)?$/.test(word.text)) runs = true;
    else if (word.text === ";" || word.text === "+") runs = false;
    // The command of an action is judged as one.
    if (!word.hasValue || runs) return;
    const before = args[index - 1];
    if (before?.literal === true && TESTS.has(before.text)) return;
    if (/^[-!(),\0\ufffe]/.test(word.text)) {
      verdict.refuse(word, "find could read it as an action; write ./ before it");
    }
  });
  return false;
}
