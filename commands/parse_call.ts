/**
 * The parser of the hot path: reads the arguments of a command from its declaration with `parseArgs`.
 * It knows the plain forms only. Whatever is unusual, a mistake or a call for help among them, it leaves
 * to the command tree, which tells the user what is wrong.
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../event/errors.ts";
import { checkCall, type CheckedCall, optionsOf } from "./call.ts";
import type { Command } from "./command.ts";

/** `--name`, `--name=value`, `-x`, or anything without a dash in front. Words that a parser may take for a flag's value are left out. */
const PLAIN = /^(--(?!no-)[a-z][a-z-]*(=.+)?|-[a-zA-Z]|(?!-|true$|false$)[^]+)$/;

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
  if (!argv.every((token) => PLAIN.test(token))) return null;
  const declared = Object.entries(optionsOf(command));
  const alias: Record<string, string> = {};
  for (const [name, option] of declared) {
    if (option.short !== undefined) alias[option.short] = name;
  }
  const parsed: Readonly<Record<string, unknown>> = parseArgs([...argv], {
    boolean: declared.filter(([, option]) => option.kind === "flag").map(([name]) => name),
    string: ["_", ...declared.filter(([, option]) => option.kind !== "flag").map(([name]) => name)],
    alias,
  });
  const options: Record<string, string | true> = {};
  for (const [key, value] of Object.entries(parsed)) {
    if (key === "_" || Object.hasOwn(alias, key) || value === false || value === undefined) {
      continue;
    }
    const option = declared.find(([name]) => name === key)?.[1];
    if (option === undefined) return null;
    if (option.kind === "flag" ? value !== true : typeof value !== "string" || value === "") {
      return null;
    }
    options[key] = value as string | true;
  }
  const args = parsed["_"];
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === "string")) return null;
  if (givenTwice(argv, alias)) return null;
  try {
    return checkCall(command, { args, options }, now);
  } catch (error) {
    // The tree finds the same mistake again, and reports it.
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function givenTwice(argv: readonly string[], alias: Readonly<Record<string, string>>): boolean {
  const names = argv.filter((token) => token.startsWith("-")).map((token) => {
    const name = token.replace(/^-+/, "").split("=")[0] ?? "";
    return token.startsWith("--") ? name : alias[name] ?? name;
  });
  return new Set(names).size !== names.length;
}
