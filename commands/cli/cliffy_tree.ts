/** Turns the declarations into the Cliffy tree. Nothing else in the program touches Cliffy's commands. */
import { Command as Cliffy } from "@cliffy/command";
import type { RawCall } from "./check_call.ts";
import { optionsOf } from "./check_call.ts";
import type { Argument, Command, Option } from "./command.ts";
import { VERSION } from "./version.ts";

/**
 * Stands in front of each value on the way through Cliffy, so that no value is ever taken for an option
 * and empty ones survive.
 */
const MARK = "=";

/** A command and its arguments, as Cliffy found them. */
export interface ParsedCall {
  readonly name: string;
  readonly raw: RawCall;
}

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
      integer: "n",
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

const camelCase = (name: string) =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function rawOptions(command: Command, found: unknown): Record<string, string | true> {
  const values = new Map(Object.entries(Object(found)));
  const options: Record<string, string | true> = {};
  for (const [name, option] of Object.entries(optionsOf(command))) {
    const value = values.get(camelCase(name));
    if (option.kind === "flag") {
      if (value === true) options[name] = true;
    } else if (typeof value === "string") options[name] = value.slice(MARK.length);
  }
  return options;
}

/** The tree of `commands`; `onCall` hears which one was called, and with what. */
function buildTree(commands: readonly Command[], onCall: (call: ParsedCall) => void): Cliffy {
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
    node.action((options: unknown, ...args: unknown[]) =>
      onCall({
        name,
        raw: {
          args: args.flat().map((arg) => String(arg).slice(MARK.length)),
          options: rawOptions(command, options),
        },
      })
    );
    root.command(name, node);
  }
  return root;
}

/**
 * Has Cliffy parse a call that is known to be without mistakes.
 *
 * @throws {Error} When Cliffy does not take it all the same, which would be a bug of the declarations.
 */
export async function parseWithTree(
  commands: readonly Command[],
  command: Command,
  raw: RawCall,
): Promise<ParsedCall> {
  let parsed: ParsedCall | undefined;
  const tree = buildTree(commands, (call) => {
    parsed = call;
  });
  const options = Object.entries(raw.options).map(([name, value]) =>
    value === true ? `--${name}` : `--${name}=${MARK}${value}`
  );
  await tree.parse([command.name, ...options, ...raw.args.map((arg) => MARK + arg)]);
  if (parsed === undefined) throw new Error(`The command tree did not call "${command.name}"`);
  return parsed;
}

/** The help of a command, or of the whole program for null. `width` is in columns. */
export function helpText(
  commands: readonly Command[],
  command: Command | null,
  options: { colors: boolean; width: number },
): string {
  const root = buildTree(commands, () => {});
  // Cliffy gives the root its help only when asked for it, and the children share it.
  const own = root.getHelp({ ...options, long: true });
  const text = command === null
    ? own
    : root.getCommand(command.name)?.getHelp({ ...options, long: true });
  if (text === undefined) throw new Error("Cannot show help: the command is not in the tree");
  return `${text.trim().replace(/[ \t]+$/gm, "")}\n`;
}
