/** The command reference, made from the declarations as Markdown. */
import type { Argument, Command, Option } from "../commands/cli/command.ts";
import { GLOBAL_OPTIONS } from "../commands/cli/global_options.ts";
import { argumentText, placeholderOf, summaryOf } from "../commands/cliffy/cliffy_tree.ts";

const escaped = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

function optionRow([name, option]: [string, Option]): string {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const value = option.kind === "flag" ? "" : ` <${placeholderOf(option)}>`;
  return `| \`${short}--${name}${value.replaceAll("|", "\\|")}\` | ${escaped(summaryOf(option))} |`;
}

function argumentRow(argument: Argument): string {
  const choices = argument.choices === undefined ? "" : ` (${argument.choices.join(", ")})`;
  return `| \`${argument.name}\` | ${escaped(argument.summary + choices)} |`;
}

function table(rows: readonly string[], head: string): string[] {
  return rows.length === 0 ? [] : ["", `| ${head} | |`, "| --- | --- |", ...rows];
}

function section(command: Command): string[] {
  const usage = [
    "wave",
    command.name,
    ...command.args.map((argument) => argumentText(argument)),
    "[options]",
  ].join(" ");
  return [
    "",
    `## wave ${command.name}`,
    "",
    `${command.summary}.`,
    ...command.description === undefined ? [] : ["", command.description],
    "",
    "```",
    usage,
    "```",
    ...table(command.args.map(argumentRow), "argument"),
    ...table(Object.entries(command.options).map(optionRow), "option"),
    ...command.examples.length === 0 ? [] : ["", "Examples:", "", "```sh"],
    ...command.examples.flatMap((example) => [`# ${example.summary}`, example.command]),
    ...command.examples.length === 0 ? [] : ["```"],
  ];
}

/** The reference of these commands, as Markdown that still has to be formatted. */
export function referenceText(commands: readonly Command[]): string {
  const shown = commands.filter((command) => !command.name.startsWith("_"));
  return [
    "# Command reference",
    "",
    "Made from the program's declarations by `deno task docs`; do not edit.",
    "",
    ...shown.map(({ name, summary }) => `- [wave ${name}](#wave-${name}): ${escaped(summary)}`),
    "",
    "Every command takes these options:",
    ...table(
      [...Object.entries(GLOBAL_OPTIONS).map(optionRow), "| `-h, --help` | Show the help |"],
      "option",
    ),
    "",
    "`wave --version` prints the version. Exit codes and the rules that all commands share are in the " +
    "[user guide](guide.md).",
    ...shown.flatMap(section),
    "",
  ].join("\n");
}
