/** Makes a checked, typed call of a command from the raw text that a parser found. */
import { UsageError } from "../../event/errors.ts";
import type { Call, Command, Option, Options } from "./command.ts";
import { GLOBAL_OPTIONS, type Globals } from "./global_options.ts";
import { parseChoice, parseValue } from "./option_values.ts";

/** What a parser found: for each option given its text, or all of them, or `true` for a flag. */
export interface RawCall {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | readonly string[] | true>>;
}

export interface CheckedCall {
  readonly call: Call<Options>;
  readonly globals: Globals;
}

/** The options of a command together with the global ones, which it may declare anew with more choices. */
export function optionsOf(command: Command): Readonly<Record<string, Option>> {
  // Listed once more, so that its own ones win and yet stand first.
  return { ...command.options, ...GLOBAL_OPTIONS, ...command.options };
}

/** What to type where a text was written without quotes. */
function quotedHint(command: Command, args: readonly string[]): string {
  const before = args.slice(0, command.args.length - 1);
  const words = args.slice(command.args.length - 1).join(" ");
  const text = /^[^"$`\\!\p{Cc}]{1,60}$/u.test(words) ? words : "…";
  return `several words are one argument in quotes: ${
    ["wave", command.name, ...before, `"${text}"`].join(" ")
  }`;
}

function checkArguments(command: Command, args: readonly string[]): void {
  const declared = command.args;
  const hint = `see wave ${command.name} --help`;
  declared.forEach((argument, index) => {
    if (argument.required === true && args[index] === undefined) {
      throw new UsageError(
        "missing_argument",
        `Cannot call "wave ${command.name}" without <${argument.name}>`,
        { hint },
      );
    }
  });
  const last = declared.at(-1);
  if (last?.variadic !== true && args.length > declared.length) {
    throw new UsageError(
      "too_many_arguments",
      `Cannot call "wave ${command.name}" with ${args.length} arguments: it takes ${
        declared.length === 0 ? "none" : `at most ${declared.length}`
      }`,
      { hint: last?.isText === true ? quotedHint(command, args) : hint },
    );
  }
  args.forEach((arg, index) => {
    const argument = declared[index] ?? last;
    if (argument?.choices !== undefined) parseChoice(`<${argument.name}>`, arg, argument.choices);
  });
}

/**
 * Checks arguments and values against the declaration and converts them.
 *
 * @param now Epoch milliseconds, from which a time such as `--since 2h` counts back.
 * @throws {UsageError} For a missing or superfluous argument and for a value that does not fit.
 */
export function checkCall(command: Command, raw: RawCall, now: number): CheckedCall {
  checkArguments(command, raw.args);
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(optionsOf(command))) {
    const given = raw.options[name];
    if (option.kind === "flag") values[name] = given === true;
    else if (option.kind === "texts") values[name] = given;
    else if (typeof given === "string") values[name] = parseValue(`--${name}`, option, given, now);
    else values[name] = undefined;
  }
  return {
    call: { args: raw.args, options: values as Call<Options>["options"] },
    globals: {
      format: values["format"] === "json" ? "json" : "text",
      color: values["color"] === "always" || values["color"] === "never" ? values["color"] : "auto",
      quiet: values["quiet"] === true,
      verbose: values["verbose"] === true,
    },
  };
}
