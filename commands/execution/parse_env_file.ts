/**
 * Files of variables (`.env`). What a line says is what dotenv and Node's own parser read in it:
 *
 * | text | value |
 * | --- | --- |
 * | `NAME=value # comment` | `value`: blanks around it, and a comment, are not part of it |
 * | `NAME='a # b'`, `` NAME=`a` `` | as it is, over several lines, too |
 * | `NAME="a\nb"` | the same, where `\n` is a new line |
 * | `export NAME=value` | as without `export` |
 *
 * Nothing is expanded: `$HOME` stays `$HOME`. What no line of these is, is an error, so that no secret is
 * left out because of a slip.
 */
import { UsageError } from "../../event/errors.ts";

const NAME = /^(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*/;

/**
 * The variables of a file; of a name that stands twice, the last.
 *
 * @param file what the file is called in messages.
 * @throws {UsageError} `bad_env_file`, with the line.
 */
export function parseEnvFile(text: string, file: string): Record<string, string> {
  const variables: Record<string, string> = Object.create(null);
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  for (let index = 0; index < lines.length; index++) {
    const first = index + 1;
    const refuse = (what: string) =>
      new UsageError("bad_env_file", `Cannot read "${file}", line ${first}: ${what}`, {
        hint: "a line is NAME=value, or a comment that begins with #",
      });
    const line = (lines[index] ?? "").trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const [assigned, name = ""] = NAME.exec(line) ?? [];
    // What stands there may be a secret: it is not repeated.
    if (assigned === undefined) throw refuse("it sets no variable");
    if (/^WAVE_/i.test(name)) throw refuse(`${name}: names that begin with WAVE_ are wave's own`);
    const rest = line.slice(assigned.length);
    const quote = /^["'`]/.exec(rest)?.[0];
    if (quote === undefined) {
      const value = rest.replace(/(?:^|[ \t])#.*$/, "").trim();
      // For dotenv a comment begins there, for a shell it does not.
      if (value.includes("#")) throw refuse(`${name} has a # in it: put the value in quotes`);
      variables[name] = value;
      continue;
    }
    let value = rest.slice(1);
    while (!value.includes(quote)) {
      index++;
      if (index >= lines.length) throw refuse(`the ${quote} of ${name} is not closed`);
      value += `\n${lines[index]}`;
    }
    const end = value.indexOf(quote);
    if (!/^[ \t]*(?:#.*)?$/.test(value.slice(end + 1))) {
      throw refuse(`after the value of ${name} stands something else`);
    }
    const inside = value.slice(0, end);
    variables[name] = quote === '"' ? inside.replaceAll("\\n", "\n") : inside;
  }
  for (const [name, value] of Object.entries(variables)) {
    if (!value.includes("\0")) continue;
    throw new UsageError("bad_env_file", `Cannot read "${file}": ${name} holds a NUL character`);
  }
  return variables;
}
