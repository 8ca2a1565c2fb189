/**
 * Reads arguments strictly by the declarations and finds every mistake in them before Cliffy sees them,
 * so that what a user is told does not depend on the library that parses.
 */
import { UsageError } from "../../event/errors.ts";
import { optionsOf, type RawCall } from "./check_call.ts";
import type { Command, Option } from "./command.ts";
import { GLOBAL_OPTIONS } from "./global_options.ts";
import { safeText } from "../output/safe_text.ts";
import { suggest } from "../../event/closest.ts";

export type Request =
  | { readonly kind: "help"; readonly command: Command | null }
  | { readonly kind: "version" }
  | { readonly kind: "call"; readonly command: Command; readonly raw: RawCall };

type OptionTable = Readonly<Record<string, Option>>;

/**
 * What `argv` asks for.
 *
 * @throws {UsageError} `unknown_command`, `unknown_option`, `missing_value`, `unexpected_value`,
 * `repeated_option`.
 */
export function scanArguments(argv: readonly string[], commands: readonly Command[]): Request {
  const options: Record<string, string | true> = {};
  const args: string[] = [];
  let command: Command | null = null;
  let help = false;
  let table: OptionTable = GLOBAL_OPTIONS;
  const rest = [...argv];

  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    if (token === "--") {
      for (const arg of rest.splice(0)) {
        if (command === null) [command, table] = chosen(arg, commands);
        else args.push(arg);
      }
    } else if (token === "--help" || token === "-h") {
      help = true;
    } else if (command === null && (token === "--version" || token === "-V")) {
      return { kind: "version" };
    } else if (token.startsWith("--")) {
      readLong(token, rest, table, command, options);
    } else if (token.startsWith("-") && token !== "-") {
      readShort(token, rest, table, command, options);
    } else if (command !== null) {
      args.push(token);
    } else if (token === "help") {
      help = true;
    } else {
      [command, table] = chosen(token, commands);
    }
  }
  if (help || command === null) return { kind: "help", command };
  return { kind: "call", command, raw: { args, options } };
}

/** What other programs call it. */
const COMMAND_WORDS: Readonly<Record<string, string>> = {
  check: "validate",
  follow: "logs",
  kill: "cancel",
  ls: "list",
  ps: "status",
  rm: "clean",
  start: "run",
  stop: "cancel",
  tail: "logs",
  version: "--version",
};
const OPTION_WORDS: Readonly<Record<string, string>> = { json: "format json", tail: "lines" };

/** What was probably meant: a word that there is, or what another program calls it. */
function meantBy(
  word: string,
  known: readonly string[],
  others: Readonly<Record<string, string>>,
): string | null {
  const there = Object.entries(others)
    .filter(([, own]) => own.startsWith("--") || known.includes(own.split(" ")[0] ?? ""))
    // Anything short is near to a short one.
    .filter(([other]) => other.length > 3 || other === word);
  const meant = suggest(word, [...known, ...there.map(([other]) => other)]);
  return meant === null || known.includes(meant) ? meant : others[meant] ?? null;
}

function chosen(name: string, commands: readonly Command[]): [Command, OptionTable] {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return [command, optionsOf(command)];
  const visible = commands.map((candidate) => candidate.name).filter((known) => known[0] !== "_");
  const meant = meantBy(name, visible, COMMAND_WORDS);
  throw new UsageError("unknown_command", `Unknown command "${safeText(name)}"`, {
    hint: meant === null ? "see wave --help" : `did you mean "${meant}"? See wave --help`,
  });
}

function unknown(flag: string, table: OptionTable, command: Command | null): UsageError {
  const name = command === null ? "wave" : `wave ${command.name}`;
  const meant = flag.startsWith("--")
    ? meantBy(
      flag.slice(2),
      [...Object.keys(table), "help", ...command === null ? ["version"] : []],
      OPTION_WORDS,
    )
    : null;
  const help = `see ${name} --help`;
  return new UsageError("unknown_option", `Unknown option "${safeText(flag)}" of "${name}"`, {
    hint: meant === null
      ? help
      : `did you mean "--${meant}"? ${help[0]?.toUpperCase()}${help.slice(1)}`,
  });
}

function put(
  options: Record<string, string | true>,
  name: string,
  value: string | true,
  kind: Option["kind"],
): void {
  const before = options[name];
  if (value !== true && before !== undefined) {
    throw new UsageError("repeated_option", `Cannot use --${name} more than once`, {
      ...kind === "choices" ? { hint: `write --${name} ${before},${value}` } : {},
    });
  }
  options[name] = value;
}

function valueFor(name: string, inline: string | undefined, rest: string[]): string {
  if (inline !== undefined) return inline;
  const next = rest[0];
  if (next === undefined || (next.startsWith("-") && next !== "-")) {
    throw new UsageError("missing_value", `Cannot use --${name} without a value`, {
      hint: next === undefined
        ? `write --${name} <value>`
        : `a value that begins with a dash is written --${name}=<value>`,
    });
  }
  rest.shift();
  return next;
}

function readLong(
  token: string,
  rest: string[],
  table: OptionTable,
  command: Command | null,
  options: Record<string, string | true>,
): void {
  const equals = token.indexOf("=");
  const name = equals === -1 ? token.slice(2) : token.slice(2, equals);
  const inline = equals === -1 ? undefined : token.slice(equals + 1);
  const option = Object.hasOwn(table, name) ? table[name] : undefined;
  if (option === undefined) throw unknown(`--${name}`, table, command);
  if (option.kind !== "flag") return put(options, name, valueFor(name, inline, rest), option.kind);
  if (inline !== undefined) {
    throw new UsageError("unexpected_value", `Cannot give a value to --${name}: it takes none`);
  }
  put(options, name, true, option.kind);
}

/** `-q`, several flags as `-qf`, a value as `-n 5`, `-n5` or `-n=5`. */
function readShort(
  token: string,
  rest: string[],
  table: OptionTable,
  command: Command | null,
  options: Record<string, string | true>,
): void {
  for (let index = 1; index < token.length; index++) {
    const letter = token[index] ?? "";
    const found = Object.entries(table).find(([, option]) => option.short === letter);
    if (found === undefined) throw unknown(`-${letter}`, table, command);
    const [name, option] = found;
    if (option.kind !== "flag") {
      const tail = token.slice(index + 1).replace(/^=/, "");
      return put(options, name, valueFor(name, tail === "" ? undefined : tail, rest), option.kind);
    }
    put(options, name, true, option.kind);
  }
}
