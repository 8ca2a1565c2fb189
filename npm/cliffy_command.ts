/** Stand-in for the part of @cliffy/command that commands/cliffy/cliffy_tree.ts uses: what help shows. */
import { Table } from "@cliffy/table";

const untyped = (text: string) => text.replaceAll(/:[a-z]+/g, "");

/** Lines of at most `width` columns, where the words allow it. */
function wrapped(text: string, width: number): string[] {
  return text.split("\n").map((line) =>
    line.split(" ").reduce((done, word) => {
      const last = done.slice(done.lastIndexOf("\n") + 1);
      return done + (last.length + 1 + word.length > width ? "\n" : " ") + word;
    })
  ).join("\n").split("\n");
}

/** A headline and rows of a term and what it means, below each other where there is no room beside. */
function section(
  title: string,
  rows: readonly [string, string][],
  width: number,
): string {
  if (rows.length === 0) return "";
  const column = 4 + Math.max(...rows.map(([term]) => term.length));
  const lines = rows.flatMap(([term, meaning]) =>
    wrapped(meaning, Math.max(width - column, 20)).map((line, index) => [
      index === 0 ? `  ${term}` : "",
      line,
    ])
  );
  return `\n${title}:\n${Table.from(lines).padding(2)}\n`;
}

export class Command {
  readonly #options: [flags: string, description: string][] = [];
  readonly #commands = new Map<string, Command>();
  readonly #examples: [name: string, description: string][] = [];
  #name = "";
  #arguments = "";
  #description = "";
  #hidden = false;

  name(name: string): this {
    this.#name = name;
    return this;
  }
  version(_version: string): this {
    return this.option("-V, --version", "Show the version number.");
  }
  description(text: string): this {
    this.#description = text;
    return this;
  }
  arguments(definition: string): this {
    this.#arguments = untyped(definition);
    return this;
  }
  option(flags: string, description: string): this {
    this.#options.push([untyped(flags), description]);
    return this;
  }
  example(name: string, description: string): this {
    this.#examples.push([name, description]);
    return this;
  }
  hidden(): this {
    this.#hidden = true;
    return this;
  }
  noExit(): this {
    return this;
  }
  command(name: string, child: Command): Command {
    child.#name = `${this.#name} ${name}`;
    this.#commands.set(name, child);
    return child;
  }
  getCommand(name: string, hidden: boolean): Command | undefined {
    const found = this.#commands.get(name);
    return found === undefined || (found.#hidden && !hidden) ? undefined : found;
  }
  getHelp(
    { width }: { colors: boolean; width: number; long: boolean },
  ): string {
    const shown = [...this.#commands].filter(([, child]) => !child.#hidden);
    const usage = [
      this.#name,
      "[options]",
      shown.length > 0 ? "[command]" : this.#arguments,
    ];
    const commands = shown.map(([name, child]): [string, string] => [
      `${name} ${child.#arguments}`.trimEnd(),
      child.#description.split("\n")[0] ?? "",
    ]);
    const options = [
      ...this.#options,
      ["-h, --help", "Show this help."] satisfies [string, string],
    ];
    return `Usage: ${usage.join(" ").trimEnd()}\n\n${
      wrapped(this.#description, width).join("\n")
    }\n` +
      section("Options", options, width) +
      section("Commands", commands, width) +
      section("Examples", this.#examples, Infinity);
  }
}
