/** Values in the arguments of a program that is started without a shell. */
import { UsageError } from "../../../event/errors.ts";
import { judge } from "../shell/judge_command.ts";
import { VALUE, Word } from "../shell/shell_word.ts";
import { checked, trusted, UNSAFE_HINT } from "./script.ts";
import { expand, expressionsIn, type Lookup } from "./template.ts";

/**
 * For each text of a program and its arguments, why no value may stand in it, or null. The same rules as
 * in a script: the program may be a shell, or run what it is given.
 */
export function unsafeInCall(texts: readonly string[]): (string | null)[] {
  const words = texts.map((text, index) => wordOf(text, index));
  const reasons = texts.map((): string | null => null);
  for (const { word, reason } of judge(words).refused) reasons[word.from] = reason;
  return reasons;
}

/**
 * The program and its arguments, with their values.
 *
 * @throws {UsageError} `unsafe_script` where a value would be code, `unknown_variable` for one without a
 * value, `value_too_large` for an argument of more than 127 KiB, `invalid_value` for one with a NUL character.
 */
export function callOf(texts: readonly string[], lookup: Lookup): string[] {
  const reasons = unsafeInCall(texts);
  return texts.map((text, index) => {
    const reason = reasons[index] ?? null;
    if (reason !== null) {
      throw new UsageError(
        "unsafe_script",
        `No value can stand in the argument ${JSON.stringify(text.slice(0, 60))}: ${reason}`,
        { hint: UNSAFE_HINT },
      );
    }
    const name = `the argument ${JSON.stringify(text.slice(0, 60))}`;
    return checked(name, { text, value: expand(text, lookup) });
  });
}

/** The number of the word stands for its expressions. */
function wordOf(text: string, index: number): Word {
  const word = new Word(index);
  word.quoted = true;
  let from = 0;
  for (const expression of expressionsIn(text)) {
    if (trusted(expression)) continue;
    word.text += text.slice(from, expression.start) + VALUE;
    from = expression.end;
  }
  word.text += text.slice(from);
  return word;
}
