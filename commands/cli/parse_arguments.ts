/**
 * The one reader of the command line: what the words of a call ask for, told strictly by the declarations.
 * No parser of a library stands behind it, because none of them can tell apart what has to be told apart:
 * `parseArgs` of @std/cli gives the same for `--limit` and `--limit=`, takes the `true` of `--all true`
 * for the flag's value and lets the last of two values win; Cliffy takes an unknown option for an
 * argument, drops empty ones and accepts `--limit -3`.
 */
import { UsageError } from "../../event/errors.ts";
import { checkCall, type CheckedCall, optionsOf } from "./check_call.ts";
import type { Command, Option } from "./command.ts";
import { GLOBAL_OPTIONS } from "./global_options.ts";
import { unknownCommand, unknownOption } from "./unknown_words.ts";

export type Request =
  | { readonly kind: "help"; readonly command: Command | null }
  | { readonly kind: "version" }
  | { readonly kind: "call"; readonly command: Command; readonly checked: CheckedCall };

type OptionTable = Readonly<Record<string, Option>>;

/** What has been read so far. */
interface Reading {
  command: Command | null;
  table: OptionTable;
  help: boolean;
  readonly args: string[];
  readonly options: Record<string, string | readonly string[] | true>;
}

/**
 * What `argv` asks for. A call is checked and typed.
 *
 * @param now Epoch milliseconds, from which a time such as `--since 2h` counts back.
 * @throws {UsageError} `unknown_command`, `unknown_option`, `missing_value`, `unexpected_value`,
 * `repeated_option`, and what `checkCall` throws.
 */
export function parseArguments(
  argv: readonly string[],
  commands: readonly Command[],
  now: number,
): Request {
  const reading: Reading = {
    command: null,
    table: GLOBAL_OPTIONS,
    help: false,
    args: [],
    options: {},
  };
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      for (const arg of rest.splice(0)) readArgument(arg, commands, reading);
    } else if (word === "--help" || word === "-h") {
      reading.help = true;
    } else if (reading.command === null && (word === "--version" || word === "-V")) {
      return { kind: "version" };
    } else if (word.startsWith("--")) {
      readLong(word, rest, reading);
    } else if (word.startsWith("-") && word !== "-") {
      readShort(word, rest, reading);
    } else if (reading.command === null && word === "help") {
      reading.help = true;
    } else {
      readArgument(word, commands, reading);
    }
  }
  const { command, help, args, options } = reading;
  if (help || command === null) return { kind: "help", command };
  return { kind: "call", command, checked: checkCall(command, { args, options }, now) };
}

/** The first word that is no option names the command. */
function readArgument(word: string, commands: readonly Command[], reading: Reading): void {
  if (reading.command !== null) {
    reading.args.push(word);
    return;
  }
  const command = commands.find(({ name }) => name === word);
  if (command === undefined) throw unknownCommand(word, commands);
  reading.command = command;
  reading.table = optionsOf(command);
}

/** `--name`, `--name value` or `--name=value`. */
function readLong(word: string, rest: string[], { table, command, options }: Reading): void {
  const equals = word.indexOf("=");
  const name = equals === -1 ? word.slice(2) : word.slice(2, equals);
  const inline = equals === -1 ? undefined : word.slice(equals + 1);
  const option = Object.hasOwn(table, name) ? table[name] : undefined;
  if (option === undefined) throw unknownOption(`--${name}`, table, command);
  if (option.kind !== "flag") {
    return put(options, name, inline ?? nextValue(name, option, rest), option.kind);
  }
  if (inline !== undefined) {
    throw new UsageError("unexpected_value", `Cannot give a value to --${name}: it takes none`);
  }
  put(options, name, true, option.kind);
}

/** `-q`, several flags as `-qf`, a value as `-n 5`, `-n5` or `-n=5`. */
function readShort(word: string, rest: string[], { table, command, options }: Reading): void {
  for (let index = 1; index < word.length; index++) {
    const letter = word[index] ?? "";
    const found = Object.entries(table).find(([, option]) => option.short === letter);
    if (found === undefined) throw unknownOption(`-${letter}`, table, command);
    const [name, option] = found;
    if (option.kind !== "flag") {
      const inline = word.slice(index + 1).replace(/^=/, "");
      const value = inline === "" ? nextValue(name, option, rest) : inline;
      return put(options, name, value, option.kind);
    }
    put(options, name, true, option.kind);
  }
}

/** The word behind an option, which is its value. Takes it off `rest`. */
function nextValue(name: string, { kind }: Option, rest: string[]): string {
  const next = rest[0];
  // What looks like `-5` is no option, but a value that does not fit, and is refused as one.
  const isNegative = next !== undefined && /^-\d/.test(next) && kind !== "text" && kind !== "texts";
  if (next === undefined || (next.startsWith("-") && next !== "-" && !isNegative)) {
    throw new UsageError("missing_value", `Cannot use --${name} without a value`, {
      hint: next === undefined
        ? `write --${name} <value>`
        : `a value that begins with a dash is written --${name}=<value>`,
    });
  }
  rest.shift();
  return next;
}

function put(
  options: Record<string, string | readonly string[] | true>,
  name: string,
  value: string | true,
  kind: Option["kind"],
): void {
  const before = options[name];
  if (kind === "texts" && typeof value === "string") {
    options[name] = [...Array.isArray(before) ? before : [], value];
    return;
  }
  if (value !== true && before !== undefined) {
    throw new UsageError("repeated_option", `Cannot use --${name} more than once`, {
      ...kind === "choices" ? { hint: `write --${name} ${before},${value}` } : {},
    });
  }
  options[name] = value;
}
