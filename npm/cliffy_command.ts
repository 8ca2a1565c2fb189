/** Stand-in for the part of @cliffy/command that commands/cli/cliffy_tree.ts uses, over Commander. */
import { Command as Commander } from "commander";

const untyped = (text: string) => text.replaceAll(":string", "");

export class Command {
  readonly #inner = new Commander().exitOverride().helpOption("-h, --help", "Show this help.")
    .helpCommand(false);
  readonly #commands = new Map<string, Command>();
  readonly #examples: [name: string, description: string][] = [];
  #hidden = false;

  name(name: string): this {
    this.#inner.name(name);
    return this;
  }
  version(version: string): this {
    this.#inner.version(version, "-V, --version", "Show the version number.");
    return this;
  }
  description(text: string): this {
    // A list of commands shows the first line only.
    this.#inner.description(text).summary(text.split("\n")[0] ?? "");
    return this;
  }
  arguments(definition: string): this {
    this.#inner.arguments(untyped(definition));
    return this;
  }
  option(flags: string, description: string): this {
    this.#inner.option(untyped(flags), description);
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
  action(run: (options: unknown, ...args: unknown[]) => void): this {
    this.#inner.action(() => run(this.#inner.opts(), ...this.#inner.args));
    return this;
  }
  command(name: string, child: Command): Command {
    child.#inner.name(name);
    this.#inner.addCommand(child.#inner, { hidden: child.#hidden });
    this.#commands.set(name, child);
    return child;
  }
  getCommand(name: string): Command | undefined {
    return this.#commands.get(name);
  }
  getHelp(_options: { colors: boolean; width: number; long: boolean }): string {
    const column = Math.max(...this.#examples.map(([name]) => name.length));
    const lines = this.#examples.map(([name, text]) => `  ${name.padEnd(column)}  ${text}\n`);
    const examples = lines.length === 0 ? "" : `\nExamples:\n${lines.join("")}`;
    return this.#inner.helpInformation() + examples;
  }
  async parse(args: string[]): Promise<void> {
    await this.#inner.parseAsync(args, { from: "user" });
  }
}
