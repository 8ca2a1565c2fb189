/** Indices of arrays in the words of a command: bash evaluates them, and the variables that they name. */
import type { Word } from "./shell_word.ts";

const NAMES = /[A-Za-z_]\w*/g;
/** `name[`, where a word is the name of a variable. */
const ELEMENT = /^[A-Za-z_]\w*\[/;
/** `name[…]=`, which is a command to a shell without arrays. */
const ASSIGNMENT = /^[A-Za-z_]\w*\[.*\]\+?=/s;

/** Builtins that take names of variables, and so of elements. */
const TAKES_NAMES = new Set(
  ("unset read mapfile readarray declare typeset local export readonly wait printf test [ getopts")
    .split(" "),
);

/** The variables that an index in these words reads. */
export function subscriptNames(words: readonly Word[]): string[] {
  const command = words.findIndex(({ text }) => !ASSIGNMENT.test(text));
  const name = words[command]?.text ?? "";
  return words.flatMap((word, at) => {
    const { text, source } = word;
    // What is computed may be an element.
    if (name === "unset" && !word.literal) return names(`${text} ${source}`);
    const isElement = TAKES_NAMES.has(name) || command < 0 || at < command;
    return isElement && ELEMENT.test(text)
      ? names(`${text.slice(text.indexOf("["))} ${source}`)
      : [];
  });
}

function names(text: string): string[] {
  return text.match(NAMES) ?? [];
}
