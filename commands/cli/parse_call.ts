/**
 * The parser of the hot path: reads the arguments of a command from its declaration with `parseArgs`.
 * It knows the plain forms only. Whatever is unusual, a mistake or a call for help among them, it leaves
 * to the command tree, which tells the user what is wrong.
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../../event/errors.ts";
import { checkCall, type CheckedCall, optionsOf } from "./check_call.ts";
import type { Command, Option } from "./command.ts";

/**
 * `--name`, `--name=value`, `-x`, or anything without a dash in front. Words that a parser may take for a
 * flag's value are left out.
 */
const PLAIN = /^(--(?!no-)[a-z][a-z-]*(=.+)?|-[a-zA-Z]|(?!-|true$|false$)[^]+)$/;

type Table = Readonly<Record<string, Option>>;

/** True when each token is plain, and each option is known and given once. */
function isUsual(
  argv: readonly string[],
  table: Table,
  alias: Readonly<Record<string, string>>,
): boolean {
  const given = new Set<string>();
  return argv.every((token) => {
    if (!PLAIN.test(token)) return false;
    if (!token.startsWith("-")) return true;
    const [word = "", value] = token.replace(/^-+/, "").split("=", 2);
    const name = token.startsWith("--") ? word : alias[word] ?? "";
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined || given.has(name)) return false;
    given.add(name);
    return option.kind !== "flag" || value === undefined;
  });
}

/**
 * The call that `argv` (what stands behind the command's name) makes, or null when it is unusual.
 *
 * @param now Epoch milliseconds, from which a time such as `--since 2h` counts back.
 */
export function parseCall(
  command: Command,
  argv: readonly string[],
  now: number,
): CheckedCall | null {
  const table = optionsOf(command);
  const names = Object.keys(table);
  const alias = Object.fromEntries(
    Object.entries(table).flatMap(([name, { short }]) =>
      short === undefined ? [] : [[short, name]]
    ),
  );
  if (!isUsual(argv, table, alias)) return null;
  const parsed: Readonly<Record<string, unknown>> = parseArgs([...argv], {
    boolean: names.filter((name) => table[name]?.kind === "flag"),
    string: ["_", ...names.filter((name) => table[name]?.kind !== "flag")],
    alias,
  });
  const options: Record<string, string | true> = {};
  for (const name of names) {
    const value = parsed[name];
    if (value === undefined || value === false) continue;
    // An option at the end, or before another one, whose value is missing.
    if (value !== true && (typeof value !== "string" || value === "")) return null;
    options[name] = value;
  }
  const args = parsed["_"];
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === "string")) return null;
  try {
    return checkCall(command, { args, options }, now);
  } catch (error) {
    // The tree finds the same mistake again, and reports it.
    if (error instanceof UsageError) return null;
    throw error;
  }
}
