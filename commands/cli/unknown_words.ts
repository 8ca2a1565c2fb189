/** Words of a call that nothing is called by, and what was probably meant. */
import { suggest } from "../../event/closest.ts";
import { UsageError } from "../../event/errors.ts";
import { safeText } from "../output/safe_text.ts";
import type { Command, Options } from "./command.ts";

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

/** The error for a word that names no command. */
export function unknownCommand(word: string, commands: readonly Command[]): UsageError {
  const visible = commands.map(({ name }) => name).filter((name) => !name.startsWith("_"));
  const meant = meantBy(word, visible, COMMAND_WORDS);
  return new UsageError("unknown_command", `Unknown command "${safeText(word)}"`, {
    hint: meant === null ? "see wave --help" : `did you mean "${meant}"? See wave --help`,
  });
}

/** The error for an option, such as `--al` or `-z`, that is not in `table`. */
export function unknownOption(flag: string, table: Options, command: Command | null): UsageError {
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
