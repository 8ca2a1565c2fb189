/**
 * Turns the declarations into the Cliffy tree, which makes the help. Nothing else in the program touches
 * Cliffy's commands. Cliffy parses nothing: `parseArguments` has read the call.
 */
import { Command as Cliffy } from "@cliffy/command";
import { optionsOf } from "../cli/check_call.ts";
import type { Argument, Command, Option } from "../cli/command.ts";
import { VERSION } from "../cli/version.ts";

/** How an argument is written in a usage line: `<name>`, `[name]`, `[name...]`. */
export function argumentText(argument: Argument, type = ""): string {
  const name = `${argument.name}${argument.variadic === true ? "..." : ""}${type}`;
  return argument.required === true ? `<${name}>` : `[${name}]`;
}

/** What stands for an option's value in help. */
export function placeholderOf(option: Option): string {
  return option.placeholder ??
    {
      text: "text",
      texts: "text",
      integer: "n",
      amount: "n",
      count: "n|all",
      duration: "duration",
      time: "time",
      choice: "choice",
      choices: "list",
      flag: "",
    }[option.kind];
}

/** An option's line of help: summary and choices. */
export function summaryOf(option: Option): string {
  return option.kind === "choice" || option.kind === "choices"
    ? `${option.summary} (${option.choices.join(", ")})`
    : option.summary;
}

function flagsOf(name: string, option: Option): string {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const value = option.kind === "flag" ? "" : ` <${placeholderOf(option)}:string>`;
  return `${short}--${name}${value}`;
}

/** The tree of `commands`. */
function buildTree(commands: readonly Command[]): Cliffy {
  const root = new Cliffy();
  // Before the first command: what is set on a Cliffy command afterwards goes to its newest child.
  root.noExit().name("wave").version(VERSION)
    .description(
      "Runs multi-step AI-agent pipelines, and lets you see, steer and clean up the runs.",
    );
  for (const command of commands) {
    const node = new Cliffy();
    const { name, summary, description } = command;
    node.description(description === undefined ? summary : `${summary}\n\n${description}`);
    if (command.args.length > 0) {
      node.arguments(command.args.map((argument) => argumentText(argument, ":string")).join(" "));
    }
    for (const [option, declaration] of Object.entries(optionsOf(command))) {
      node.option(flagsOf(option, declaration), summaryOf(declaration));
    }
    for (const example of command.examples) node.example(example.command, example.summary);
    if (name.startsWith("_")) node.hidden();
    root.command(name, node);
  }
  return root;
}

/** The help of a command, or of the whole program for null. `width` is in columns. */
export function helpText(
  commands: readonly Command[],
  command: Command | null,
  options: { colors: boolean; width: number },
): string {
  const root = buildTree(commands);
  // Cliffy gives the root its help only when asked for it, and the children share it.
  const own = root.getHelp({ ...options, long: true });
  const text = command === null
    ? own
    // A hidden command has help, too.
    : root.getCommand(command.name, true)?.getHelp({ ...options, long: true });
  if (text === undefined) throw new Error("Cannot show help: the command is not in the tree");
  return `${text.trim().replace(/[ \t]+$/gm, "")}\n`;
}
